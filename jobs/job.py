"""What a timed job declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from vipclub.core.db import Database
from vipclub.settings import Settings

Told = dict[str, Any] | None
"""What a run did, for the log and `vipclub jobs run`: counts, never a person's data."""


class Trigger(Protocol):
    """When a job falls due again, and how often it is worth looking."""

    @property
    def look_seconds(self) -> float:
        """How often to look whether the job is due."""

    @property
    def ahead(self) -> timedelta:
        """The furthest that a job may be due ahead."""

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The next moment after this one."""

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Every:
    """Again so many seconds after it began."""

    seconds: float

    @property
    def look_seconds(self) -> float:
        return self.seconds

    @property
    def ahead(self) -> timedelta:
        return timedelta(seconds=2 * self.seconds)

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        return moment + timedelta(seconds=self.seconds)

    def __str__(self) -> str:
        return f"every {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at a time on the club's wall.

    >>> from datetime import UTC
    >>> shanghai = ZoneInfo("Asia/Shanghai")
    >>> Daily(time(1, 30)).after(datetime(2026, 12, 3, 17, 0, tzinfo=UTC), shanghai).isoformat()
    '2026-12-03T17:30:00+00:00'
    >>> Daily(time(1, 30)).after(datetime(2026, 12, 3, 17, 30, tzinfo=UTC), shanghai).isoformat()
    '2026-12-04T17:30:00+00:00'
    """

    at: time

    @property
    def look_seconds(self) -> float:
        return 30

    @property
    def ahead(self) -> timedelta:
        return timedelta(hours=26)

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        day = moment.astimezone(zone).date()
        while True:
            wall = datetime.combine(day, self.at, tzinfo=zone).astimezone(moment.tzinfo)
            if wall > moment:
                return wall
            day += timedelta(days=1)

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Job:
    """`too_late` is the delay after which a missed run is left out; None means that late is always
    better than never. `longest` is how long a run may take before another worker takes over.

    With `at_first`, it is due as soon as it is on the timetable. With `alone` (the rule) one worker
    at a time runs it; without, all may at once, because it claims row by row.
    """

    name: str
    trigger: Trigger
    run: Callable[[Database, Settings], Told]
    too_late: timedelta | None = None
    longest: timedelta = timedelta(minutes=2)
    at_first: bool = True
    alone: bool = True
    about: str = field(default="", compare=False)
