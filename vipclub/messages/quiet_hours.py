"""Quiet hours: what can wait wakes nobody, by the club's wall clock. Which letters wait, each says
itself (`Letter.waits`)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vipclub.core import clock
from vipclub.core.outbox import NotNow
from vipclub.messages.letter import Letter

QUIET = (time(21, 30), time(8, 0))
"""From when to when, by the wall clock: nobody is woken by what can wait."""


def quiet_until(moment: datetime, zone: str) -> datetime | None:
    """When the quiet hours end in which this moment lies, by the clock of a zone; None when it lies
    in none.

    >>> from datetime import UTC
    >>> quiet_until(datetime(2026, 12, 3, 14, 0, tzinfo=UTC), "Asia/Shanghai").isoformat()
    '2026-12-04T00:00:00+00:00'
    >>> quiet_until(datetime(2026, 12, 3, 0, 0, tzinfo=UTC), "Asia/Shanghai") is None
    True
    """
    begins, ends = QUIET
    wall = moment.astimezone(ZoneInfo(zone))
    if ends <= wall.time() < begins:
        return None
    day = wall.date() + timedelta(days=1 if wall.time() >= begins else 0)
    return datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(moment.tzinfo)


def wait_for_the_morning(letter: Letter, data: dict[str, Any], now: datetime) -> None:
    """Raises NotNow in the quiet hours for a letter that can wait, unless it would be of no use by
    the morning."""
    if not letter.waits:
        return
    morning = quiet_until(now, clock.club_zone())
    end = letter.ends(data)
    if morning is not None and (end is None or morning < end):
        raise NotNow(morning, "quiet hours")
