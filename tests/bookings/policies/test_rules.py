"""Booking policies: three real hospitals' rules, replayed at the minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vipclub.bookings.availability.search import bookable_range
from vipclub.bookings.policies.document import named_document, policy_names, policy_of
from vipclub.bookings.policies.rules import (
    Allowed,
    Beneficiary,
    Deadline,
    Policy,
    SiteClock,
    ask,
    cancels_free,
    window,
)
from vipclub.core.working_days import WorkingCalendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(
    "CN",
    # National Day, and the days worked in exchange (a Sunday before, a Saturday after)
    {date(2026, 10, day): False for day in range(1, 8)}
    | {date(2026, 9, 20): True, date(2026, 10, 10): True},
    date(2026, 12, 31),
)
PLACE = SiteClock(ZONE, CALENDAR)
GROWN_UP = Beneficiary(tier="gold", birth_date=date(1980, 5, 5), sex="F")
SHANGHAI = "310000"
MINUTE = timedelta(minutes=1)


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def hospital(name: str) -> Policy:
    return policy_of(named_document(f"{name}-hospital"))


def refusals(
    policy: Policy, start: datetime, now: datetime, who: Beneficiary = GROWN_UP
) -> list[str]:
    """What stands against it: code, and the rule within it."""
    answer = ask(policy, PLACE, who, start, SHANGHAI, now)
    if isinstance(answer, Allowed):
        return []
    return [f"{r.code} {r.data.get('rule', '')}".strip() for r in answer]


# The first hospital: opens 14 days ahead at 06:30, cancel until 00:00 of the day


def test_the_first_hospital_opens_fourteen_days_ahead_at_half_past_six() -> None:
    rules, start = hospital("jingcheng"), at(12, 15)
    assert refusals(rules, start, at(12, 1, 6, 29)) == ["outside_window not_yet"]
    assert refusals(rules, start, at(12, 1, 6, 30)) == []
    assert refusals(rules, start, start - MINUTE) == []
    assert refusals(rules, start, start) == ["outside_window past"]


def test_the_first_hospital_may_be_cancelled_until_midnight_before_the_day() -> None:
    rules, start = hospital("jingcheng"), at(12, 15, 14)
    assert cancels_free(rules, PLACE, start, at(12, 14, 23, 59))
    assert not cancels_free(rules, PLACE, start, at(12, 15, 0, 0))


# The second: opens 28 days ahead at 06:00, half a day, one a day per department, strikes


def test_the_second_hospital_opens_twenty_eight_days_ahead_at_six() -> None:
    rules, start = hospital("nantang"), at(12, 30, 14, 30)
    assert refusals(rules, start, at(12, 2, 5, 59)) == ["outside_window not_yet"]
    assert refusals(rules, start, at(12, 2, 6, 0)) == []


def test_the_second_hospitals_experts_are_cancelled_half_a_day_before() -> None:
    rules, start = hospital("nantang"), at(12, 30, 14, 30)
    assert cancels_free(rules, PLACE, start, at(12, 30, 2, 29))
    assert not cancels_free(rules, PLACE, start, at(12, 30, 2, 30))


def test_the_second_hospital_takes_one_booking_a_day_and_department() -> None:
    rules, start, now = hospital("nantang"), at(12, 30, 14, 30), at(12, 20)
    again = Beneficiary(tier="gold", birth_date=date(1980, 5, 5), same_department_day=1)
    assert refusals(rules, start, now, again) == ["limit_reached department_day"]


def test_three_visits_missed_in_half_a_year_suspend_for_half_a_year() -> None:
    rules = hospital("nantang")
    missed = (at(1, 10), at(4, 2), at(7, 10))
    strikes = Beneficiary(tier="gold", missed=missed)
    until = at(1, 10, year=2027)
    assert refusals(rules, until + timedelta(days=1), until - MINUTE, strikes) == ["suspended"]
    assert refusals(rules, until + timedelta(days=1), until, strikes) == []


def test_three_visits_missed_in_more_than_half_a_year_suspend_nobody() -> None:
    rules = hospital("nantang")
    slower = Beneficiary(tier="gold", missed=(at(1, 10), at(4, 2), at(7, 10, 9, 1)))
    twice = Beneficiary(tier="gold", missed=(at(6, 1), at(7, 10)))
    for who in (slower, twice):
        assert refusals(rules, at(7, 22), at(7, 20), who) == []


# The third: at the earliest two working days, at the latest fourteen days ahead


def test_the_third_hospital_takes_bookings_until_two_working_days_before() -> None:
    rules, monday = hospital("muhe"), at(12, 14)  # Thursday 10 is two working days before
    assert refusals(rules, monday, at(12, 10, 23, 59)) == []
    assert refusals(rules, monday, at(12, 11, 0, 0)) == ["outside_window too_late"]


def test_the_third_hospital_opens_fourteen_days_ahead() -> None:
    rules, monday = hospital("muhe"), at(12, 14)
    assert refusals(rules, monday, at(11, 29, 23, 59)) == ["outside_window not_yet"]
    assert refusals(rules, monday, at(11, 30, 0, 0)) == []


def test_its_working_days_jump_over_the_national_holiday_and_count_the_swapped_saturday() -> None:
    """The calendar is data: a library lacked make-up Sundays (vacanza/holidays#3293)."""
    rules = hospital("muhe")
    monday = at(10, 12)  # Saturday 10 October is worked, so is Friday 9
    assert refusals(rules, monday, at(10, 9, 23, 59)) == []
    assert refusals(rules, monday, at(10, 10, 0, 0)) == ["outside_window too_late"]
    thursday = at(10, 8)  # the two working days before it are 30 and 29 September
    assert refusals(rules, thursday, at(9, 29, 23, 59)) == []
    assert refusals(rules, thursday, at(9, 30, 0, 0)) == ["outside_window too_late"]


def test_the_third_hospital_is_cancelled_until_eight_two_working_days_before() -> None:
    """Health providers asked for such a deadline three years running (calcom/cal.com#2546)."""
    rules, monday = hospital("muhe"), at(12, 14)
    assert cancels_free(rules, PLACE, monday, at(12, 10, 7, 59))
    assert not cancels_free(rules, PLACE, monday, at(12, 10, 8, 0))


def test_the_third_hospital_refuses_whoever_is_under_fourteen_on_the_day() -> None:
    rules, start, now = hospital("muhe"), at(12, 14), at(12, 1)
    birthday = Beneficiary(tier="gold", birth_date=date(2012, 12, 14))
    a_day_too_young = Beneficiary(tier="gold", birth_date=date(2012, 12, 15))
    unknown = Beneficiary(tier="gold")
    assert refusals(rules, start, now, birthday) == []
    assert refusals(rules, start, now, a_day_too_young) == ["not_eligible age"]
    assert refusals(rules, start, now, unknown) == ["not_eligible age"]


# What a partner has promised


@pytest.mark.promise("P27")
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (at(12, 1, 10), at(12, 1, 14)),
        (at(12, 1, 16), at(12, 2, 11)),
        (at(12, 1, 7), at(12, 1, 13)),
        (at(12, 4, 17, 30), at(12, 7, 12, 30)),
        (at(9, 30, 17), at(10, 8, 12)),
    ],
    ids=["the same day", "over night", "before opening", "over the weekend", "over the holiday"],
)
def test_a_promise_of_four_hours_runs_in_working_hours(asked: datetime, answered: datetime) -> None:
    rules = Policy(confirmation="partner", promise_hours=4)
    assert PLACE.promised(rules, asked, at(12, 30)) == answered


@pytest.mark.promise("P27")
def test_a_promise_never_lies_beyond_the_visit() -> None:
    rules = Policy(confirmation="partner", promise_hours=40)
    assert PLACE.promised(rules, at(12, 1), at(12, 2)) == at(12, 2)


def test_all_that_stands_against_a_booking_is_said_at_once() -> None:
    rules = Policy(opens_days=5, tiers=frozenset({"black"}), sex="M", cities=frozenset({"110000"}))
    assert refusals(rules, at(12, 30), at(12, 1)) == [
        "outside_window not_yet",
        "not_eligible tier",
        "not_eligible sex",
        "not_eligible city",
    ]


def test_a_holiday_is_refused_where_the_policy_says_so() -> None:
    rules = Policy(on_holidays=False)
    assert refusals(rules, at(10, 2), at(9, 20)) == ["outside_window holiday"]
    assert refusals(rules, at(10, 9), at(9, 20)) == []


@pytest.mark.pain(16)
def test_a_provisional_working_day_is_known_as_one() -> None:
    assert CALENDAR.is_provisional(date(2027, 1, 4))
    assert not CALENDAR.is_provisional(date(2026, 12, 31))


# Documents


@pytest.mark.parametrize("name", policy_names())
def test_each_shipped_policy_can_be_read(name: str) -> None:
    assert policy_of(named_document(name)).opens_days > 0


DEADLINES = st.one_of(
    st.builds(Deadline, hours=st.integers(0, 72)),
    st.builds(Deadline, days=st.integers(0, 5), at=st.sampled_from([time(0), time(8), time(16)])),
    st.builds(
        Deadline,
        working_days=st.integers(0, 5),
        at=st.sampled_from([time(0), time(8)]),
        end_of_day=st.booleans(),
    ),
)


@pytest.mark.pain(9)
@settings(max_examples=300, deadline=None)
@given(
    closes=DEADLINES,
    opens_days=st.integers(0, 40),
    opens_at=st.sampled_from([time(0), time(6, 30)]),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/London"]),
    now=st.dates(date(2026, 9, 1), date(2026, 11, 30)),
    minute=st.integers(0, 1439),
    hour=st.integers(6, 18),
)
def test_what_is_shown_is_what_is_accepted(
    closes: Deadline, opens_days: int, opens_at: time, zone: str, now: date, minute: int, hour: int
) -> None:
    """One generator for showing and checking (calcom/cal.com#10517)."""
    place = SiteClock(ZoneInfo(zone), CALENDAR)
    rules = Policy(opens_days=opens_days, opens_at=opens_at, closes=closes)
    moment = place.at(now, time(minute // 60, minute % 60))
    earliest, first, last = bookable_range(rules, place, moment)
    for ahead in range(-1, 45):
        day = moment.date() + timedelta(days=ahead)
        start = place.at(day, time(hour))
        shown = first <= day <= last and start > earliest
        accepted = window(rules, place, start, moment) is None
        assert shown == accepted, f"{start} shown {shown}, accepted {accepted}"
