"""Which hours hold on which day: the weeks of an offering in their order, its exceptions, and the
times that follow from both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.calendar import WorkingCalendar
from vipclub.partners.models import CapacityException, Week, WeekHours, WeeklyCapacity
from vipclub.partners.timetable import Hours, Opening, make_slots

_END = date.max


@dataclass(frozen=True, slots=True)
class WeekFrom:
    """A week that holds from a local day on, until the next one."""

    first: date
    hours: tuple[Hours, ...]


def weeks_of(session: Session, offering_id: int) -> list[WeekFrom]:
    """The weeks of an offering, the earliest first; the first one holds since ever. Two
    statements."""
    w, h = WeeklyCapacity, WeekHours
    begun = session.execute(
        select(w.weekday, w.opens, w.closes, w.every, w.capacity)
        .where(w.offering_id == offering_id)
        .order_by(w.weekday, w.opens)
    )
    weeks: dict[date, list[Hours]] = {date.min: [Hours(*row) for row in begun]}
    later = session.execute(
        select(Week.from_day, h.weekday, h.opens, h.closes, h.every, h.capacity)
        .outerjoin(h, h.week_id == Week.id)
        .where(Week.offering_id == offering_id)
        .order_by(Week.from_day, h.weekday, h.opens)
    )
    for row in later:
        hours = weeks.setdefault(row.from_day, [])
        if row.weekday is not None:
            hours.append(Hours(*row[1:]))
    return [WeekFrom(first, tuple(hours)) for first, hours in sorted(weeks.items())]


def week_on(weeks: Sequence[WeekFrom], day: date) -> tuple[Hours, ...]:
    """The hours of the week that holds on a day."""
    return next((week.hours for week in reversed(weeks) if week.first <= day), ())


def exceptions_of(session: Session, offering_id: int, first: date, last: date) -> dict[date, int]:
    """The days that differ, both ends included. One statement."""
    e = CapacityException
    rows = session.execute(
        select(e.day, e.capacity).where(e.offering_id == offering_id, e.day.between(first, last))
    )
    return {row.day: row.capacity for row in rows}


def times_by(
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
    """The times of `days` local days from `first`, each day by the week that holds then."""
    end = first + timedelta(days=days)
    for week, following in pairwise([*weeks, WeekFrom(_END, ())]):
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
