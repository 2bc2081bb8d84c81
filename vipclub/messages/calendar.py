"""An appointment as a calendar file: RFC 5545, and iTIP updates and cancellations (RFC 5546).

The UID comes from the appointment's reference and SEQUENCE is its version, so that a calendar
moves or removes the entry that it has instead of adding another.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from vipclub.core.i18n import N_, gettext
from vipclub.messages.channels.mail.building import one_line
from vipclub.messages.letters import AppointmentLetter

PRODUCT = "-//vipclub//appointments//EN"


def _zone_component(zone: str, start: datetime) -> Timezone:
    """VTIMEZONE with the rules around the visit only."""
    first = (start - timedelta(days=370)).date()
    last = (start + timedelta(days=370)).date()
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
    """`method` is REQUEST (confirmed, or its time was changed) or CANCEL. `at` becomes DTSTAMP.

    The summary says neither service nor place: calendars show on locked screens and to colleagues.
    """
    if method not in {"REQUEST", "CANCEL"}:
        raise ValueError(method)
    zone = ZoneInfo(letter.zone)
    event = Event()
    event.add("uid", f"{letter.ref}@{domain}")
    event.add("sequence", letter.version)
    event.add("dtstamp", at)
    event.add("dtstart", letter.start.astimezone(zone))
    event.add("dtend", letter.end.astimezone(zone))
    event.add("summary", gettext(language, N_("Appointment through the VIP Club")))
    event.add("status", "CONFIRMED" if method == "REQUEST" else "CANCELLED")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if method == "REQUEST" else "TRANSPARENT")
    club = vCalAddress(f"mailto:{organizer}")
    club.params["CN"] = vText(one_line(organizer_name))
    event.add("organizer", club)
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["PARTSTAT"] = vText("ACCEPTED")
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
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone_component(letter.zone, letter.start))
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _description(letter: AppointmentLetter, language: str, url: str | None) -> str:
    lines = [f"{letter.service.to(language)} · {letter.partner.to(language)}", letter.ref]
    if letter.preparation:
        lines.append(letter.preparation.to(language))
    if url:
        lines.append(url)
    return "\n".join(lines)
