"""The clocks of a case: worked out from its timeline, on its own calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assistance.minute_counter import MinuteCounter
from vipclub.assistance.clocks.counting import Allowance, CaseCalendar, Pause, moment_after
from vipclub.assistance.clocks.promises import KINDS, PROMISES, SEVERITIES
from vipclub.assistance.clocks.running import BEGINS, Clock, Event, clocks_of
from vipclub.core.working_days import WorkingCalendar

SHANGHAI, LONDON, SYDNEY = map(ZoneInfo, ("Asia/Shanghai", "Europe/London", "Australia/Sydney"))
SWAPPED = {date(2026, 2, 14): True, date(2026, 2, 28): True} | {
    date(2026, 2, day): False for day in range(15, 24)
}
"""The spring festival of 2026: nine days off, for which two Saturdays are worked."""
CHINA = CaseCalendar(SHANGHAI, WorkingCalendar("CN", SWAPPED, date(2026, 12, 31)))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone).astimezone(UTC)


def opened(when: datetime, severity: str = "critical") -> Event:
    return Event(when, "opened", severity)


def clock(found: list[Clock], name: str, number: int = 1) -> Clock:
    (one,) = [each for each in found if each.clock == name and each.round == number]
    return one


def test_office_hours_go_on_after_the_festival_on_a_saturday_that_is_worked() -> None:
    friday = at("02-13 17:00")
    assert moment_after(CHINA, friday, Allowance(120, "working_minutes")) == at("02-14 10:00")
    saturday = at("02-14 17:30")
    assert moment_after(CHINA, saturday, Allowance(60, "working_minutes")) == at("02-24 09:30")


def test_a_day_of_23_hours_has_its_own_midnight() -> None:
    """London, 29 March 2026: clocks go forward at one."""
    calendar = CaseCalendar(LONDON, WorkingCalendar("GB", {}, date(2026, 12, 31)))
    start = at("03-28 12:00", LONDON)
    assert moment_after(calendar, start, Allowance(1440, "days")) == at("03-30 00:00", LONDON)


def test_a_pause_that_lasts_has_no_due_moment_and_one_that_is_over_moves_it() -> None:
    start, hour = at("03-02 10:00"), Allowance(60)
    assert moment_after(CHINA, start, hour, [Pause(at("03-02 10:20"), None)]) is None
    over = [Pause(at("03-02 10:20"), at("03-02 12:00"))]
    assert moment_after(CHINA, start, hour, over) == at("03-02 12:40")
    later = [Pause(at("03-02 11:00"), None)]
    assert moment_after(CHINA, start, hour, later) == at("03-02 11:00")


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_begins_with_its_promises(kind: str) -> None:
    found = clocks_of(kind, [opened(at("03-02 10:00"))], CHINA)
    begun = [p.clock for p in PROMISES[kind] if p.clock != "reply"]
    assert [each.clock for each in found] == begun
    assert all(each.running and not each.paused and len(each.alarms) == 4 for each in found)


@pytest.mark.pain(30)
def test_news_do_not_stand_for_the_first_answer_and_the_other_way_round() -> None:
    """Each clock is its own: a partner that is found answers nobody."""
    start = at("03-02 10:00")
    history = [opened(start), Event(start + timedelta(minutes=4), "partner_found")]
    found = clocks_of("emergency_overseas", history, CHINA)
    assert clock(found, "first_answer").running
    assert clock(found, "partner_found").done == start + timedelta(minutes=4)
    answered = Event(start + timedelta(minutes=6), "answered")
    found = clocks_of("emergency_overseas", [*history, answered], CHINA)
    assert clock(found, "first_answer").late
    assert clock(found, "triage").running
    news = clock(found, "member_told", 2)
    assert (news.started, news.due) == (answered.at, answered.at + timedelta(minutes=30))


@pytest.mark.pain(34)
def test_a_pause_belongs_to_the_case_and_outlives_its_severity() -> None:
    start = at("03-02 10:00")
    history = [
        opened(start, "normal"),
        Event(start + timedelta(minutes=10), "waited"),
        Event(start + timedelta(minutes=70), "resumed"),
        Event(start + timedelta(minutes=80), "severity", "high"),
    ]
    found = clocks_of("emergency_domestic", history, CHINA)
    assert clock(found, "partner_found").due == start + timedelta(minutes=140)
    assert clock(found, "first_answer").due == start + timedelta(minutes=15), "it never pauses"


def test_a_case_that_gets_worse_is_due_from_then_on_and_never_later_than_before() -> None:
    start = at("03-02 10:00")
    late = [opened(start, "low"), Event(start + timedelta(minutes=58), "severity", "critical")]
    assert clock(clocks_of("emergency_domestic", late, CHINA), "triage").due == start + timedelta(
        minutes=60
    )
    early = [opened(start, "low"), Event(start + timedelta(minutes=20), "severity", "critical")]
    assert clock(clocks_of("emergency_domestic", early, CHINA), "triage").due == start + timedelta(
        minutes=30
    )
    better = [opened(start), Event(start + timedelta(minutes=3), "severity", "low")]
    assert clock(clocks_of("emergency_domestic", better, CHINA), "triage").due == start + timedelta(
        minutes=60
    )


def test_nobody_waits_in_a_case_that_is_closed_or_became_part_of_another() -> None:
    start = at("03-02 10:00")
    for what in ("resolved", "closed", "merged"):
        history = [opened(start), Event(start + timedelta(minutes=1), what)]
        found = clocks_of("emergency_domestic", history, CHINA)
        assert not any(each.running or each.alarms for each in found), what


def test_a_case_that_took_another_over_owes_its_answer_from_when_that_one_waited() -> None:
    start, earlier = at("03-02 10:00"), at("03-02 08:00")
    history = [
        opened(start, "high"),
        Event(start + timedelta(minutes=2), "answered"),
        Event(start + timedelta(minutes=5), "merged_in", since=earlier),
    ]
    reply = clock(clocks_of("emergency_domestic", history, CHINA), "reply")
    assert (reply.started, reply.due) == (earlier, earlier + timedelta(minutes=10))


def test_a_promise_of_a_merged_case_is_kept_and_waits_with_the_case() -> None:
    """The earlier of both counts; a pause since then puts it off as the case's own."""
    start = at("03-02 10:00")
    owed = Event(
        start + timedelta(minutes=5),
        "owed",
        since=start - timedelta(minutes=20),
        until=start + timedelta(minutes=10),
        clock="partner_found",
    )
    history = [opened(start), owed]
    found = clocks_of("emergency_domestic", history, CHINA)
    assert clock(found, "partner_found").due == start + timedelta(minutes=10)
    assert clock(found, "member_told").due == start + timedelta(minutes=30), "another clock"
    levels = dict(clock(found, "partner_found").alarms)
    assert levels[2] == start + timedelta(minutes=10)
    assert levels[4] == start + timedelta(minutes=40), "twice the time that was promised there"
    history.append(Event(start + timedelta(minutes=7), "waited"))
    assert clock(clocks_of("emergency_domestic", history, CHINA), "partner_found").paused
    history.append(Event(start + timedelta(minutes=17), "resumed"))
    found = clocks_of("emergency_domestic", history, CHINA)
    assert clock(found, "partner_found").due == start + timedelta(minutes=20)
    late = [opened(start), replace(owed, until=start)]
    found = clocks_of("emergency_domestic", late, CHINA)
    assert clock(found, "partner_found").due == start, "what is missed stays missed"


def test_a_complaint_has_fifteen_days_thirty_and_sixty() -> None:
    start = at("03-02 10:00")
    history = [opened(start, "normal")]
    assert clock(clocks_of("complaint", history, CHINA), "resolution").due == at("03-18 00:00")
    for days, due in ((30, "04-02 00:00"), (60, "05-02 00:00")):
        history.append(Event(start + timedelta(days=days / 3), "extended", days=days))
        assert clock(clocks_of("complaint", history, CHINA), "resolution").due == at(due)


def test_each_round_has_its_own_days_and_nothing_later_makes_a_missed_one_kept() -> None:
    start = at("03-02 10:00")
    day = timedelta(days=1)
    history = [
        opened(start, "normal"),
        Event(start + 20 * day, "resolved"),
        Event(start + 21 * day, "reopened"),
        Event(start + 25 * day, "extended", days=30),
    ]
    found = clocks_of("complaint", history, CHINA)
    first, second = clock(found, "resolution"), clock(found, "resolution", 2)
    assert (first.late, first.due) == (True, at("03-18 00:00")), "late, whatever comes after it"
    assert second.due == at("04-23 00:00"), "30 days from when it was opened again"
    again = [
        *history,
        Event(start + 26 * day, "resolved"),
        Event(start + 27 * day, "reopened"),
    ]
    third = clock(clocks_of("complaint", again, CHINA), "resolution", 3)
    assert third.due == at("04-14 00:00"), "15 days: nobody has extended this round"
    late = [opened(start, "normal"), Event(start + 16 * day, "extended", days=30)]
    assert clock(clocks_of("complaint", late, CHINA), "resolution").due == at("03-18 00:00")


WHATS = (
    "answered",
    "wrote",
    "triaged",
    "severity",
    "partner_found",
    "partner_lost",
    "no_partner",
    "waited",
    "resumed",
    "resolved",
    "reopened",
    "merged",
    "merged_in",
    "owed",
    "noted",
    "extended",
)
PLACES = (
    (SHANGHAI, SWAPPED, at("02-12 06:00")),
    (LONDON, {}, at("03-27 06:00", LONDON)),
    (SYDNEY, {date(2026, 4, 3): False, date(2026, 4, 6): False}, at("04-01 22:00", SYDNEY)),
)


@st.composite
def timelines(draw: st.DrawFn) -> tuple[str, int, list[Event]]:
    """A kind, a place, and what happened in minutes after each other, some at the same one."""
    kind = draw(st.sampled_from(KINDS))
    place = draw(st.integers(0, len(PLACES) - 1))
    when = PLACES[place][2] + timedelta(minutes=draw(st.integers(0, 4 * 1440)))
    history = [opened(when, draw(st.sampled_from(SEVERITIES)))]
    for what in draw(st.lists(st.sampled_from(WHATS), max_size=9)):
        when += timedelta(minutes=draw(st.integers(0, 900)))
        severity = draw(st.sampled_from(SEVERITIES)) if what in ("triaged", "severity") else None
        days = draw(st.sampled_from((30, 60))) if what == "extended" else None
        since = (
            when - timedelta(minutes=draw(st.integers(0, 2000))) if what == "merged_in" else None
        )
        owed, until = None, None
        if what == "owed":
            owed = draw(st.sampled_from(sorted(BEGINS)))
            since = when - timedelta(minutes=draw(st.integers(1, 2000)))
            until = since + timedelta(minutes=draw(st.integers(1, 4000)))
        history.append(Event(when, what, severity, since, days, until, owed))
    return kind, place, history


@pytest.mark.promise("P27")
@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(timelines())
def test_every_clock_agrees_with_one_that_counts_each_minute(
    drawn: tuple[str, int, list[Event]],
) -> None:
    kind, place, history = drawn
    zone, worked, _ = PLACES[place]
    calendar = CaseCalendar(zone, WorkingCalendar("CN", worked, date(2026, 12, 31)))
    counter = MinuteCounter(zone, worked, timedelta(days=75))
    promises = {promise.clock: promise for promise in PROMISES[kind]}
    for one in clocks_of(kind, history, calendar):
        if one.stopped is not None:
            assert one.due is None
            continue
        extended = (kind, one.clock) == ("complaint", "resolution")
        wanted = counter.due(
            promises[one.clock], one.started, history, one.done, one.round, extended
        )
        assert one.due == wanted, one
