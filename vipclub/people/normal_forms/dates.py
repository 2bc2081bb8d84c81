"""Days that a customer's data may name."""

from __future__ import annotations

import re
from datetime import date

from vipclub.people.reasons import BadValue

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day(text: str) -> date:
    """The day of an ISO date, 1850 and later. Raises BadValue.

    >>> day("2026-12-03")
    datetime.date(2026, 12, 3)
    """
    plain = text.strip()
    if not _DAY.fullmatch(plain):
        raise BadValue("no_iso_date")
    try:
        found = date.fromisoformat(plain)
    except ValueError:
        raise BadValue("no_such_day") from None
    if found.year < 1850:
        raise BadValue("too_long_ago")
    return found


def birth_date(text: str, today: date) -> date:
    """The birthday of somebody who can be alive: up to 120 years, and not in the future.
    Raises BadValue."""
    found = day(text)
    if found > today:
        raise BadValue("in_the_future")
    if found.year < today.year - 120:
        raise BadValue("too_long_ago")
    return found
