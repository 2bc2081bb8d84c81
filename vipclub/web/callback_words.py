"""Callbacks in words: what they are about, by when, in which state; and the moment that a form
asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from vipclub import desk
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.desk import CallbackLine
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.promise_clock import Clock, clock_of
from vipclub.web.wall_moment import wall_moment

IN_MINUTES = {"30": 30, "60": 60, "120": 120, "240": 240}
DUE = {
    "": N_("Usual time: 2 hours, 1 hour for a complaint"),
    "30": N_("In 30 minutes"),
    "60": N_("In 1 hour"),
    "120": N_("In 2 hours"),
    "240": N_("In 4 hours"),
    "at": N_("At the time below"),
}
"""What a form offers; `at` is a day and an hour on the club's wall."""
STATES = {
    "due": N_("Due", context="state of a callback"),
    "reached": N_("Reached", context="state of a callback"),
    "unreached": N_("Not reached", context="state of a callback"),
    "cancelled": N_("Cancelled", context="state of a callback"),
}


def due_asked(code: str, at: str) -> datetime | None:
    """The moment that was chosen; None for the usual one. Raises Malformed."""
    if code in IN_MINUTES:
        return clock.now() + timedelta(minutes=IN_MINUTES[code])
    if code != "at":
        return None
    return wall_moment(at, "at")


def due_options(language: str, *, usual: bool = True) -> list[tuple[str, str]]:
    """The choices of a form."""
    return [(code, gettext(language, word)) for code, word in DUE.items() if code or usual]


def about_options(language: str) -> list[tuple[str, str]]:
    """What a call may be about."""
    return [(code, gettext(language, word)) for code, word in desk.ABOUT.items()]


def about_name(language: str, about: str) -> str:
    """What it is about."""
    word = desk.ABOUT[about]
    return gettext(language, word)


def when(language: str, found: CallbackLine, now: datetime) -> str:
    """By when, and from when where that is still to come."""
    zone = clock.club_zone()
    ends = before(language, found.due_at, now, zone)
    if found.from_at <= now:
        return ends
    begins = day_and_hour(language, found.from_at, now, zone)
    return gettext(language, N_("from %(begins)s, %(ends)s"), begins=begins, ends=ends)


def clock_of_callback(language: str, found: CallbackLine, now: datetime) -> Clock:
    """The clock of one that is due."""
    return clock_of(
        language,
        since=min(max(found.created_at, found.from_at), found.due_at),
        until=found.due_at,
        now=now,
        by=when(language, found, now),
    )
