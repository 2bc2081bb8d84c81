"""The one generator of times: what is shown and what is accepted comes from here.

All in the site's wall clock. The closing hour is exclusive and the visit must fit; an hour that the
clock skips in spring doesn't exist, one that it repeats in autumn is served the first time only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vipclub.core.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of a weekday, 1 for Monday; `every` in minutes."""

    weekday: int
    opens: time
    closes: time
    every: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot to be: UTC moments, the site's local day, seats."""

    starts_at: datetime
    ends_at: datetime
    local_day: date
    capacity: int


def make_slots(
    hours: Sequence[Hours],
    *,
    first: date,
    days: int,
    minutes: int,
    time_zone: str,
    calendar: WorkingCalendar,
    exceptions: Mapping[date, int] | None = None,
    on_holidays: bool = False,
) -> Iterator[Opening]:
    """The slots of `days` local days from `first`, in order.

    A public holiday is closed unless `on_holidays`. A weekend day that is decreed to be worked
    follows Friday's hours where the week has none for it (`domain`: swapped working days).
    """
    zone, exceptions = ZoneInfo(time_zone), exceptions or {}
    for day in (first + timedelta(days=n) for n in range(days)):
        special = exceptions.get(day)
        if special == 0 or (special is None and calendar.is_holiday(day) and not on_holidays):
            continue
        for row in _hours_of(hours, day, calendar):
            for start in _starts(row, day, minutes, zone):
                end = start + timedelta(minutes=minutes)
                yield Opening(start, end, day, row.capacity if special is None else special)


def _hours_of(hours: Sequence[Hours], day: date, calendar: WorkingCalendar) -> list[Hours]:
    own = [row for row in hours if row.weekday == day.isoweekday()]
    if not own and day.isoweekday() > 5 and calendar.is_working_day(day):
        own = [row for row in hours if row.weekday == 5]
    return sorted(own, key=lambda row: row.opens)


def _starts(row: Hours, day: date, minutes: int, zone: ZoneInfo) -> Iterator[datetime]:
    wall = datetime.combine(day, row.opens)
    closes = datetime.combine(day, row.closes)
    ends = closes.replace(tzinfo=zone).astimezone(UTC)
    while wall + timedelta(minutes=minutes) <= closes:
        start = wall.replace(tzinfo=zone).astimezone(UTC)
        exists = start.astimezone(zone).replace(tzinfo=None) == wall
        if exists and start + timedelta(minutes=minutes) <= ends:
            yield start
        wall += timedelta(minutes=row.every)
