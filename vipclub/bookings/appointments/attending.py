"""The day of the visit: checked in, completed, missed, and the last click taken back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import benefits, people
from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.rows import LockedAppointment
from vipclub.bookings.appointments.stepping import begin, begin_with_persons, take
from vipclub.bookings.models import Appointment
from vipclub.bookings.steps import LIVE, MACHINE, came_from
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import IllegalTransition
from vipclub.people import Person

FULFIL, NO_SHOW, UNDO = MACHINE["fulfil"], MACHINE["noshow"], MACHINE["undo"]


ARRIVALS = tuple(step for step in MACHINE.steps if step.targets == ("arrived",))
"""The ways of being there."""


def arrive(
    session: Session, actor: Actor, *, appointment: str, step: str = "arrive"
) -> BookedAppointment:
    """The visitor is there, from the visit's own day at the site on; `step` is one of `ARRIVALS`.
    Raises TooEarly, Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    arrival = next((one for one in ARRIVALS if one.name == step), None)
    if arrival is None:
        raise ValueError(f"{step} is no way of being there")
    found = begin(session, actor, arrival, appointment, now)
    return take(session, actor, found, arrival, at=now)


def fulfil(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """The visit is completed, on its own day at the site or later: the unit is used. Raises
    TooEarly, Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin(session, actor, FULFIL, appointment, now)
    result = take(session, actor, found, FULFIL, at=now, consumed=True)
    benefits.consume(
        session,
        account_id=found.account_id,
        subject=("appointment", found.ref),
        actor=actor,
        at=now,
    )
    return result


def no_show(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """Nobody came. The unit is used where a late cancellation would use it. Raises TooEarly before
    the visit begins, Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin(session, actor, NO_SHOW, appointment, now)
    used = found.policy.late_cancellation == "consumes"
    result = take(session, actor, found, NO_SHOW, at=now, consumed=used)
    change = benefits.consume if used else benefits.release
    change(
        session,
        account_id=found.account_id,
        subject=("appointment", found.ref),
        actor=actor,
        at=now,
        reason="missed",
    )
    return result


def undo(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """Take back check-in, completion or "missed": the state before stands again, the ledger gets
    the reversing entry. Raises NoEntitlement when a released unit is gone by now;
    IllegalTransition, also when the visitor is expected elsewhere at that time by now (and no word
    of where); Forbidden, NotFound."""
    now = clock.now()
    found, _ = begin_with_persons(session, actor, UNDO, appointment, now)
    if found.state not in LIVE and _expected_elsewhere(session, found):
        raise IllegalTransition(possible=[], state=found.state)
    subject = ("appointment", found.ref)
    back = came_from(found)
    how = found.reason_code if back == "arrived" else None  # how somebody came ends with its step
    result = take(session, actor, found, UNDO, at=now, target=back, consumed=False, reason_code=how)
    if found.consumed:
        benefits.reverse(
            session,
            account_id=found.account_id,
            subject=subject,
            actor=actor,
            at=now,
            reason="undo",
        )
    elif found.state == "noshow":
        benefits.hold(session, account_id=found.account_id, subject=subject, actor=actor, at=now)
    return result


def _expected_elsewhere(session: Session, found: LockedAppointment) -> bool:
    """Whether the visitor, whose lock we hold, has another visit at that time
    (docs/decisions.md 39)."""
    visitor = aliased(Person)
    other = (
        select(Appointment.id)
        .join(visitor, visitor.id == Appointment.beneficiary_id)
        .where(
            people.survivor_of(visitor) == found.visitor_id,
            Appointment.id != found.id,
            Appointment.state.in_(sorted(LIVE)),
            Appointment.starts_at < found.ends_at,
            Appointment.ends_at > found.starts_at,
        )
        .limit(1)
    )
    return session.scalar(other) is not None
