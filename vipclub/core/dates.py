"""Arithmetic of dates: months, full years, and a day as it is written. Pure; what day it is, the
clock knows."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TypeVar

Day = TypeVar("Day", bound=date)


def day_of(text: str | None) -> date | None:
    """A day as browsers and files write it; None for anything else.

    >>> day_of("2026-12-03"), day_of("3.12.2026"), day_of("")
    (datetime.date(2026, 12, 3), None, None)
    """
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def last_of(day: date) -> date:
    """The last day of a day's month.

    >>> last_of(date(2028, 2, 3)), last_of(date(9999, 12, 1))
    (datetime.date(2028, 2, 29), datetime.date(9999, 12, 31))
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_after(day: Day, count: int) -> Day:
    """The same day (and time) `count` months later, or the month's last day.

    >>> months_after(date(2026, 8, 31), 6), months_after(date(2026, 1, 1), -1)
    (datetime.date(2027, 2, 28), datetime.date(2025, 12, 1))
    """
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def full_years(since: date, until: date) -> int:
    """Whole years from one day to another, none before the first: an age. Who was born on 29
    February completes a year on 1 March of other years.

    >>> [full_years(date(2012, 2, 29), date(2026, month, day)) for month, day in ((2, 28), (3, 1))]
    [13, 14]
    """
    years = until.year - since.year - ((until.month, until.day) < (since.month, since.day))
    return max(years, 0)
