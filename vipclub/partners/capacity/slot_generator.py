"""The one generator of slots: what is shown and what is accepted is made here, out of hours.

All in the site's wall clock. The closing hour is exclusive and the visit must fit; an hour that the
clock skips in spring doesn't exist, one that it repeats in autumn is served the first time only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from vipclub.core.working_days import WorkingCalendar
from vipclub.partners.capacity.hours_in_force import Hours, WeekFrom, hours_on


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot to be: UTC moments, the site's local day, `capacity` seats."""

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
    follows Friday's hours where the week has none for it (docs/domain.md: swapped working days).
    """
    zone, exceptions = ZoneInfo(time_zone), exceptions or {}
    for day in (first + timedelta(days=n) for n in range(days)):
        special = exceptions.get(day)
        if special == 0 or (special is None and calendar.is_holiday(day) and not on_holidays):
            continue
        for row in hours_on(hours, day, calendar):
            for start in _starts(row, day, minutes, zone):
                end = start + timedelta(minutes=minutes)
                yield Opening(start, end, day, row.capacity if special is None else special)


def slots_by_week(
    weeks: Sequence[WeekFrom],
    *,
    first: date,
    days: int,
    minutes: int,
    time_zone: str,
    calendar: WorkingCalendar,
    exceptions: Mapping[date, int],
    on_holidays: bool,
) -> Iterator[Opening]:
    """The slots of `days` local days from `first`, in order, each day by the week of `weeks` that
    is in force then; otherwise as `make_slots`."""
    end = first + timedelta(days=days)
    for week, following in pairwise([*weeks, WeekFrom(date.max, ())]):
        begin = max(week.first, first)
        until = min(following.first, end)
        if begin < until:
            yield from make_slots(
                week.hours,
                first=begin,
                days=(until - begin).days,
                minutes=minutes,
                time_zone=time_zone,
                calendar=calendar,
                exceptions=exceptions,
                on_holidays=on_holidays,
            )


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
