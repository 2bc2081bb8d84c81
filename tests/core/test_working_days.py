"""Working days are data with an end that is known."""

from __future__ import annotations

from datetime import date

from vipclub.core.db import Database
from vipclub.core.working_days import CalendarDay, WorkingCalendar, load_calendar, seed_calendar

CN = WorkingCalendar(
    "CN",
    {
        **{date(2026, 2, day): False for day in range(15, 24)},
        date(2026, 2, 14): True,
        date(2026, 2, 28): True,
    },
    date(2026, 12, 31),
)


def test_a_make_up_saturday_is_a_working_day_and_a_holiday_is_not() -> None:
    assert CN.is_working_day(date(2026, 2, 28))
    assert not CN.is_working_day(date(2026, 2, 17))
    assert CN.is_holiday(date(2026, 2, 17))
    assert not CN.is_holiday(date(2026, 3, 1))


def test_two_working_days_before_the_first_one_after_spring_festival() -> None:
    assert CN.add_working_days(date(2026, 2, 24), -1) == date(2026, 2, 14)
    assert CN.add_working_days(date(2026, 2, 24), -2) == date(2026, 2, 13)
    assert CN.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_beyond_the_decree_a_day_is_provisional() -> None:
    assert CN.is_provisional(date(2027, 1, 4))
    assert not CN.is_provisional(date(2026, 12, 31))


def test_the_seed_leaves_what_operations_changed(db: Database) -> None:
    db.run(seed_calendar, "CN", [2026])
    spring = date(2026, 2, 17)

    def make_it_work(session: object) -> None:
        row = session.get(CalendarDay, ("CN", spring))  # type: ignore[attr-defined]
        row.working = True

    db.run(make_it_work)
    db.run(seed_calendar, "CN", [2026])
    with db.read() as session:
        calendar = load_calendar(session, "CN")
    assert calendar.is_working_day(spring)
    assert calendar.valid_through == date(2026, 12, 31)
    assert any(working for day, working in calendar.decreed.items() if day != spring)
