"""A referral is made, with the person's consent: the one on record, or the one that is given now;
and withdrawn, when the person doesn't want it any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.facts import record
from vipclub.core.i18n import N_
from vipclub.core.types import new_ref
from vipclub.people.clusters import cluster_of
from vipclub.people.consent import SPOKEN, write_consent
from vipclub.people.facts import ReferralEnded, ReferralMade
from vipclub.people.finding import PersonRow, find_person
from vipclub.people.locking import lock_persons
from vipclub.people.models import Person, Subsidiary
from vipclub.people.referrals.finding import agrees, find_referral
from vipclub.people.referrals.models import SUBJECTS, Referral, referral_table
from vipclub.people.referrals.refusals import ReferralConsentMissing, ReferralOpen
from vipclub.people.referrals.steps import MAKE, OPEN, REFERRAL_STEPS, WITHDRAW

ANSWER_WITHIN = timedelta(days=14)
LONGEST = 1000
WORDING = "2026-11"
"""The version of the sentence below: it changes with it."""
ASKED = N_("May the company know your name, your number and your interest, so that it calls you?")
"""What is read out to ask for the consent."""


def make_referral(
    session: Session,
    actor: Actor,
    *,
    member: str,
    company: str,
    subject: str,
    words: str = "",
    agreed: str | None = None,
) -> str:
    """Refer a person to a company of the group; gives the referral's reference. `agreed` is by
    which way the person agreed just now (`SPOKEN`); without it the consent on record counts. Raises
    ReferralConsentMissing, ReferralOpen, Malformed, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    REFERRAL_STEPS.require(MAKE, actor)
    if subject not in SUBJECTS:
        raise Malformed("subject")
    if agreed not in {None, *SPOKEN}:
        raise Malformed("agreed")
    lock_persons(session, actor, [member])
    person = find_person(session, actor, member)
    subsidiary = session.execute(
        select(Subsidiary.id, Subsidiary.code).where(Subsidiary.code == company)
    ).first()
    if subsidiary is None:
        raise NotFound()
    _agreed(session, actor, person, agreed)
    _none_open(session, person.id, subsidiary.id, subject)
    ref, text = new_ref("Z"), words.strip()[:LONGEST]
    session.execute(
        insert(referral_table).values(
            public_ref=ref,
            person_id=person.id,
            subsidiary_id=subsidiary.id,
            subject=subject,
            words=cipher_of(session).seal("referral.words", ref, text) if text else None,
            state=MAKE.target,
            wording=WORDING if agreed else None,
            made_by=actor.owner[:80],
            made_by_name=actor.name[:120],
            answer_by=now + ANSWER_WITHIN,
            created_at=now,
            version=0,
        )
    )
    audit.write(
        session,
        actor,
        "referral.make",
        subject=("referral", ref),
        after={"person": person.ref, "company": company, "subject": subject, "agreed": agreed},
        at=now,
    )
    record(session, ReferralMade(ref, person.id, subsidiary.code, subject, now))
    return ref


def _agreed(session: Session, actor: Actor, person: PersonRow, agreed: str | None) -> None:
    """The consent that is given now, or the one on record. Raises ReferralConsentMissing."""
    if agreed is not None:
        write_consent(
            session,
            actor,
            person,
            purpose="group_sharing",
            granted=True,
            spoken=agreed,
            wording=WORDING,
        )
    elif not shares(session, person.id):
        raise ReferralConsentMissing()


def _none_open(session: Session, person_id: int, subsidiary_id: int, subject: str) -> None:
    """Raises ReferralOpen."""
    same = select(Referral.id).where(
        Referral.person_id.in_(cluster_of(person_id)),
        Referral.subsidiary_id == subsidiary_id,
        Referral.subject == subject,
        Referral.state.in_(sorted(OPEN)),
    )
    if session.execute(same).first() is not None:
        raise ReferralOpen()


def shares(session: Session, person_id: int) -> bool:
    """Whether somebody, by the id of any row, agrees to sharing in the group (`agrees`). One
    statement."""
    asked = select(Person.id).where(Person.id == person_id, agrees(Person))
    return session.execute(asked).first() is not None


def withdraw_referral(session: Session, actor: Actor, *, referral: str) -> None:
    """The person doesn't want it any more. Raises MalformedRef, NotFound, Forbidden,
    IllegalTransition."""
    now = clock.now()
    REFERRAL_STEPS.require(WITHDRAW, actor)
    found = find_referral(session, actor, referral)
    REFERRAL_STEPS.ask(WITHDRAW, actor, found.state, found, now)
    REFERRAL_STEPS.move(
        session,
        referral_table,
        found.id,
        WITHDRAW,
        found.state,
        WITHDRAW.target,
        seen=found.version,
        version=found.version + 1,
        ended_at=now,
    )
    audit.write(session, actor, "referral.withdraw", subject=("referral", found.ref), at=now)
    record(session, ReferralEnded(found.ref, WITHDRAW.target, found.handler, found.subject, now))
