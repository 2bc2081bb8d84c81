"""A day and an hour that somebody chose, on the club's wall."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from vipclub.core import clock
from vipclub.core.errors import Malformed

EARLIEST = 1900
"""A year still being typed (0002) is no moment: it can't even be said in UTC."""


def wall_moment(text: str, field: str) -> datetime:
    """The moment that a field of a form says, as browsers write it. Raises Malformed."""
    try:
        wall = datetime.fromisoformat(text[:16])
    except ValueError:
        raise Malformed(field) from None
    if wall.year < EARLIEST:
        raise Malformed(field)
    return wall.replace(tzinfo=ZoneInfo(clock.club_zone()))
