"""The letters about events: to who has a seat, waits for one, is offered one, or had one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.core import i18n
from vipclub.core.i18n import N_
from vipclub.core.steps import Step
from vipclub.core.types import Localized
from vipclub.events.models import Event, Registration
from vipclub.events.registrations.entry_tickets import NextSeat
from vipclub.events.registrations.queue import place_of
from vipclub.messages import Entry, Letter, Reading, queue


def tell(session: Session, step: Step[Any], state: str, ref: str) -> None:
    """Write to whose registration it is what a step into this state tells. Two statements, and one
    more for who waits."""
    _write(session, str(step.letter_to(state)), state, ref)


def _write(session: Session, template: str, state: str, ref: str) -> None:
    row = session.execute(
        select(
            Registration.id,
            Registration.person_id,
            Registration.version,
            Registration.size,
            Registration.due_at,
            Registration.reason_code,
            Registration.consumed,
            Event.public_ref,
            Event.title,
            Event.venue,
            Event.address,
            Event.time_zone,
            Event.doors_at,
            Event.starts_at,
            Event.ends_at,
            Event.cancel_until,
        )
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.public_ref == ref)
    ).one()
    place = place_of(session, row.id) if state == "waitlisted" else None
    queue(
        session,
        template=template,
        person_id=row.person_id,
        subject=("registration", ref),
        version=row.version,
        data={
            "ref": ref,
            "version": row.version,
            "event": row.public_ref,
            "title": row.title.to_json(),
            "venue": row.venue.to_json(),
            "address": row.address.to_json(),
            "zone": row.time_zone,
            "doors": row.doors_at.isoformat(),
            "start": row.starts_at.isoformat(),
            "end": row.ends_at.isoformat(),
            "cancel_until": row.cancel_until.isoformat(),
            "size": row.size,
            "line": place.line if place else None,
            "until": row.due_at.isoformat() if state == "offered" else row.ends_at.isoformat(),
            "reason": row.reason_code,
            "used": row.consumed,
        },
    )


def tell_all_of_change(session: Session, event_id: int) -> None:
    """Write to everybody who has a seat that the event takes place at another hour or place. Three
    statements each."""
    refs = session.scalars(
        select(Registration.public_ref)
        .where(Registration.event_id == event_id, Registration.state == "registered")
        .order_by(Registration.id)
    ).all()
    session.execute(
        update(Registration)
        .where(Registration.event_id == event_id, Registration.state == "registered")
        .values(version=Registration.version + 1)
        .execution_options(synchronize_session=False)
    )
    for ref in refs:
        _write(session, "event-changed", "registered", ref)


def _context(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    language, zone = reading.language, data["zone"]
    start = datetime.fromisoformat(data["start"])
    wall = start.astimezone(ZoneInfo(zone))

    def moment(name: str) -> str:
        return i18n.format_moment(language, datetime.fromisoformat(data[name]), zone)

    return {
        "title": Localized.from_json(data["title"]).to(language),
        "venue": Localized.from_json(data["venue"]).to(language),
        "address": Localized.from_json(data["address"]).to(language),
        "day": i18n.format_date(language, wall.date()),
        "start": i18n.format_time(language, wall),
        "doors": i18n.format_time(language, datetime.fromisoformat(data["doors"]), zone),
        "zone": i18n.zone_name(language, zone),
        "cancel_until": moment("cancel_until"),
        "until": moment("until"),
        "end": i18n.format_time(language, datetime.fromisoformat(data["end"]), zone),
        "ref": data["ref"],
        "size": int(data["size"]),
        "used": bool(data["used"]),
        "line": data["line"],
        "reason": data["reason"],
        "url": f"{reading.base_url}/events/{data['event']}",
    }


def _entry(data: dict[str, Any], reading: Reading) -> Entry:
    language = reading.language
    place = [Localized.from_json(data[name]).to(language) for name in ("venue", "address")]
    return Entry(
        ref=data["ref"],
        version=int(data["version"]),
        start=datetime.fromisoformat(data["start"]),
        end=datetime.fromisoformat(data["end"]),
        zone=data["zone"],
        status="CONFIRMED",
        at=reading.at,
        url=f"{reading.base_url}/events/{data['event']}",
        summary=Localized.from_json(data["title"]).to(language),
        place=", ".join(place),
        details=(data["ref"],),
    )


def calendar_entry(found: NextSeat, language: str, *, at: datetime, base_url: str) -> Entry:
    """A seat as it stands in the member's own calendar: the same UID and SEQUENCE as by mail."""
    return Entry(
        ref=found.registration,
        version=found.version,
        start=found.start,
        end=found.end,
        zone=found.zone,
        status="CONFIRMED",
        at=at,
        url=f"{base_url}/events/{found.event}",
        summary=found.title.to(language),
        place=f"{found.venue.to(language)}, {found.address.to(language)}",
        details=(found.registration,),
    )


def still_true(session: Session, ref: str, version: int) -> bool:
    """Whether a letter about this version of a registration may still go out."""
    found = session.scalar(select(Registration.version).where(Registration.public_ref == ref))
    return found == version


def versions_of(session: Session, refs: Collection[str]) -> dict[str, int]:
    """The present version of each, for the inbox. One statement."""
    rows = session.execute(
        select(Registration.public_ref, Registration.version).where(
            Registration.public_ref.in_(refs)
        )
    )
    return {row.public_ref: row.version for row in rows}


_about = partial(
    Letter,
    context=_context,
    still_true=still_true,
    versions=versions_of,
    entry=_entry,
    face="event",
    until="until",
    about="events",
)
LETTERS = (
    _about("event-registered", N_("Seat at an event"), calendar="REQUEST"),
    _about("event-changed", N_("Event changed"), calendar="REQUEST"),
    _about("event-waitlisted", N_("Place in the line")),
    _about("event-offered", N_("Seat offered"), waits=True),
    _about(
        "event-registration-cancelled",
        N_("Registration cancelled"),
        calendar="CANCEL",
        if_known=True,
    ),
    _about("event-seat-lapsed", N_("Registration ended"), waits=True),
    _about("event-cancelled", N_("Event cancelled"), calendar="CANCEL", if_known=True),
)
"""Whoever just answered hears at once; what a freed seat tells waits for the morning, and so does
the time to answer (`registrations.offer_time`)."""
