"""A month of days to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from babel.dates import get_day_names

from vipclub.core.dates import first_of, last_of
from vipclub.core.i18n import N_, format_date, format_month, gettext, ngettext
from vipclub.web.spoken_list import listed


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the grid: `state` is free, full or closed, `spoken` what a listener hears."""

    number: int
    spoken: str
    href: str
    state: str
    current: bool
    today: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A link to the month before or after."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month as a list of days; `starts` is the weekday of the first, 1 for Monday."""

    title: str
    weekdays: list[str]
    starts: int
    days: list[Day]
    earlier: Turn | None
    later: Turn | None


def weekdays(language: str, *, in_full: bool = False) -> list[str]:
    """Monday to Sunday, as short as the language writes them, or in full."""
    locale = {"en": "en", "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant_HK"}[language]
    width: Literal["short", "narrow", "wide"] = "short" if language == "en" else "narrow"
    if in_full:
        width = "wide"
    names = get_day_names(width, "stand-alone", locale)
    return [names[number] for number in range(7)]


def compose_month(
    language: str,
    month: date,
    *,
    free: Mapping[date, int],
    today: date,
    chosen: date | None,
    first: date,
    last: date,
    link: Callable[[date], str],
    turn: Callable[[date], str],
) -> Month:
    """The days of `month`. `free` is the number of times left by day: 0 is a full day, a day not in
    it is closed. `first` and `last` bound the months that lead on."""
    begin, end = first_of(month), last_of(month)
    days = []
    for number in range(1, end.day + 1):
        day = begin.replace(day=number)
        count = free.get(day, 0)
        state = "free" if count else "full" if day in free else "closed"
        if count:
            said = ngettext(language, "%(num)s time free", "%(num)s times free", count)
        else:
            said = gettext(language, N_("nothing free"))
        days.append(
            Day(
                number=number,
                spoken=listed(language, format_date(language, day), said),
                href=link(day) if count else "",
                state=state,
                current=day == chosen,
                today=day == today,
            )
        )
    before, after = begin - timedelta(days=1), end + timedelta(days=1)
    return Month(
        title=format_month(language, begin),
        weekdays=weekdays(language),
        starts=begin.isoweekday(),
        days=days,
        earlier=Turn(format_month(language, before), turn(first_of(before)))
        if before >= first
        else None,
        later=Turn(format_month(language, after), turn(after)) if after <= last else None,
    )
