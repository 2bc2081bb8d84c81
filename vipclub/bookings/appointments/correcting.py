"""An appointment that should never have been: operations find it and mark it, with a reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.accounts import Permission
from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.queries import AppointmentView, appointment, partner_appointments
from vipclub.bookings.appointments.stepping import begin, give_seats_back, take
from vipclub.bookings.refusals import ReasonMissing
from vipclub.bookings.steps import LIVE, MACHINE
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.paging import Page

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


def correctable_appointments(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    partner: str | None = None,
    first: date | None = None,
    last: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[AppointmentView]:
    """All appointments, for who looks for one that was a mistake: in a state, at a partner, between
    two days of the site; by their time. One statement. Raises Forbidden."""
    actor.require(Permission.APPOINTMENT_CORRECT)
    return partner_appointments(
        session,
        actor,
        statuses=[state] if state else (),
        partner=partner,
        first=first,
        last=last,
        after=after,
        limit=limit,
    )


def correctable_appointment(session: Session, actor: Actor, ref: str) -> AppointmentView:
    """An appointment, for who looks whether it was a mistake. One statement. Raises
    NotFound, MalformedRef, Forbidden."""
    actor.require(Permission.APPOINTMENT_CORRECT)
    return appointment(session, actor, ref)
