"""Cancelling: free until the policy's deadline; later the policy says whether the unit is used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.accounts import Permission
from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.facts import AppointmentCancelled
from vipclub.bookings.finding import Found
from vipclub.bookings.policy import cancels_free
from vipclub.bookings.refusals import TooLateToCancel
from vipclub.bookings.stepping import begin_step, give_seats_back, move
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.facts import record

OPEN = frozenset({"pending", "proposed", "booked", "waitlist"})


def is_free(found: Found, now: datetime) -> bool:
    """Whether a cancellation costs nothing: before the deadline, or while the partner hasn't
    confirmed."""
    unconfirmed: bool = found.row.state != "booked"
    return unconfirmed or cancels_free(found.policy, found.place, found.row.starts_at, now)


def cancel(
    session: Session,
    actor: Actor,
    *,
    appointment: str,
    reason: str | None = None,
    override: str | None = None,
) -> BookedAppointment:
    """The member's side cancels. The seat is free again; the unit goes back, or is used when it is
    too late and staff give no reason (`override`, on record) to be kinder. Raises TooLateToCancel
    once the visit has begun, Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    if override is not None:
        actor.require(Permission.APPOINTMENT_OVERRIDE)
    found = begin_step(
        session, actor, appointment, permission=Permission.APPOINTMENT_CANCEL, states=OPEN
    )
    row = found.row
    if row.starts_at <= now:
        raise TooLateToCancel(start=found.start)
    free = override is not None or is_free(found, now)

    result = move(
        session,
        actor,
        found,
        "cancelled",
        "cancel",
        at=now,
        reason=override or reason,
        tell="cancelled",
        reason_code="member",
        consumed=not free,
    )
    change = benefits.release if free else benefits.consume
    change(
        session,
        account_id=row.account_id,
        subject=("appointment", row.ref),
        actor=actor,
        at=now,
        reason=None if free else "late cancellation",
    )
    give_seats_back(session, found, now)
    record(session, AppointmentCancelled(row.ref, "member", not free, row.slot_id))
    return result
