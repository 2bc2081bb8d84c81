"""What all steps of an appointment share: the state moves by the table, the trail has its row, the
member is told, and whoever took the step sees the result."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from vipclub import messages
from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.finding import Found, find_appointment, table
from vipclub.bookings.reading import describe
from vipclub.bookings.states import MACHINE
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.errors import IllegalTransition


def begin_step(
    session: Session, actor: Actor, ref: str, *, permission: str, states: frozenset[str]
) -> Found:
    """Find and lock; the step must start from one of `states`. Raises Forbidden, NotFound and
    IllegalTransition with what is possible for this actor."""
    actor.require(permission)
    found = find_appointment(session, actor, ref)
    if found.row.state not in states:
        raise IllegalTransition(
            possible=MACHINE.possible(found.row.state, actor.permissions), state=found.row.state
        )
    return found


def move(
    session: Session,
    actor: Actor,
    found: Found,
    new: str,
    action: str,
    *,
    at: Any,
    reason: str | None = None,
    tell: str | None = None,
    **values: Any,
) -> BookedAppointment:
    """Move the state, write the trail, queue the letter `tell`."""
    row = found.row
    version = row.version + 1
    MACHINE.move(
        session,
        table,
        row.id,
        row.state,
        new,
        version=version,
        previous_state=row.state,
        **values,
    )
    audit.write(
        session,
        actor,
        f"appointment.{action}",
        subject=("appointment", row.ref),
        before={"state": row.state},
        after={"state": new},
        reason=reason,
        at=at,
    )
    if tell is not None:
        letter = messages.AppointmentLetter(
            ref=row.ref,
            version=version,
            start=found.start,
            end=found.end,
            promised_by=row.promised_by,
            reason=reason,
            **describe(row),  # type: ignore[arg-type]
        )
        messages.queue(
            session,
            template=f"appointment-{tell}",
            person_id=row.member_id,
            subject=("appointment", row.ref),
            version=version,
            data=letter.to_json(),
        )
    return result_of(found, new)


def result_of(found: Found, state: str) -> BookedAppointment:
    """The appointment as it stands after a step."""
    row = found.row
    promised = row.promised_by
    return BookedAppointment(
        appointment=row.ref,
        status=state,
        member=row.member,
        offering=row.offering,
        slot=row.slot,
        start=found.start,
        end=found.end,
        promised_by=promised.astimezone(found.place.zone) if promised else None,
    )
