"""What a unit of a benefit was kept or used for: the ledger names appointments and holds, and a
member wants to read of a visit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from vipclub.bookings.appointments.finding import appointments, visible_to
from vipclub.bookings.appointments.queries import AppointmentView, view_of
from vipclub.bookings.appointments.rows import AppointmentRow, appointment_built
from vipclub.bookings.holds.steps import CONSUME
from vipclub.bookings.models import Appointment, SeatHold
from vipclub.core import clock
from vipclub.core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedRow(AppointmentRow):
    """An appointment with the reference of the hold that became one."""

    hold: str | None


def uses_of(
    session: Session, actor: Actor, *, appointments_named: Collection[str], holds: Collection[str]
) -> dict[str, AppointmentView]:
    """Appointments by their own reference, and by that of the hold that became one. One statement.
    Raises Forbidden."""
    actor.require("appointment:view")
    if not appointments_named and not holds:
        return {}
    rows = session.execute(
        appointments(SeatHold.public_ref.label("hold"))
        .outerjoin(
            SeatHold,
            and_(  # a hold ends the moment in which its appointment begins
                SeatHold.person_id == Appointment.person_id,
                SeatHold.ended_at == Appointment.created_at,
                SeatHold.state == CONSUME.target,
            ),
        )
        .where(
            visible_to(actor),
            or_(
                Appointment.public_ref.in_(appointments_named),
                SeatHold.public_ref.in_(holds),
            ),
        )
    )
    found, now = {}, clock.now()
    for row in rows:
        used = appointment_built(UsedRow, session, row)
        view = view_of(session, actor, used, now)
        found[view.appointment] = view
        if used.hold:
            found[used.hold] = view
    return found
