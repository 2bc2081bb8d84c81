"""A calendar file: RFC 5545, and iTIP updates and cancellations (RFC 5546).

The UID comes from the entry's reference and SEQUENCE is its version, so that a calendar moves or
removes the entry that it has instead of adding another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from vipclub.messages.channels.mail import post_for
from vipclub.messages.channels.mail.building import one_line

PRODUCT = "-//vipclub//appointments//EN"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a time, as a calendar has it, in its reader's language.

    `start` and `end` are aware moments, `zone` the IANA time zone of the place. `version` grows
    with every change: it is the SEQUENCE. `status` is iCalendar's (TENTATIVE for what waits for an
    answer, CONFIRMED, CANCELLED), `at` when it last changed, `url` its page. Calendars show on
    locked screens and to colleagues, so `summary` says neither what it is nor where; `place` and
    `details` (lines) stand only where the reader alone looks.
    """

    ref: str
    version: int
    start: datetime
    end: datetime
    zone: str
    status: str
    at: datetime
    url: str
    summary: str
    place: str
    details: tuple[str, ...]


def _zone_component(zone: str, earliest: datetime, latest: datetime) -> Timezone:
    """VTIMEZONE with the rules around the visits only."""
    first = (earliest - timedelta(days=370)).date()
    last = (latest + timedelta(days=370)).date()
    component: Timezone = Timezone.from_tzid(zone, first_date=first, last_date=last)
    return component


def calendar_for(
    entry: Entry,
    *,
    method: str,
    organizer: str,
    organizer_name: str,
    attendee: str,
    domain: str,
) -> bytes:
    """`method` is REQUEST (certain, or its time was changed) or CANCEL. `entry.at` becomes
    DTSTAMP."""
    if method not in {"REQUEST", "CANCEL"}:
        raise ValueError(method)
    status = "CANCELLED" if method == "CANCEL" else entry.status
    event = _event(entry, domain, status)
    club = vCalAddress(f"mailto:{organizer}")
    club.params["CN"] = vText(one_line(organizer_name))
    event.add("organizer", club)
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["PARTSTAT"] = vText("TENTATIVE" if status == "TENTATIVE" else "ACCEPTED")
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest)
    if method == "REQUEST":
        event.add("location", one_line(entry.place))
        event.add("description", _description(entry))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.summary)
        alarm.add("trigger", timedelta(hours=-24))
        event.add_component(alarm)
    calendar = _calendar(method)
    calendar.add_component(_zone_component(entry.zone, entry.start, entry.start))
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def uid_domain(mail_url: str, host: str) -> str:
    """The domain in UIDs, the same as in the mails' calendar files; see `mail.post_for`."""
    return post_for(mail_url, folder=Path(), host=host).sender.rsplit("@", 1)[1]


def published(entries: Sequence[Entry], *, domain: str, name: str, places: bool) -> bytes:
    """A calendar to read, not to answer (METHOD:PUBLISH), with the same UIDs and SEQUENCEs as the
    mails. `places`: with place and details, for a file that the member takes away; without
    for one that a calendar service fetches and keeps. The same entries make the same bytes.
    """
    calendar = _calendar("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    by_zone: dict[str, list[datetime]] = {}
    for entry in entries:
        by_zone.setdefault(entry.zone, []).append(entry.start)
    for zone, starts in sorted(by_zone.items()):
        calendar.add_component(_zone_component(zone, min(starts), max(starts)))
    for entry in entries:
        event = _event(entry, domain, entry.status)
        event.add("url", entry.url)
        if places and entry.status != "CANCELLED":
            event.add("location", one_line(entry.place))
            event.add("description", _description(entry))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(entry: Entry, domain: str, status: str) -> Event:
    """What every entry says. The UID stays, SEQUENCE grows with the version."""
    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("uid", f"{entry.ref}@{domain}")
    event.add("sequence", entry.version)
    event.add("dtstamp", entry.at)
    event.add("dtstart", entry.start.astimezone(zone))
    event.add("dtend", entry.end.astimezone(zone))
    event.add("summary", entry.summary)
    event.add("status", status)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    return event


def _description(entry: Entry) -> str:
    return "\n".join((*entry.details, entry.url))
