"""The company's side: a manager of it accepts the referral, and says how it ended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.facts import record
from vipclub.people.facts import ReferralEnded
from vipclub.people.referrals.finding import LockedReferral, companies_of, find_referral
from vipclub.people.referrals.making import LONGEST, shares
from vipclub.people.referrals.models import referral_table
from vipclub.people.referrals.refusals import ReferralConsentMissing
from vipclub.people.referrals.steps import ACCEPT, FINISH, REFERRAL_STEPS

OUTCOME_WITHIN = timedelta(days=60)


def accept_referral(session: Session, actor: Actor, *, referral: str) -> None:
    """The company's handler takes it, and has sixty days for the outcome. The consent is asked of
    the record once more. Raises ReferralConsentMissing, MalformedRef, NotFound, Forbidden,
    IllegalTransition."""
    now = clock.now()
    REFERRAL_STEPS.require(ACCEPT, actor)
    found = _of_own_company(session, actor, referral)
    REFERRAL_STEPS.ask(ACCEPT, actor, found.state, found, now)
    if not shares(session, found.person_id):
        raise ReferralConsentMissing()
    REFERRAL_STEPS.move(
        session,
        referral_table,
        found.id,
        ACCEPT,
        found.state,
        ACCEPT.target,
        seen=found.version,
        version=found.version + 1,
        handler=actor.owner[:80],
        handler_name=actor.name[:120],
        answer_by=now + OUTCOME_WITHIN,
    )
    audit.write(session, actor, "referral.accept", subject=("referral", found.ref), at=now)


def finish_referral(
    session: Session, actor: Actor, *, referral: str, result: str, words: str = ""
) -> None:
    """How it ended: `won` or `lost`; one that nobody accepted can only be lost. Raises Malformed,
    MalformedRef, NotFound, Forbidden, IllegalTransition."""
    now = clock.now()
    REFERRAL_STEPS.require(FINISH, actor)
    if result not in FINISH.targets:
        raise Malformed("result")
    found = _of_own_company(session, actor, referral)
    REFERRAL_STEPS.ask(FINISH, actor, found.state, found, now)
    text = words.strip()[:LONGEST]
    REFERRAL_STEPS.move(
        session,
        referral_table,
        found.id,
        FINISH,
        found.state,
        result,
        seen=found.version,
        version=found.version + 1,
        ended_at=now,
        outcome=cipher_of(session).seal("referral.outcome", found.ref, text) if text else None,
    )
    audit.write(
        session,
        actor,
        "referral.finish",
        subject=("referral", found.ref),
        after={"result": result},
        at=now,
    )
    record(session, ReferralEnded(found.ref, result, found.made_by, found.subject, now))


def _of_own_company(session: Session, actor: Actor, ref: str) -> LockedReferral:
    """A referral to a company whose manager the actor is. Raises NotFound."""
    found = find_referral(session, actor, ref)
    if found.company not in companies_of(actor):
        raise NotFound()
    return found
