"""The day of the visit: checked in, completed, missed, and the last click taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import benefits, people
from vipclub.accounts import Permission
from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.changing import begin_change
from vipclub.bookings.facts import AppointmentFulfilled, AppointmentMissed, AppointmentUndone
from vipclub.bookings.models import Appointment
from vipclub.bookings.refusals import TooEarly
from vipclub.bookings.states import LIVE
from vipclub.bookings.stepping import begin_step, move
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import IllegalTransition
from vipclub.core.facts import record
from vipclub.people import Person

ATTEND = Permission.APPOINTMENT_ATTEND
BACK = {"arrived": "booked", "noshow": "booked", "fulfilled": "arrived"}


def arrive(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """The visitor is there, at whatever hour. Raises Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin_step(session, actor, appointment, permission=ATTEND, states=frozenset({"booked"}))
    return move(session, actor, found, "arrived", "arrive", at=now)


def fulfil(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """The visit is completed: the unit is used. Raises Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin_step(
        session, actor, appointment, permission=ATTEND, states=frozenset({"booked", "arrived"})
    )
    result = move(session, actor, found, "fulfilled", "fulfil", at=now, consumed=True)
    row = found.row
    benefits.consume(
        session,
        account_id=row.account_id,
        subject=("appointment", row.ref),
        actor=actor,
        at=now,
    )
    record(session, AppointmentFulfilled(row.ref, now))
    return result


def no_show(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """Nobody came. The unit is used where a late cancellation would use it. Raises TooEarly before
    the visit begins, Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin_step(session, actor, appointment, permission=ATTEND, states=frozenset({"booked"}))
    if now < found.row.starts_at:
        raise TooEarly(start=found.start)
    used = found.policy.late_cancellation == "consumes"
    result = move(session, actor, found, "noshow", "noshow", at=now, consumed=used)
    row = found.row
    change = benefits.consume if used else benefits.release
    change(
        session,
        account_id=row.account_id,
        subject=("appointment", row.ref),
        actor=actor,
        at=now,
        reason="missed",
    )
    record(session, AppointmentMissed(row.ref, now))
    return result


def undo(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """Take back check-in, completion or "missed"; the ledger gets the reversing entry. Raises
    NoEntitlement when a released unit is gone by now; IllegalTransition, also when the visitor is
    expected elsewhere at that time by now (and no word of where); Forbidden, NotFound."""
    now = clock.now()
    found, _ = begin_change(session, actor, appointment, permission=ATTEND, states=frozenset(BACK))
    row = found.row
    if row.state not in LIVE and _expected_elsewhere(session, row):
        raise IllegalTransition(possible=[], state=row.state)
    subject = ("appointment", row.ref)
    result = move(session, actor, found, BACK[row.state], "undo", at=now, consumed=False)
    if row.consumed:
        benefits.reverse(
            session, account_id=row.account_id, subject=subject, actor=actor, at=now, reason="undo"
        )
    elif row.state == "noshow":
        benefits.hold(session, account_id=row.account_id, subject=subject, actor=actor, at=now)
    record(session, AppointmentUndone(row.ref, row.state, now))
    return result


def _expected_elsewhere(session: Session, row: Any) -> bool:
    """Whether the visitor, whose lock we hold, has another visit at that time (`decisions` 39)."""
    visitor = aliased(Person)
    other = (
        select(Appointment.id)
        .join(visitor, visitor.id == Appointment.beneficiary_id)
        .where(
            people.survivor_of(visitor) == row.visitor_id,
            Appointment.id != row.id,
            Appointment.state.in_(sorted(LIVE)),
            Appointment.starts_at < row.ends_at,
            Appointment.ends_at > row.starts_at,
        )
        .limit(1)
    )
    return session.scalar(other) is not None
