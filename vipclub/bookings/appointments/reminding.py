"""Reminders: decided when they are due, from the appointment as it stands, and asked once more when
they are sent.

A day before the visit. Who booked, moved or was confirmed within that day gets none, and a reminder
whose time has passed is left out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.bookings.appointments.finding import appointment_table, appointments
from vipclub.bookings.appointments.rows import AppointmentRow, appointment_built
from vipclub.bookings.letters import write_letter
from vipclub.bookings.models import Appointment
from vipclub.core import clock
from vipclub.core.db import Database, for_no_key_update

AHEAD = timedelta(hours=24)
TOO_LATE = timedelta(hours=3)
"""So shortly before the visit a reminder only startles."""


def remind_members(db: Database, *, limit: int = 1000) -> int:
    """Queue the reminders that are due, a transaction each; gives how many."""
    now = clock.now()
    with db.read() as session:
        ids = session.scalars(
            select(Appointment.id)
            .where(*_due(now))
            .order_by(Appointment.starts_at, Appointment.id)
            .limit(limit)
        ).all()
    return sum(db.each(ids, remind_one))


def _due(now: datetime) -> list[ColumnElement[bool]]:
    return [
        Appointment.state == "booked",
        Appointment.starts_at > now + TOO_LATE,
        Appointment.starts_at <= now + AHEAD,
        or_(Appointment.reminded_for.is_(None), Appointment.reminded_for != Appointment.starts_at),
    ]


def remind_one(session: Session, appointment_id: int) -> bool:
    """One reminder, and the mark that it was; False where none is wanted any more."""
    now = clock.now()
    found = session.execute(
        for_no_key_update(
            appointments().where(Appointment.id == appointment_id, *_due(now)), of=appointment_table
        )
    ).first()
    if found is None:
        return False
    row = appointment_built(AppointmentRow, session, found)
    session.execute(
        update(appointment_table)
        .where(appointment_table.c.id == row.id)
        .values(reminded_for=row.starts_at)
    )
    certain_since = row.answered_at or row.created_at
    if certain_since > row.starts_at - AHEAD:
        return False
    until = row.site_clock.deadline(row.policy.cancel_until, row.starts_at)
    write_letter(
        session,
        "reminder",
        offering=row,
        person_id=row.member_id,
        ref=row.ref,
        version=row.version,
        subject="reminder",
        start=row.start,
        end=row.end,
        change_until=until if until > now else None,
        status="booked",
    )
    return True
