"""An event is cancelled: everybody who has a seat or waits for one is told, and gets back what it
cost, in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.events.finding import find_event, lock_event, lock_registration
from vipclub.events.letters import tell
from vipclub.events.models import Registration, event_table
from vipclub.events.registrations.answering import end_registration, free_seats, settle_units
from vipclub.events.steps import EVENT_STEPS, REGISTRATION_STEPS

CANCEL, CALL_OFF = EVENT_STEPS["cancel"], REGISTRATION_STEPS["call_off"]


def cancel_event(session: Session, actor: Actor, *, event: str, reason: str) -> int:
    """Cancel it, for a reason that stays on record; gives how many parties are told. Raises
    IllegalTransition, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    EVENT_STEPS.require(CANCEL, actor)
    row = lock_event(session, find_event(session, actor, event).id)
    EVENT_STEPS.ask(CANCEL, actor, row.state, row, now)
    EVENT_STEPS.move(
        session, event_table, row.id, CANCEL, row.state, CANCEL.target, version=row.version + 1
    )
    refs = session.scalars(
        select(Registration.public_ref)
        .where(Registration.event_id == row.id, CALL_OFF.at(Registration.state))
        .order_by(Registration.account_id, Registration.id)
    ).all()
    for ref in refs:
        _call_off(session, actor, ref, now)
    audit.write(
        session,
        actor,
        "event.cancel",
        subject=("event", row.ref),
        after={"parties": len(refs)},
        reason=reason.strip()[:500] or None,
        at=now,
    )
    return len(refs)


def _call_off(session: Session, actor: Actor, ref: str, now: datetime) -> None:
    row = lock_registration(session, ref)
    settle_units(session, actor, row, uses=False, now=now)
    end_registration(session, row, CALL_OFF, now, reason="event_cancelled")
    free_seats(session, row)
    if row.state != "invited":
        tell(session, CALL_OFF, CALL_OFF.target, ref)
