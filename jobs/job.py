"""What a timed job declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from vipclub.core import stopping
from vipclub.core.db import Database
from vipclub.core.errors import Busy
from vipclub.settings import Settings

log = structlog.get_logger("vipclub.jobs")
Told = dict[str, Any] | None
"""What a run did, for the log and `vipclub jobs run`: counts, never a person's data."""
Part = Callable[[Database], int]
"""A part of a job: gives how many it did something for."""


def each_part(database: Database, parts: Mapping[str, Part]) -> Told:
    """Run a job's parts one after another: one that fails is logged and keeps none of the others
    from its turn, and in the end the job has failed. Raises what the first one raised, an error
    before a database that is busy, and Stopped at once."""
    told: dict[str, int] = {}
    errors: list[Exception] = []
    for name, part in parts.items():
        try:
            told[name] = part(database)
        except stopping.Stopped:
            raise
        except Busy as busy:  # the job is put off, and says so itself
            errors.append(busy)
        except Exception as error:
            log.exception("part_failed", part=name)
            errors.append(error)
    if errors:
        raise min(errors, key=lambda error: isinstance(error, Busy))
    return told


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
