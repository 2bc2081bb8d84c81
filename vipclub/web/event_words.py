"""Events in words, for members and staff alike."""

from __future__ import annotations

from datetime import datetime

from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, format_time, gettext, pgettext, zone_name
from vipclub.web.day_words import day_then_hour

KINDS = {
    "wealth_salon": N_("Wealth salon"),
    "health_seminar": N_("Health seminar"),
    "private_visit": N_("Private visit"),
}
EVENT_STATES = {
    "draft": N_("Draft", "state of an event"),
    "submitted": N_("In review", "state of an event"),
    "published": N_("Open for registration", "state of an event"),
    "closed": N_("Registration closed", "state of an event"),
    "held": N_("Held", "state of an event"),
    "cancelled": N_("Cancelled", "state of an event"),
}
REGISTRATION_STATES = {
    "invited": N_("Invited", "state of a registration"),
    "registered": N_("Registered", "state of a registration"),
    "waitlisted": N_("On the waiting list", "state of a registration"),
    "offered": N_("Seats offered", "state of a registration"),
    "declined": N_("Declined", "state of a registration"),
    "cancelled": N_("Cancelled", "state of a registration"),
    "lapsed": N_("Ended", "state of a registration"),
    "attended": N_("Attended", "state of a registration"),
    "absent": N_("Absent", "state of a registration"),
}
MOODS = {
    "published": "calm",
    "registered": "calm",
    "attended": "calm",
    "offered": "soon",
    "waitlisted": "soon",
    "submitted": "soon",
}
"""How a state looks; what isn't here looks plain."""
SPOKEN = {
    "mandarin": N_("Mandarin"),
    "cantonese": N_("Cantonese"),
    "english": N_("English", context="a spoken language"),
}


def kind_name(language: str, kind: str) -> str:
    """What kind of event it is."""
    return gettext(language, KINDS[kind])


def event_state(language: str, state: str) -> str:
    """Where an event stands."""
    return pgettext(language, "state of an event", EVENT_STATES[state])


def registration_state(language: str, state: str) -> str:
    """Where a registration stands."""
    return pgettext(language, "state of a registration", REGISTRATION_STATES[state])


def spoken(language: str, codes: tuple[str, ...]) -> str:
    """The languages that are spoken, as a list in words."""
    return " · ".join(gettext(language, SPOKEN[code]) for code in codes)


def hours_on(language: str, start: datetime, end: datetime, zone: str) -> str:
    """Day and hours on the venue's wall, with that clock's name where it isn't the club's."""
    hours = f"{format_time(language, start)}–{format_time(language, end)}"
    said = day_then_hour(format_date(language, start.date()), hours)
    return said if zone == clock.club_zone() else f"{said} ({zone_name(language, zone)})"
