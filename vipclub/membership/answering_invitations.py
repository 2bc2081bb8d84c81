"""Answering an invitation to the club: accepting or declining. By invitation only: nobody applies,
and there is no fee (the club's public FAQ)."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import MemberAccountOpened
from vipclub.core import audit, clock, facts
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.steps import Step
from vipclub.membership.facts import MembershipAccepted, TiersChanged
from vipclub.membership.models import Membership
from vipclub.membership.queries import MemberSummary, member_summary
from vipclub.membership.refusals import NoOpenInvitation
from vipclub.membership.steps import ACCEPT, DECLINE
from vipclub.people import Person, find_person

_membership: Table = Membership.__table__  # type: ignore[assignment]


def accept_invitation(
    session: Session, actor: Actor, *, member: str, today: date | None = None
) -> MemberSummary:
    """The member accepts: `invited` becomes `active`, for this term and a next one that is there
    already.

    Raises NotFound (also for somebody else's invitation), NoOpenInvitation.
    """
    return _answer(session, actor, member, ACCEPT, today)


def decline_invitation(
    session: Session, actor: Actor, *, member: str, today: date | None = None
) -> MemberSummary:
    """The member would rather not: the membership is closed as `declined`, and its benefits end at
    once.

    Nobody is invited again before the declined term would have ended. Raises as
    `accept_invitation`.
    """
    return _answer(session, actor, member, DECLINE, today)


def accept_with_account(session: Session, fact: MemberAccountOpened) -> None:
    """Answers MemberAccountOpened: who opens the account by the invitation accepts the membership
    with it (docs/decisions.md 29)."""
    actor = Actor(
        kind="member",
        account_id=fact.account_id,
        account_ref=fact.account,
        scopes=frozenset({("person", fact.person)}),
    )
    with contextlib.suppress(NoOpenInvitation):  # a member already, invited to open the account
        accept_invitation(session, actor, member=fact.person)


def _answer(
    session: Session,
    actor: Actor,
    member: str,
    step: Step[object],
    today: date | None,
) -> MemberSummary:
    now: datetime = clock.now()
    today = today or clock.club_today()
    person = find_person(session, actor, member)
    if not (actor.kind == "member" or actor.sees_all):
        raise NotFound()  # a manager sees the member, but doesn't answer in their place
    values: dict[str, object] = {"state": step.target, "answered_at": now}
    if step is DECLINE:
        values["end_reason"] = "declined"
    answered = (
        session.execute(
            update(_membership)
            .where(
                _membership.c.person_id.in_(people.cluster_of(person.id)),
                step.at(_membership.c.state),
                _membership.c.last_day >= today,
            )
            .values(**values)
            .returning(_membership.c.id)
        )
        .scalars()
        .all()
    )
    if not answered:
        raise NoOpenInvitation()
    audit.write(
        session,
        actor,
        f"membership.{step.name}",
        subject=("member", person.public_ref),
        before={"state": step.source},
        after={"state": step.target},
        at=now,
    )
    if step is DECLINE:
        facts.record(session, TiersChanged(None, (person.id,), today))
    else:
        facts.record(session, MembershipAccepted(person.id, person.public_ref, today))
    summary = member_summary(session, person.id, today=today)
    assert summary is not None
    return summary


def still_member(session: Session, ref: str, version: int) -> bool:
    """Whether a welcome is still one: the accepted membership was not ended since."""
    person_id = session.scalar(select(Person.id).where(Person.public_ref == ref))
    if person_id is None:
        return False
    summary = member_summary(session, person_id)
    return summary is not None and summary.status == ACCEPT.target
