"""The code of an entry ticket: the registration's reference and sixteen random characters, which
nobody can make up (docs/decisions.md 58)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.types import Localized, parse_ref
from vipclub.events.models import Event, Registration
from vipclub.people import Person

SEPARATOR = "."


def ticket_of(session: Session, registration_id: int) -> str:
    """The code of a registration that the caller may see; nothing where it has no seat. One
    statement."""
    row = session.execute(
        select(Registration.public_ref, Registration.ticket_secret).where(
            Registration.id == registration_id
        )
    ).one()
    return _code(session, row.public_ref, row.ticket_secret)


def _code(session: Session, ref: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    secret = cipher_of(session).unseal("registration.ticket_secret", ref, sealed)
    return f"{ref}{SEPARATOR}{secret}"


@dataclass(frozen=True, slots=True)
class NextSeat:
    """A member's seat at the next event; moments on the venue's wall. `ticket` is its code."""

    event: str
    registration: str
    version: int
    title: Localized
    venue: Localized
    address: Localized
    zone: str
    doors: datetime
    start: datetime
    end: datetime
    size: int
    ticket: str = field(repr=False)


def next_seat(
    session: Session, actor: Actor, *, member: str, event: str | None = None
) -> NextSeat | None:
    """Where a member has a seat next, or the seat at one `event`; None for none. One statement.
    Raises MalformedRef, Forbidden."""
    actor.require(Permission.EVENT_VIEW)
    whose = aliased(Person)
    found = (
        select(Registration, Event)
        .join(Event, Event.id == Registration.event_id)
        .join(whose, whose.id == Registration.person_id)
        .where(
            Registration.state == "registered",
            Registration.person_id.in_(people.cluster_behind(parse_ref(member, "M"))),
            people.visible_to(actor, whose),
            Event.ends_at > clock.now(),
        )
        .order_by(Event.starts_at, Registration.id)
        .limit(1)
    )
    if event is not None:
        found = found.where(Event.public_ref == parse_ref(event, "E"))
    row = session.execute(found).first()
    if row is None:
        return None
    own, at = row
    zone = ZoneInfo(at.time_zone)
    return NextSeat(
        event=at.public_ref,
        registration=own.public_ref,
        version=own.version,
        title=at.title,
        venue=at.venue,
        address=at.address,
        zone=at.time_zone,
        doors=at.doors_at.astimezone(zone),
        start=at.starts_at.astimezone(zone),
        end=at.ends_at.astimezone(zone),
        size=own.size,
        ticket=_code(session, own.public_ref, own.ticket_secret),
    )
