"""A member's own calendar: one appointment as a file, and a private address that a calendar
program reads again and again.

Decisions:
- 2026-11: the address is a secret of 256 bits, shown once when it is made; the row has its
  SHA-256. A member renews it or switches it off, and the old one is nobody's from then on.
- 2026-11: who knows the address sees when somebody has appointments, and no more: no service, no
  place, no name. Calendar services keep what they fetch. The file of one appointment, which the
  member takes away, has the address and how to prepare.
- 2026-11: cancelled visits stay in the feed as CANCELLED: a program that has the entry must learn
  of it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from vipclub import messages, people
from vipclub.bookings.appointments.queries import AppointmentView, appointments_of
from vipclub.bookings.letters import AppointmentLetter, entry_of, page_of
from vipclub.bookings.models import CalendarFeed
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import upsert_of
from vipclub.core.errors import NotFound
from vipclub.core.types import UtcDateTime
from vipclub.people import Person, PersonRow, find_person

KEPT = timedelta(days=90)
"""How long a past appointment stays in the feed."""
MOST = 200
STATUS = {
    "pending": "TENTATIVE",
    "proposed": "TENTATIVE",
    "waitlist": "TENTATIVE",
    "cancelled": "CANCELLED",
    "entered-in-error": "CANCELLED",
}
"""An appointment's state as iCalendar says it; the others are CONFIRMED."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a private address shows, in the language of its person."""

    language: str | None
    appointments: list[AppointmentView]


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def renew_feed(session: Session, actor: Actor, *, member: str) -> str:
    """A new private address: gives its secret, this once. An earlier one is void. It is of the very
    person who was named, should the cluster turn out to be two. Raises NotFound, Forbidden."""
    actor.require("appointment:view")
    person = find_person(session, actor, member)
    _forget(session, person, but_own=True)
    secret = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(secret), "created_at": clock.now()}
    session.execute(
        upsert_of(session)(CalendarFeed)
        .values(person_id=person.asked_id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )
    audit.write(session, actor, "calendar.renew", subject=("person", person.ref))
    return secret


def end_feed(session: Session, actor: Actor, *, member: str) -> None:
    """No private address any more. Raises NotFound, Forbidden."""
    actor.require("appointment:view")
    person = find_person(session, actor, member)
    _forget(session, person)
    audit.write(session, actor, "calendar.end", subject=("person", person.ref))


def _forget(session: Session, person: PersonRow, *, but_own: bool = False) -> None:
    """The addresses of the person and of whoever turned out to be the same; `but_own` leaves the
    row that is written anew."""
    gone = delete(CalendarFeed).where(CalendarFeed.person_id.in_(people.cluster_of(person.id)))
    if but_own:
        gone = gone.where(CalendarFeed.person_id != person.asked_id)
    session.execute(gone.execution_options(synchronize_session=False))


def feed_since(session: Session, actor: Actor, *, member: str) -> datetime | None:
    """Since when there is a private address; None when there is none. Two statements."""
    person = find_person(session, actor, member)
    return session.scalar(
        select(func.max(CalendarFeed.created_at, type_=UtcDateTime)).where(
            CalendarFeed.person_id.in_(people.cluster_of(person.id))
        )
    )


def feed(session: Session, *, secret: str) -> Feed:
    """All own appointments of whoever the address belongs to, the latest first. Three statements.
    Raises NotFound for an address that is nobody's."""
    owner, survivor = aliased(Person), aliased(Person)
    row = session.execute(
        select(survivor.public_ref, survivor.language)
        .join_from(CalendarFeed, owner, owner.id == CalendarFeed.person_id)
        .join(survivor, people.stands_for(survivor, owner))
        .where(CalendarFeed.token_hash == _hash(secret[:100]))
    ).first()
    if row is None:
        raise NotFound()
    reader = Actor(
        kind="calendar",
        permissions=frozenset({"appointment:view"}),
        scopes=frozenset({("person", row.public_ref)}),
    )
    found = appointments_of(session, reader, member=row.public_ref, limit=MOST).items
    since = clock.now() - KEPT
    return Feed(row.language, [each for each in found if each.end > since])


def calendar_of(
    found: list[AppointmentView],
    *,
    language: str,
    base_url: str,
    domain: str,
    name: str,
    places: bool,
) -> bytes:
    """Appointments as an iCalendar file; see `messages.published`."""
    entries = [
        entry_of(
            AppointmentLetter(
                ref=each.appointment,
                version=each.version,
                service=each.service_name,
                partner=each.partner_name,
                site=each.site_name,
                address=each.address,
                zone=each.time_zone,
                start=each.start,
                end=each.end,
                preparation=each.preparation,
            ),
            language,
            status=STATUS.get(each.status, "CONFIRMED"),
            at=each.answered_at or each.asked_at,
            url=page_of(each.appointment, base_url),
        )
        for each in sorted(found, key=lambda each: (each.start, each.appointment))
    ]
    return messages.published(entries, domain=domain, name=name, places=places)
