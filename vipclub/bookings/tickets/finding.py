"""Tickets and who may know of them: whoever may know of the person. The finder is the lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from vipclub.benefits import Benefit
from vipclub.bookings.tickets.models import BookingTicket, ticket_table
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import row_as
from vipclub.core.types import Localized, parse_ref
from vipclub.people import Person, same_person
from vipclub.people import visible_to as persons_visible_to


@dataclass(frozen=True, slots=True)
class LockedTicket:
    """A ticket under its lock."""

    id: int
    ref: str
    person_id: int
    service: str
    service_name: Localized
    state: str
    ends_at: datetime


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which tickets an actor may know of: those of the persons in sight."""
    holder, survivor = aliased(Person), aliased(Person)
    in_sight = (
        select(holder.id)
        .join(survivor, same_person(survivor, holder))
        .where(persons_visible_to(actor, survivor), holder.id == BookingTicket.person_id)
        .correlate(BookingTicket)
    )
    return in_sight.exists()


def find_ticket(session: Session, actor: Actor, ref: str) -> LockedTicket:
    """A ticket under its lock until the transaction ends. One statement. Raises MalformedRef,
    NotFound."""
    statement = (
        select(
            BookingTicket.id,
            BookingTicket.public_ref.label("ref"),
            BookingTicket.person_id,
            Benefit.code.label("service"),
            Benefit.name.label("service_name"),
            BookingTicket.state,
            BookingTicket.ends_at,
        )
        .join(Benefit, Benefit.id == BookingTicket.benefit_id)
        .where(BookingTicket.public_ref == parse_ref(ref, "G"), visible_to(actor))
    )
    row = session.execute(for_no_key_update(statement, of=ticket_table)).first()
    if row is None:
        raise NotFound()
    return row_as(LockedTicket, row)
