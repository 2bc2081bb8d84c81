"""What operations ask of all appointments: which promises are missed, which are next, and which one
was a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.bookings.finding import appointments, visible_to
from vipclub.bookings.models import Appointment
from vipclub.bookings.queries import AppointmentView, appointment, partner_appointments
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.paging import Page
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
                service_name=row.service_name,
                site_name=row.site_name,
                partner_name=row.partner_name,
                partner=row.partner,
                time_zone=row.time_zone,
                asked_at=row.created_at,
                promised_by=row.promised_by,
            )
            for row in rows
        ],
    )


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
    """One of them. One statement. Raises NotFound, MalformedRef, Forbidden."""
    actor.require(Permission.APPOINTMENT_CORRECT)
    return appointment(session, actor, ref)
