"""How time is counted on a case's own calendar: minutes around the clock, minutes of office hours
on working days, or days that end at midnight; what lies in a pause isn't counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from vipclub.core.working_days import WorkingCalendar

Measure = Literal["minutes", "working_minutes", "days"]
"""What an allowance counts: every minute; minutes in office hours; every minute, and then to the
end of that day."""
OFFICE_OPENS, OFFICE_CLOSES = time(9), time(18)
LOOKED_AHEAD = 4000
"""Days that are looked through for office hours: over ten years."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many minutes, counted so; of `days` the minutes are a multiple of 1440."""

    minutes: int
    measure: Measure = "minutes"

    def share(self, part: float) -> Allowance:
        """A part of it, in whole minutes, one at least."""
        return Allowance(max(1, round(self.minutes * part)), self.measure)


@dataclass(frozen=True)
class CaseCalendar:
    """Where a case's hours and days are counted: the zone of its wall, and the working days of its
    region."""

    zone: ZoneInfo
    working: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Pause:
    """From a moment until another one, which isn't part of it; one that still lasts has no end."""

    start: datetime
    end: datetime | None


def moment_after(
    calendar: CaseCalendar, start: datetime, allowance: Allowance, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When an allowance that begins to run at `start` (an aware moment) is spent, in UTC. None
    while a pause lasts in which it never is. Pauses are in order and don't overlap."""
    left = timedelta(minutes=allowance.minutes)
    for begins, ends in _without(_windows(calendar, start, allowance.measure), pauses):
        if ends is None or ends - begins >= left:
            moment = begins + left
            return _end_of_day(calendar, moment) if allowance.measure == "days" else moment
        left -= ends - begins
    return None


def _windows(
    calendar: CaseCalendar, start: datetime, measure: Measure
) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches of time in which a measure counts, from a moment on, in UTC."""
    start = start.astimezone(UTC)
    if measure != "working_minutes":
        yield start, None
        return
    day = start.astimezone(calendar.zone).date()
    for ahead in range(LOOKED_AHEAD):
        today = day + timedelta(days=ahead)
        if not calendar.working.is_working_day(today):
            continue
        opens, closes = (
            datetime.combine(today, hour, calendar.zone).astimezone(UTC)
            for hour in (OFFICE_OPENS, OFFICE_CLOSES)
        )
        if closes > start:
            yield max(opens, start), closes


def _without(
    windows: Iterator[tuple[datetime, datetime | None]], pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime | None]]:
    """The windows with what lies in a pause cut out; nothing after a pause that lasts."""
    for begins, ends in windows:
        at = begins
        for pause in pauses:
            if ends is not None and pause.start >= ends:
                break
            if pause.end is not None and pause.end <= at:
                continue
            if pause.start > at:
                yield at, pause.start
            if pause.end is None:
                return
            at = pause.end
        if ends is None or at < ends:
            yield at, ends


def _end_of_day(calendar: CaseCalendar, moment: datetime) -> datetime:
    """The midnight that ends a moment's local day; a moment that is one ends the day before."""
    local = moment.astimezone(calendar.zone)
    midnight = datetime.combine(local.date(), time(0), calendar.zone)
    if midnight.astimezone(UTC) == moment.astimezone(UTC):
        return moment.astimezone(UTC)
    return datetime.combine(local.date() + timedelta(days=1), time(0), calendar.zone).astimezone(
        UTC
    )
