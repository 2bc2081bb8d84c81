"""An appointment that should never have been: operations mark it, with a reason."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.accounts import Permission
from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.facts import AppointmentMistaken
from vipclub.bookings.refusals import ReasonMissing
from vipclub.bookings.states import LIVE, STATES
from vipclub.bookings.stepping import begin_step, give_seats_back, move
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.facts import record

CORRECTABLE = STATES - {"entered-in-error"}


def enter_in_error(
    session: Session, actor: Actor, *, appointment: str, reason: str
) -> BookedAppointment:
    """Whatever it took goes back: seats, and the unit, held or used. The member is told when a
    visit was still expected. Raises ReasonMissing, Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    reason = reason.strip()
    if not reason:
        raise ReasonMissing()
    found = begin_step(
        session,
        actor,
        appointment,
        permission=Permission.APPOINTMENT_CORRECT,
        states=CORRECTABLE,
    )
    row = found.row
    live = row.state in LIVE
    result = move(
        session,
        actor,
        found,
        "entered-in-error",
        "mistake",
        at=now,
        reason=reason,
        tell="cancelled" if live and row.starts_at > now else None,
        consumed=False,
        reason_code="mistake",
    )
    subject = ("appointment", row.ref)
    if live:
        benefits.release(
            session, account_id=row.account_id, subject=subject, actor=actor, at=now, reason=reason
        )
    elif row.consumed:
        benefits.reverse(
            session,
            account_id=row.account_id,
            subject=subject,
            actor=actor,
            at=now,
            to_held=False,
            reason=reason,
        )
    if live or row.state in {"fulfilled", "noshow"}:
        give_seats_back(session, found, now)
    record(session, AppointmentMistaken(row.ref, row.state, now))
    return result
