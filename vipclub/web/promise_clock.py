"""The clock of a promise: the time left in words, and whether it is calm, soon or late. What the
server says and what `app.js` counts on with follow the same rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from vipclub.bookings import AppointmentView
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import before, day_and_hour

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise as it is shown. `share`: hundredths of the time left; `mood`: calm, soon, late."""

    words: str
    mood: str
    share: int
    by: str
    since: str
    until: str


def time_left(language: str, left: timedelta) -> str:
    """The time left, to the minute; late, by a minute at least, when it has passed.

    >>> time_left("en", timedelta(minutes=42)), time_left("en", timedelta(hours=-2))
    ('in 42 min', 'late by 2 h 0 min')
    >>> time_left("en", timedelta(hours=30)), time_left("en", timedelta(seconds=-1))
    ('in 1 d 6 h', 'late by 1 min')
    """
    late = left < timedelta(0)
    minutes = max(-left // MINUTE, 1) if late else -(-left // MINUTE)
    hours, rest = divmod(minutes, 60)
    if late:
        if hours:
            return gettext(
                language, N_("late by %(hours)s h %(minutes)s min"), hours=hours, minutes=rest
            )
        return gettext(language, N_("late by %(minutes)s min"), minutes=rest)
    if hours >= 24:
        days, hours = divmod(hours, 24)
        return gettext(language, N_("in %(days)s d %(hours)s h"), days=days, hours=hours)
    if hours:
        return gettext(language, N_("in %(hours)s h %(minutes)s min"), hours=hours, minutes=rest)
    return gettext(language, N_("in %(minutes)s min"), minutes=rest)


def mood_of_time(left: timedelta, whole: timedelta) -> str:
    """Plenty; soon when a third is left, an hour at most; late.

    >>> [mood_of_time(timedelta(minutes=m), timedelta(hours=8)) for m in (300, 42, -1)]
    ['calm', 'soon', 'late']
    """
    if left < timedelta(0):
        return "late"
    return "soon" if left < min(whole / 3, HOUR) else "calm"


def clock_of(language: str, *, since: datetime, until: datetime, now: datetime, by: str) -> Clock:
    """A promise clock that began at `since`; `by` says the hour itself."""
    left, whole = until - now, max(until - since, MINUTE)
    return Clock(
        words=time_left(language, left),
        mood=mood_of_time(left, whole),
        share=max(0, min(100, round(100 * (left / whole)))),
        by=by,
        since=since.isoformat(timespec="seconds"),
        until=until.isoformat(timespec="seconds"),
    )


def promise(language: str, site_name: str, until: datetime, now: datetime, zone: str) -> str:
    """Huashan check-up centre confirms before 15:00 today; once that has passed, who sees to it."""
    if until < now:
        return gettext(
            language,
            N_("%(place)s has not answered yet. The service desk is seeing to it."),
            place=site_name,
        )
    return gettext(
        language,
        N_("%(place)s confirms before %(moment)s."),
        place=site_name,
        moment=day_and_hour(language, until, now, zone),
    )


def promise_clock(language: str, found: AppointmentView, now: datetime) -> Clock | None:
    """The clock of a request that waits; None for any other."""
    if found.status != "pending" or found.promised_by is None:
        return None
    return clock_of(
        language,
        since=found.asked_at,
        until=found.promised_by,
        now=now,
        by=before(language, found.promised_by, now, found.time_zone),
    )
