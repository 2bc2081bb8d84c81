"""Cancelling: free until the policy's deadline; later the policy says whether the unit is used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.rows import LockedAppointment
from vipclub.bookings.appointments.stepping import begin, give_seats_back, take
from vipclub.bookings.policies.rules import cancels_free
from vipclub.bookings.steps import MACHINE
from vipclub.bookings.tickets.using import return_ticket
from vipclub.core import clock
from vipclub.core.actor import Actor

CANCEL = MACHINE["cancel"]


def is_free(found: LockedAppointment, now: datetime) -> bool:
    """Whether a cancellation costs nothing: before the deadline, or while the partner hasn't
    confirmed."""
    unconfirmed = found.state != "booked"
    return unconfirmed or cancels_free(found.policy, found.site_clock, found.starts_at, now)


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
    found = begin(session, actor, CANCEL, appointment, now, override=override)
    free = override is not None or is_free(found, now)

    result = take(
        session, actor, found, CANCEL, at=now, reason=override or reason, consumed=not free
    )
    if free:
        return_ticket(session, actor, appointment=found.ref, now=now)
    change = benefits.release if free else benefits.consume
    change(
        session,
        account_id=found.account_id,
        subject=("appointment", found.ref),
        actor=actor,
        at=now,
        reason=None if free else "late cancellation",
    )
    give_seats_back(session, found, now)
    return result
