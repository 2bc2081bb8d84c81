"""The promise clocks of all partners: which answers are late, and which are due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func
from sqlalchemy.orm import Session

from vipclub.bookings.appointments.finding import appointments, visible_to
from vipclub.bookings.availability.offerings import places_of
from vipclub.bookings.models import Appointment
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.types import Localized


@dataclass(frozen=True, slots=True)
class Promise:
    """A request that a partner hasn't answered yet, and by when it promised to."""

    appointment: str
    service_name: Localized
    site_name: Localized
    partner_name: Localized
    partner: str
    time_zone: str
    asked_at: datetime
    promised_by: datetime


@dataclass(frozen=True, slots=True)
class Promises:
    """All that wait for partners: how many, how many too long, and those that break first."""

    waiting: int
    missed: int
    first: list[Promise]


def promises(session: Session, actor: Actor, *, limit: int = 10) -> Promises:
    """The promise clocks of all partners in the actor's sight, the oldest first. One statement.
    Raises Forbidden."""
    actor.require("appointment:view")
    late = case((Appointment.promised_by < clock.now(), 1), else_=0)
    rows = session.execute(
        appointments(
            func.count().over().label("waiting"),
            func.sum(late).over().label("missed"),
        )
        .where(
            Appointment.state == "pending",
            Appointment.promised_by.is_not(None),
            visible_to(actor),
        )
        .order_by(Appointment.promised_by, Appointment.id)
        .limit(limit)
    ).all()
    return Promises(
        waiting=rows[0].waiting if rows else 0,
        missed=int(rows[0].missed) if rows else 0,
        first=[
            Promise(
                appointment=row.ref,
                service_name=place["service_name"],
                site_name=place["site_name"],
                partner_name=place["partner_name"],
                partner=place["partner"],
                time_zone=place["time_zone"],
                asked_at=row.created_at,
                promised_by=row.promised_by,
            )
            for row, place in places_of(session, rows)
        ],
    )
