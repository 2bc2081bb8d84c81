"""Words that the doors share: what a state is called, what a promise clock says, which day it is.

All take the language first and moments as aware datetimes. What the server says and what `app.js`
counts on with follow the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from vipclub.bookings import AppointmentView
from vipclub.core.i18n import N_, format_date, format_day, gettext

STATES = {
    "proposed": N_("Another time offered"),
    "pending": N_("Waiting for confirmation"),
    "booked": N_("Confirmed"),
    "arrived": N_("Checked in"),
    "fulfilled": N_("Completed"),
    "cancelled": N_("Cancelled"),
    "noshow": N_("Missed"),
    "waitlist": N_("Waiting list"),
    "entered-in-error": N_("Entered by mistake"),
}
MOODS = {
    "proposed": "soon",
    "pending": "soon",
    "waitlist": "soon",
    "booked": "calm",
    "arrived": "calm",
    "noshow": "late",
}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise as it is shown. `share`: hundredths of the time left; `mood`: calm, soon, late."""

    words: str
    mood: str
    share: int
    by: str
    since: str
    until: str


def state_word(language: str, status: str) -> str:
    """What people call a state."""
    return gettext(language, STATES[status]) if status in STATES else status


def mood_of(status: str) -> str:
    """How a state's badge looks."""
    return MOODS.get(status, "")


def time_left(language: str, left: timedelta) -> str:
    """The time left, to the minute; late when it has passed.

    >>> time_left("en", timedelta(minutes=42)), time_left("en", timedelta(hours=-2))
    ('in 42 min', 'late by 2 h 0 min')
    >>> time_left("en", timedelta(hours=30))
    'in 1 d 6 h'
    """
    late = left < timedelta(0)
    minutes = -left // MINUTE if late else -(-left // MINUTE)
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


def hour(moment: datetime, zone: str) -> str:
    """08:30 on the wall of `zone`."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def day_and_hour(language: str, moment: datetime, now: datetime, zone: str) -> str:
    """15:00 today, 15:00 tomorrow, 15:00 on Fri 4 Dec; with the year when it is another."""
    there, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = there.strftime("%H:%M")
    if there.date() == today:
        return gettext(language, N_("%(time)s today"), time=time)
    if there.date() == today + DAY:
        return gettext(language, N_("%(time)s tomorrow"), time=time)
    return gettext(
        language, N_("%(time)s on %(day)s"), time=time, day=near_day(language, there.date(), today)
    )


def before(language: str, moment: datetime, now: datetime, zone: str) -> str:
    """Before 15:00 today."""
    return gettext(
        language, N_("before %(moment)s"), moment=day_and_hour(language, moment, now, zone)
    )


def day_then_hour(day: str, time: str) -> str:
    """A written day and its hour: a full-width bracket wants no gap after it.

    >>> day_then_hour("Thu 3 Dec", "08:30"), day_then_hour("12月3日（星期四）", "08:30")
    ('Thu 3 Dec 08:30', '12月3日（星期四）08:30')
    """
    return f"{day}{time}" if day.endswith("）") else f"{day} {time}"


def listed(language: str, *parts: str) -> str:
    """Parts read out one after another, with the comma of the language; empty ones are left out.

    >>> listed("en", "Thu 3 Dec 2026", "", "full"), listed("zh-Hans", "12月3日 周四", "约满")
    ('Thu 3 Dec 2026, full', '12月3日 周四，约满')
    """
    return (", " if language == "en" else "，").join(part for part in parts if part)


def near_day(language: str, day: date, today: date) -> str:
    """A day without its year when that is clear."""
    near = timedelta(days=-60) < day - today < timedelta(days=300)
    return format_day(language, day) if near else format_date(language, day)


def promise(language: str, place: str, until: datetime, now: datetime, zone: str) -> str:
    """Huashan check-up centre confirms before 15:00 today; once that has passed, who sees to it."""
    if until < now:
        return gettext(
            language,
            N_("%(place)s has not answered yet. The service desk is seeing to it."),
            place=place,
        )
    return gettext(
        language,
        N_("%(place)s confirms before %(moment)s."),
        place=place,
        moment=day_and_hour(language, until, now, zone),
    )


def days_until(language: str, day: date, today: date) -> str:
    """Today, tomorrow, in 9 days; nothing for what has passed."""
    days = (day - today).days
    if days < 0:
        return ""
    if days < 2:
        return gettext(language, N_("today") if days == 0 else N_("tomorrow"))
    return gettext(language, N_("in %(days)s days"), days=days)


CITIES = {
    "110000": N_("Beijing"),
    "310000": N_("Shanghai"),
    "440100": N_("Guangzhou"),
    "440300": N_("Shenzhen"),
    "320100": N_("Nanjing"),
    "330100": N_("Hangzhou"),
    "510100": N_("Chengdu"),
    "810000": N_("Hong Kong"),
    "990044": N_("London"),
}


def city_name(language: str, code: str) -> str:
    """What a city is called; its code when the club has no place there yet."""
    return gettext(language, CITIES[code]) if code in CITIES else code


def masked(name: str) -> str:
    """A name for a partner's screen: enough to greet, not enough to look up.

    >>> masked("陈晓芳"), masked("李娜"), masked("Chan Siu Man"), masked("欧阳震华")
    ('陈*芳', '李*', 'Chan S* M*', '欧*华')
    """
    name = " ".join(name.split())
    if " " in name or name.isascii():
        first, *rest = name.split(" ")
        return " ".join([first, *(f"{word[:1]}*" for word in rest)])
    return name[:1] + "*" + (name[-1] if len(name) > 2 else "")


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
