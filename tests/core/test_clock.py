"""Working days are data with an end that is known; the club's own day is of its own zone."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.zones import club_in
from vipclub.core import clock
from vipclub.core.db import Database

CN = clock.WorkingCalendar(
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
    db.run(clock.seed_calendar, "CN", [2026])
    spring = date(2026, 2, 17)

    def make_it_work(session: object) -> None:
        row = session.get(clock.CalendarDay, ("CN", spring))  # type: ignore[attr-defined]
        row.working = True

    db.run(make_it_work)
    db.run(clock.seed_calendar, "CN", [2026])
    with db.read() as session:
        calendar = clock.load_calendar(session, "CN")
    assert calendar.is_working_day(spring)
    assert calendar.valid_through == date(2026, 12, 31)
    assert any(working for day, working in calendar.decreed.items() if day != spring)


def test_the_clubs_day_is_that_of_its_own_zone_in_every_thread() -> None:
    moment = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    with club_in("Pacific/Auckland"), time_machine.travel(moment, tick=False):
        found: list[date] = []
        other = threading.Thread(target=lambda: found.append(clock.club_today()))
        other.start()
        other.join()
        assert [clock.club_today(), *found] == [date(2026, 12, 4)] * 2
    with club_in("Europe/London"):
        assert clock.club_day(moment) == date(2026, 12, 3)


def test_a_process_serves_one_club_and_guesses_no_zone() -> None:
    with club_in(None):
        with pytest.raises(RuntimeError, match="open the database"):
            clock.club_today()
        clock.settle_zone("Europe/London")
        clock.settle_zone("Europe/London")
        with pytest.raises(RuntimeError, match="in Europe/London, not in Asia/Hong_Kong"):
            clock.settle_zone("Asia/Hong_Kong")
        assert clock.club_zone() == "Europe/London"
