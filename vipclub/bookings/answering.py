"""The partner's answer to a request: confirm or decline."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import benefits, partners
from vipclub.accounts import Permission
from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.facts import AppointmentCancelled, AppointmentConfirmed
from vipclub.bookings.stepping import begin_step, move
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.facts import record

OPEN = frozenset({"pending"})


def confirm(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """The request is confirmed. Raises Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin_step(
        session, actor, appointment, permission=Permission.APPOINTMENT_ANSWER, states=OPEN
    )
    result = move(
        session, actor, found, "booked", "confirm", at=now, tell="confirmed", answered_at=now
    )
    record(session, AppointmentConfirmed(found.row.ref, now))
    return result


def decline(
    session: Session, actor: Actor, *, appointment: str, reason: str | None = None
) -> BookedAppointment:
    """The partner can't: seat and unit go back. Raises Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin_step(
        session, actor, appointment, permission=Permission.APPOINTMENT_ANSWER, states=OPEN
    )
    result = move(
        session,
        actor,
        found,
        "cancelled",
        "decline",
        at=now,
        reason=reason,
        tell="declined",
        answered_at=now,
        reason_code="declined",
    )
    row = found.row
    benefits.release(
        session,
        account_id=row.account_id,
        subject=("appointment", row.ref),
        actor=actor,
        at=now,
        reason="declined",
    )
    partners.give_back_seat(session, row.slot_id)
    record(session, AppointmentCancelled(row.ref, "declined", False, row.slot_id))
    return result
