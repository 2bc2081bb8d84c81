"""The one generator of times, by the site's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from vipclub.core.working_days import WorkingCalendar
from vipclub.partners import Hours, Opening, make_slots

PLAIN = WorkingCalendar("XX", {}, date(2027, 12, 31))
CHINA = WorkingCalendar(
    "CN",
    {date(2026, 10, 1): False, date(2026, 10, 10): True, date(2026, 9, 20): True},
    date(2026, 12, 31),
)
SHANGHAI, LONDON = "Asia/Shanghai", "Europe/London"


def made(
    day: date,
    *,
    hours: tuple[Hours, ...],
    minutes: int = 60,
    zone: str = SHANGHAI,
    calendar: WorkingCalendar = PLAIN,
    days: int = 1,
    on_holidays: bool = False,
    exceptions: dict[date, int] | None = None,
) -> list[Opening]:
    return list(
        make_slots(
            hours,
            first=day,
            days=days,
            minutes=minutes,
            time_zone=zone,
            calendar=calendar,
            on_holidays=on_holidays,
            exceptions=exceptions,
        )
    )


def walls(slots: list[Opening], zone: str = SHANGHAI) -> list[str]:
    return [slot.starts_at.astimezone(ZoneInfo(zone)).strftime("%H:%M") for slot in slots]


def every_day(opens: time, closes: time, every: int = 60, capacity: int = 2) -> tuple[Hours, ...]:
    return tuple(Hours(day, opens, closes, every, capacity) for day in range(1, 8))


@pytest.mark.pain(13)
def test_the_closing_hour_is_exclusive_and_the_visit_must_fit() -> None:
    """Elsewhere times beyond closing were offered (openemr/openemr#13803)."""
    morning = every_day(time(8), time(12), 30)
    assert walls(made(date(2026, 12, 1), hours=morning, minutes=120))[-1] == "10:00"
    assert walls(made(date(2026, 12, 1), hours=morning, minutes=30))[-1] == "11:30"


@pytest.mark.pain(9)
def test_times_are_the_same_on_the_wall_before_and_after_the_clock_changes() -> None:
    """Elsewhere slots were an hour off around clock changes (calcom/cal.com#10517)."""
    hours = every_day(time(9), time(12))
    before = made(date(2026, 10, 24), hours=hours, zone=LONDON)
    after = made(date(2026, 10, 26), hours=hours, zone=LONDON)
    assert walls(before, LONDON) == walls(after, LONDON) == ["09:00", "10:00", "11:00"]
    assert before[0].starts_at == datetime(2026, 10, 24, 8, tzinfo=UTC)
    assert after[0].starts_at == datetime(2026, 10, 26, 9, tzinfo=UTC)


def test_an_hour_that_the_clock_skips_has_no_slots() -> None:
    slots = made(date(2026, 3, 29), hours=every_day(time(0), time(4)), zone=LONDON)
    assert walls(slots, LONDON) == ["00:00", "02:00", "03:00"]
    assert len({slot.starts_at for slot in slots}) == 3


def test_an_hour_that_the_clock_repeats_is_served_once() -> None:
    slots = made(date(2026, 10, 25), hours=every_day(time(0), time(4)), zone=LONDON)
    assert walls(slots, LONDON) == ["00:00", "01:00", "02:00", "03:00"]
    assert all(b.starts_at > a.starts_at for a, b in pairwise(slots))


def test_a_public_holiday_is_closed_unless_the_offering_says_otherwise() -> None:
    hours, day = every_day(time(9), time(11)), date(2026, 10, 1)
    assert made(day, hours=hours, calendar=CHINA) == []
    assert len(made(day, hours=hours, calendar=CHINA, on_holidays=True)) == 2


@pytest.mark.pain(16)
def test_a_make_up_sunday_is_served_with_fridays_hours() -> None:
    """Make-up Sundays were missing from a library of holidays (vacanza/holidays#3293)."""
    weekdays = tuple(Hours(day, time(9), time(11), 60, day) for day in range(1, 6))
    sunday = made(date(2026, 9, 20), hours=weekdays, calendar=CHINA)
    assert [slot.capacity for slot in sunday] == [5, 5]
    assert made(date(2026, 9, 27), hours=weekdays, calendar=CHINA) == []


def test_an_exception_closes_a_day_or_changes_its_places() -> None:
    hours, day = every_day(time(9), time(11)), date(2026, 12, 1)
    assert made(day, hours=hours, exceptions={day: 0}) == []
    assert {slot.capacity for slot in made(day, hours=hours, exceptions={day: 7})} == {7}


@pytest.mark.pain(10)
def test_a_bare_date_is_the_sites_local_day() -> None:
    """Elsewhere a day's query lost the morning and leaked the next day (calcom/cal.com#17844)."""
    slots = made(date(2026, 12, 1), hours=every_day(time(0), time(23, 59), 60), minutes=30)
    assert {slot.local_day for slot in slots} == {date(2026, 12, 1)}
    assert slots[0].starts_at == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert len(slots) == 24
