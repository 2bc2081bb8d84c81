"""What fits together in an event, over plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vipclub.core.types import Json, Localized
from vipclub.events.models import KINDS
from vipclub.events.pictures import PICTURES
from vipclub.events.refusals import EventNotAccepted
from vipclub.membership import TIERS

MOST_SEATS = 5_000
MOST_GUESTS = 9
LONGEST_AGENDA = 30
LANGUAGES = ("mandarin", "cantonese", "english")
"""What may be spoken at an event."""
_HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A line of the agenda: an hour on the venue's wall, what it is, who speaks."""

    at: str
    title: Localized
    speaker: str = ""

    def to_json(self) -> Json:
        """As it is kept."""
        return {"at": self.at, "title": self.title.to_json(), "speaker": self.speaker}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AgendaItem:
        """Raises KeyError for what is none."""
        return cls(data["at"], Localized.from_json(data["title"]), data.get("speaker", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGiven:
    """What is said of an event. Moments are aware; `benefit` is the code of what a seat draws on,
    None for nothing."""

    kind: str
    title: Localized | None
    summary: Localized | None
    venue: Localized | None
    address: Localized | None
    city_code: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    register_until: datetime
    cancel_until: datetime
    seats: int
    guests_at_most: int = 0
    guest_age_from: int | None = None
    waitlist: bool = True
    open: bool = True
    tiers: Sequence[str] = ()
    benefit: str | None = None
    late_cancel_uses: bool = False
    absence_uses: bool = True
    languages: Sequence[str] = ("mandarin",)
    agenda: Sequence[AgendaItem] = ()
    dress: Localized | None = None
    travel: Localized | None = None
    map_url: str = ""
    picture: str = ""
    series: str = field(default="")


def event_seen(given: EventGiven) -> dict[str, object]:
    """What a form of the event shows, field by field (`core/seen_state.py`)."""
    return {name: getattr(given, name) for name in EventGiven.__dataclass_fields__}


def refuse_misfits(given: EventGiven, now: datetime) -> None:
    """Raises EventNotAccepted with the first rule that is broken."""
    rules = {
        "kind": given.kind in KINDS,
        "texts": None not in (given.title, given.summary, given.venue, given.address),
        "zone": _is_zone(given.time_zone),
        "hours": given.doors_at <= given.starts_at < given.ends_at,
        "past": now < given.starts_at,
        "until": max(given.register_until, given.cancel_until) <= given.starts_at,
        "seats": 1 <= given.seats <= MOST_SEATS,
        "guests": 0 <= given.guests_at_most <= MOST_GUESTS,
        "age": given.guest_age_from is None or 0 <= given.guest_age_from <= 120,
        "tiers": set(given.tiers) <= set(TIERS),
        "languages": bool(given.languages) and set(given.languages) <= set(LANGUAGES),
        "agenda": len(given.agenda) <= LONGEST_AGENDA
        and all(_HOUR.fullmatch(item.at) for item in given.agenda),
        "map": not given.map_url or given.map_url.startswith("https://"),
        "picture": not given.picture or given.picture in PICTURES,
    }
    for rule, fits in rules.items():
        if not fits:
            raise EventNotAccepted(rule=rule)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)
