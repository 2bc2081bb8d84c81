"""Which hours hold on a day: the week that is in force then (`week_on`), its rows of that weekday
(`hours_on`), and the days that differ from every week (`exceptions_of`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import Date, null, select, union_all
from sqlalchemy.orm import Session

from vipclub.core.working_days import WorkingCalendar
from vipclub.partners.models import CapacityException, Week, WeekHours, WeeklyCapacity


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of a weekday (1 Monday to 7 Sunday) by the site's clock: a visit begins every
    `every` minutes, with `capacity` seats each time."""

    weekday: int
    opens: time
    closes: time
    every: int
    capacity: int


@dataclass(frozen=True, slots=True)
class WeekFrom:
    """A week that holds from a local day on, until the next one."""

    first: date
    hours: tuple[Hours, ...]


def weeks_of(session: Session, offering_id: int) -> list[WeekFrom]:
    """The weeks of an offering, the earliest first; the first of them has no beginning. One
    statement."""
    return weeks_by_offering(session, [offering_id])[offering_id]


def weeks_by_offering(session: Session, offering_ids: Sequence[int]) -> dict[int, list[WeekFrom]]:
    """The weeks of several offerings, each as `weeks_of`. One statement."""
    w, h = WeeklyCapacity, WeekHours
    always = select(
        w.offering_id,
        null().cast(Date).label("from_day"),
        w.weekday,
        w.opens,
        w.closes,
        w.every,
        w.capacity,
    ).where(w.offering_id.in_(offering_ids))
    begun = (
        select(Week.offering_id, Week.from_day, h.weekday, h.opens, h.closes, h.every, h.capacity)
        .outerjoin(h, h.week_id == Week.id)
        .where(Week.offering_id.in_(offering_ids))
    )
    both = union_all(always, begun).subquery()
    weeks: dict[int, dict[date, list[Hours]]] = {one: {date.min: []} for one in offering_ids}
    for row in session.execute(select(both).order_by(both.c.weekday, both.c.opens)):
        hours = weeks[row.offering_id].setdefault(row.from_day or date.min, [])
        if row.weekday is not None:
            hours.append(Hours(*row[2:]))
    return {
        one: [WeekFrom(first, tuple(hours)) for first, hours in sorted(by_day.items())]
        for one, by_day in weeks.items()
    }


def week_on(weeks: Sequence[WeekFrom], day: date) -> tuple[Hours, ...]:
    """The hours of the week that is in force on a local day, all weekdays of it."""
    return next((week.hours for week in reversed(weeks) if week.first <= day), ())


def hours_on(hours: Sequence[Hours], day: date, calendar: WorkingCalendar) -> list[Hours]:
    """The rows of a week that a local day follows, the earliest first: those of its weekday; on a
    weekend day that is decreed to be worked and has none, Friday's. Public holidays and days that
    differ are the caller's."""
    own = [row for row in hours if row.weekday == day.isoweekday()]
    if not own and day.isoweekday() > 5 and calendar.is_working_day(day):
        own = [row for row in hours if row.weekday == 5]
    return sorted(own, key=lambda row: row.opens)


def exceptions_of(session: Session, offering_id: int, first: date, last: date) -> dict[date, int]:
    """The days that differ from the week, with their seats a slot (0 is closed); both ends
    included. One statement."""
    e = CapacityException
    rows = session.execute(
        select(e.day, e.capacity).where(e.offering_id == offering_id, e.day.between(first, last))
    )
    return {row.day: row.capacity for row in rows}
