"""What a letter's template is given, by what the letter is about: values written as its reader's
language writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vipclub.core import i18n
from vipclub.messages import reasons
from vipclub.messages.channels.mail.building import one_line
from vipclub.messages.letters import AppointmentLetter


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, when and where: `base_url` is empty on the club's own pages, `zone` the club's."""

    language: str
    at: datetime
    base_url: str
    zone: str
    secret: str | None = field(default=None, repr=False)


def context_of(about: str, data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Raises KeyError, TypeError or ValueError when the data is not of such a letter."""
    return _BY_SUBJECT[about](data, reading)


def hours(language: str, start: datetime, end: datetime, zone: str) -> dict[str, str]:
    """A visit's day and hours on the site's wall, and what that zone is called."""
    wall = start.astimezone(ZoneInfo(zone))
    return {
        "day": i18n.format_date(language, wall.date()),
        "start": i18n.format_time(language, wall),
        "end": i18n.format_time(language, end, zone),
        "zone": i18n.zone_name(language, zone),
    }


def _of_appointment(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    letter = AppointmentLetter.from_json(data)
    language = reading.language

    def moment(value: datetime | None) -> str | None:
        return i18n.format_moment(language, value, letter.zone) if value else None

    promised = letter.promised_by
    if promised is not None and reading.at > promised - timedelta(minutes=1):
        promised = None  # a promise that is past is no promise
    proposed = None
    if letter.proposed_start and letter.proposed_end:
        proposed = hours(language, letter.proposed_start, letter.proposed_end, letter.zone)
    return {
        "letter": letter,
        "when": hours(language, letter.start, letter.end, letter.zone),
        "promised_by": moment(promised),
        "previous": moment(letter.previous_start),
        "proposed": proposed,
        "answer_by": moment(letter.answer_by),
        "why": reasons.told(language, letter.answer_kind),
        "reason": one_line(letter.reason or ""),
        "url": f"{reading.base_url}/appointments/{letter.ref}",
    }


_BY_SUBJECT = {"appointment": _of_appointment}
