"""Working days: which days are worked, by region, and counting in them.

China decrees its holidays and swapped working days once a year: a calendar carries the last day
that is known (`valid_through`); what lies beyond is a plain Monday to Friday guess, and is marked
provisional.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import Boolean, Date, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core.column_classes import Public
from vipclub.core.db import Base, insert_ignore
from vipclub.core.reference_data import Source, reference
from vipclub.core.reference_version import watch


class CalendarDay(Base):
    """A day whose kind is decreed: a holiday, or a weekend day that is worked. Edited by
    operations."""

    __tablename__ = "calendar_day"

    region: Mapped[Public[str]] = mapped_column(String(8), primary_key=True)
    day: Mapped[Public[date]] = mapped_column(Date, primary_key=True)
    working: Mapped[Public[bool]] = mapped_column(Boolean)
    name: Mapped[Public[str]] = mapped_column(String(80))


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days of a region.

    >>> cal = WorkingCalendar("CN", {date(2026, 2, 14): True, date(2026, 2, 17): False},
    date(2026, 12, 31))
    >>> cal.is_working_day(date(2026, 2, 14)), cal.is_working_day(date(2026, 2, 17))
    (True, False)
    >>> cal.add_working_days(date(2026, 2, 13), 1)
    datetime.date(2026, 2, 14)
    >>> cal.add_working_days(date(2026, 2, 16), -2)
    datetime.date(2026, 2, 13)
    """

    region: str
    decreed: dict[date, bool] = field(hash=False)
    valid_through: date

    def is_working_day(self, day: date) -> bool:
        decreed = self.decreed.get(day)
        return day.weekday() < 5 if decreed is None else decreed

    def is_holiday(self, day: date) -> bool:
        """Whether it is a decreed day off, not a plain weekend."""
        return self.decreed.get(day) is False

    def add_working_days(self, day: date, count: int) -> date:
        """The working day `count` working days after (or, below zero, before) `day`."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day

    def is_provisional(self, day: date) -> bool:
        """Whether a day lies beyond what is decreed: then its kind is a guess."""
        return day > self.valid_through


def seed_days(region: str, years: Iterable[int]) -> list[dict[str, object]]:
    """Rows for `calendar_day` from the holiday library: a seed, corrected by operations."""
    import holidays

    country = {"CN": holidays.country_holidays, "HK": holidays.country_holidays}.get(region)
    if country is None and region not in holidays.list_supported_countries():
        return []
    calendar = holidays.country_holidays(region, years=list(years))
    rows = [
        {"region": region, "day": day, "working": False, "name": name[:80]}
        for day, name in sorted(calendar.items())
    ]
    rows += [
        {"region": region, "day": day, "working": True, "name": "swapped"}
        for day in sorted(getattr(calendar, "weekend_workdays", ()))
    ]
    return rows


def seed_calendar(session: Session, region: str, years: Iterable[int]) -> None:
    """Fill a region's calendar once; days that are there stay as operations left them."""
    for row in seed_days(region, years):
        insert_ignore(session, CalendarDay.__table__, row, conflict=["region", "day"])


def load_calendar(session: Session, region: str) -> WorkingCalendar:
    """A region's calendar of working days, one of no known days for a region that has none."""
    found = reference(session, CALENDARS).get(region)
    return found or WorkingCalendar(region, {}, date(1970, 12, 31))


def _load(session: Session) -> Mapping[str, WorkingCalendar]:
    """By region; one statement."""
    decreed: dict[str, dict[date, bool]] = {}
    for region, day, working in session.execute(_days):
        decreed.setdefault(region, {})[day] = working
    return MappingProxyType(
        {
            region: WorkingCalendar(region, days, date(max(days).year, 12, 31))
            for region, days in decreed.items()
        }
    )


_days = select(CalendarDay.region, CalendarDay.day, CalendarDay.working)
watch(CalendarDay.__table__)
CALENDARS: Source[Mapping[str, WorkingCalendar]] = Source(
    "calendars", (CalendarDay.__table__,), _load
)
