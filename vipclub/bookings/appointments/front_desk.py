"""What a partner's front desk asks beside the appointments themselves: whom it expects by name, and
one appointment among many by what was typed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.bookings.appointments.finding import appointments, at_partners_of, member, visitor
from vipclub.bookings.appointments.queries import AppointmentView, views_of
from vipclub.bookings.models import Appointment
from vipclub.core.actor import Actor
from vipclub.core.errors import MalformedRef
from vipclub.core.types import parse_ref
from vipclub.people import Person, Viewed, record_views

MOST = 50


@dataclass(frozen=True, slots=True)
class VisitorName:
    """Whom the desk greets: the name and what it is written by, no number."""

    full_name: str = field(repr=False)
    surname: str | None = field(repr=False)
    latin_name: str | None = field(repr=False)
    sex: str | None


def visitor_names(
    session: Session, actor: Actor, *, appointments_of_day: Collection[str], viewed: Viewed
) -> dict[str, VisitorName]:
    """The visitors of the partner's own appointments, by reference and by the receipt of
    `note_names_seen`. One statement. Raises Forbidden."""
    actor.require("appointment:attend")
    viewed.must_cover(*appointments_of_day)
    rows = session.execute(
        appointments()
        .with_only_columns(
            Appointment.public_ref,
            visitor.full_name,
            visitor.surname,
            visitor.latin_name,
            visitor.sex,
        )
        .where(at_partners_of(actor), Appointment.public_ref.in_(appointments_of_day))
    )
    return {ref: VisitorName(*named) for ref, named in ((row[0], row[1:]) for row in rows)}


def note_names_seen(
    session: Session, actor: Actor, *, partner: str, day: date, appointments_of_day: list[str]
) -> Viewed:
    """The trail's row that a day's names were shown, before they are (docs/decisions.md 13). One
    INSERT. Raises Forbidden."""
    actor.require("appointment:attend")
    return record_views(
        session,
        actor,
        "appointment.names_seen",
        subject=("partner", partner),
        refs=appointments_of_day,
        page="day",
        after={"day": day, "appointments": appointments_of_day},
    )


def find_at_partner(
    session: Session, actor: Actor, *, text: str, first: date, last: date
) -> list[AppointmentView]:
    """The partner's own appointments of some days by what the visitor says: the reference, the
    phone number, or the visitor's or the member's name in any spelling; the latest first, 50 at
    most. One statement. Raises Forbidden."""
    actor.require("appointment:attend")
    typed = people.visible(text)[:80]
    if not typed:
        return []
    try:
        wanted = Appointment.public_ref == parse_ref(typed, "A")
    except MalformedRef:
        wanted = or_(*(_meant(session, typed, person) for person in (visitor, member)))
    rows = session.execute(
        appointments()
        .where(
            at_partners_of(actor),
            Appointment.local_day.between(first, last),
            Appointment.state != "entered-in-error",
            wanted,
        )
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
        .limit(MOST)
    )
    return views_of(session, actor, rows)


def _meant(session: Session, typed: str, person: type[Person]) -> ColumnElement[bool]:
    """Whether a person of an appointment (a survivor) is meant by a name or a number. Relatives who
    don't come are nobody's business here."""
    conditions = [person.full_name.icontains(typed, autoescape=True)]
    named, phone = people.named_like(typed, person.id), people.by_phone(session, typed)
    if named is not None:
        conditions.append(named)
    if phone is not None:
        conditions.append(person.id.in_(select(phone.persons().subquery().c.person_id)))
    return or_(*conditions)
