"""An appointment as a calendar file: RFC 5545, and iTIP updates and cancellations (RFC 5546).

The UID comes from the appointment's reference and SEQUENCE is its version, so that a calendar
moves or removes the entry that it has instead of adding another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from vipclub.core.i18n import N_, gettext
from vipclub.messages.channels.mail import post_for
from vipclub.messages.channels.mail.building import one_line
from vipclub.messages.letters import AppointmentLetter

PRODUCT = "-//vipclub//appointments//EN"
_PRESENT = {"pending": "TENTATIVE"}
"""What waits for an answer is in the calendar, and not yet certain."""


def _zone_component(zone: str, earliest: datetime, latest: datetime) -> Timezone:
    """VTIMEZONE with the rules around the visits only."""
    first = (earliest - timedelta(days=370)).date()
    last = (latest + timedelta(days=370)).date()
    component: Timezone = Timezone.from_tzid(zone, first_date=first, last_date=last)
    return component


def calendar_for(
    letter: AppointmentLetter,
    *,
    language: str,
    method: str,
    at: datetime,
    organizer: str,
    organizer_name: str,
    attendee: str,
    domain: str,
    url: str | None = None,
) -> bytes:
    """`method` is REQUEST (confirmed, or its time was changed) or CANCEL; what waits for an answer
    is TENTATIVE. `at` becomes DTSTAMP.

    The summary says neither service nor place: calendars show on locked screens and to colleagues.
    """
    if method not in {"REQUEST", "CANCEL"}:
        raise ValueError(method)
    status = "CANCELLED" if method == "CANCEL" else _PRESENT.get(letter.status or "", "CONFIRMED")
    event = _event(letter, language, at, domain, status)
    club = vCalAddress(f"mailto:{organizer}")
    club.params["CN"] = vText(one_line(organizer_name))
    event.add("organizer", club)
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["PARTSTAT"] = vText("TENTATIVE" if status == "TENTATIVE" else "ACCEPTED")
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest)
    if method == "REQUEST":
        site = f"{letter.site.to(language)}, {letter.address.to(language)}"
        event.add("location", one_line(site))
        event.add("description", _description(letter, language, url))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", gettext(language, N_("Appointment through the VIP Club")))
        alarm.add("trigger", timedelta(hours=-24))
        event.add_component(alarm)
    calendar = _calendar(method)
    calendar.add_component(_zone_component(letter.zone, letter.start, letter.start))
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def uid_domain(mail_url: str, host: str) -> str:
    """The domain in UIDs, the same as in the mails' calendar files; see `mail.post_for`."""
    return post_for(mail_url, folder=Path(), host=host).sender.rsplit("@", 1)[1]


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in a published calendar: `status` is iCalendar's (TENTATIVE, CONFIRMED,
    CANCELLED), `at` when it last changed, `url` its page."""

    letter: AppointmentLetter
    status: str
    at: datetime
    url: str


def published(
    entries: Sequence[Entry], *, language: str, domain: str, name: str, places: bool
) -> bytes:
    """A calendar to read, not to answer (METHOD:PUBLISH), with the same UIDs and SEQUENCEs as the
    mails. `places`: with address and preparation, for a file that the member takes away; without
    for one that a calendar service fetches and keeps. The same entries make the same bytes.
    """
    calendar = _calendar("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    by_zone: dict[str, list[datetime]] = {}
    for entry in entries:
        by_zone.setdefault(entry.letter.zone, []).append(entry.letter.start)
    for zone, starts in sorted(by_zone.items()):
        calendar.add_component(_zone_component(zone, min(starts), max(starts)))
    for entry in entries:
        letter = entry.letter
        event = _event(letter, language, entry.at, domain, entry.status)
        event.add("url", entry.url)
        if places and entry.status != "CANCELLED":
            site = f"{letter.site.to(language)}, {letter.address.to(language)}"
            event.add("location", one_line(site))
            event.add("description", _description(letter, language, entry.url))
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


def _event(
    letter: AppointmentLetter, language: str, at: datetime, domain: str, status: str
) -> Event:
    """What every entry says. The UID stays, SEQUENCE grows with the appointment's version."""
    zone = ZoneInfo(letter.zone)
    event = Event()
    event.add("uid", f"{letter.ref}@{domain}")
    event.add("sequence", letter.version)
    event.add("dtstamp", at)
    event.add("dtstart", letter.start.astimezone(zone))
    event.add("dtend", letter.end.astimezone(zone))
    event.add("summary", gettext(language, N_("Appointment through the VIP Club")))
    event.add("status", status)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    return event


def _description(letter: AppointmentLetter, language: str, url: str | None) -> str:
    lines = [f"{letter.service.to(language)} · {letter.partner.to(language)}", letter.ref]
    if letter.preparation:
        lines.append(letter.preparation.to(language))
    if url:
        lines.append(url)
    return "\n".join(lines)
