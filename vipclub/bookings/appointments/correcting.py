"""An appointment that should never have been: operations find it and mark it, with a reason."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.stepping import begin, give_seats_back, take
from vipclub.bookings.refusals import ReasonMissing
from vipclub.bookings.steps import LIVE, MACHINE
from vipclub.bookings.tickets.using import return_ticket
from vipclub.core import clock
from vipclub.core.actor import Actor

MISTAKE = MACHINE["mistake"]


def enter_in_error(
    session: Session, actor: Actor, *, appointment: str, reason: str
) -> BookedAppointment:
    """Whatever it took goes back: seats, and the unit, held or used. The member is told when a
    visit was still expected. Raises ReasonMissing, Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    reason = reason.strip()
    if not reason:
        raise ReasonMissing()
    found = begin(session, actor, MISTAKE, appointment, now)
    live = found.state in LIVE
    result = take(
        session,
        actor,
        found,
        MISTAKE,
        at=now,
        reason=reason,
        silent=not live or found.starts_at <= now,
        consumed=False,
    )
    subject = ("appointment", found.ref)
    if live:
        return_ticket(session, actor, appointment=found.ref, now=now, longer=True)
        benefits.release(
            session,
            account_id=found.account_id,
            subject=subject,
            actor=actor,
            at=now,
            reason=reason,
        )
    elif found.consumed:
        benefits.reverse(
            session,
            account_id=found.account_id,
            subject=subject,
            actor=actor,
            at=now,
            to_held=False,
            reason=reason,
        )
    if live or found.state in {"fulfilled", "noshow"}:
        give_seats_back(session, found, now)
    return result
