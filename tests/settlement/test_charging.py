"""A line for each chargeable appointment, at the contract's price on that day; nothing is lost and
nothing is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.cast import gao
from tests.settlement.club_with_visits import PRICE, ClubWithVisits
from vipclub import bookings, settlement
from vipclub.core.types import Money


def kinds(season: ClubWithVisits) -> list[tuple[str, int | None]]:
    lines = season.month().lines
    return [(line.kind, line.amount.amount if line.amount else None) for line in lines]


def test_a_completed_visit_is_a_line_at_the_contract_s_price(season: ClubWithVisits) -> None:
    season.price()
    ref = season.visited()
    month = season.month()
    (line,) = month.lines
    assert (line.appointment, line.kind, line.percent) == (ref, "visit", 100)
    assert line.service_day == season.day()
    assert month.totals == [Money(PRICE, "CNY")]
    assert month.unpriced == 0


def test_what_is_only_booked_or_checked_in_costs_nothing(season: ClubWithVisits) -> None:
    season.price()
    ref = season.confirmed()
    season.step(bookings.arrive, ref, season.start())
    assert season.month().lines == []


def test_the_price_is_the_one_of_the_visit_s_day(season: ClubWithVisits) -> None:
    season.price(100_000)
    season.price(200_000, from_day=season.day())
    season.price(300_000, from_day=season.day() + timedelta(days=1))
    season.visited()
    assert kinds(season) == [("visit", 200_000)]


def test_a_later_price_changes_no_line(season: ClubWithVisits) -> None:
    season.price()
    season.visited()
    season.price(1, from_day=season.day())
    assert kinds(season) == [("visit", PRICE)]


def test_a_missed_visit_is_worth_what_the_contract_says(season: ClubWithVisits) -> None:
    season.price(noshow_percent=50)
    ref = season.confirmed()
    season.step(bookings.no_show, ref, season.start() + timedelta(hours=1))
    assert kinds(season) == [("noshow", PRICE // 2)]


def test_a_missed_visit_is_free_where_the_contract_says_nothing(season: ClubWithVisits) -> None:
    season.price()
    ref = season.confirmed()
    season.step(bookings.no_show, ref, season.start() + timedelta(hours=1))
    assert season.month().lines == []


def test_a_late_cancellation_is_charged_and_a_free_one_is_not(season: ClubWithVisits) -> None:
    season.price(late_percent=30)
    free, late = season.confirmed(0), season.confirmed(1, who=1)
    season.step(bookings.cancel, free, season.start() - timedelta(days=5), season.club.lin)
    season.step(bookings.cancel, late, season.start(1) - timedelta(minutes=5), season.club.chen)
    consumed = PRICE * 30 // 100
    assert kinds(season) == [("late_cancellation", consumed)]


@pytest.mark.promise("P12")
def test_undo_is_a_reversing_line_and_the_next_click_a_new_one(season: ClubWithVisits) -> None:
    season.price()
    ref = season.visited()
    end = season.start() + timedelta(hours=3)
    season.step(bookings.undo, ref, end)
    assert kinds(season) == [("visit", PRICE), ("correction", -PRICE)]
    assert season.month().totals == [Money(0, "CNY")]
    season.step(bookings.fulfil, ref, end)
    assert kinds(season) == [("visit", PRICE), ("correction", -PRICE), ("visit", PRICE)]
    assert season.month().totals == [Money(PRICE, "CNY")]


def test_a_visit_without_a_price_is_kept_and_priced_later(season: ClubWithVisits) -> None:
    season.visited()
    assert kinds(season) == [("visit", None)]
    assert season.month().unpriced == 1
    assert season.month().totals == []
    with season.db.read() as session:
        (waiting,) = settlement.open_months(session, gao())
    assert (waiting.partner, waiting.lines, waiting.unpriced) == (season.club.partner, 1, 1)
    assert season.price() == 1
    assert kinds(season) == [("visit", PRICE)]
    assert season.month().unpriced == 0


def test_an_unpriced_visit_that_was_undone_waits_for_nothing(season: ClubWithVisits) -> None:
    ref = season.visited()
    season.step(bookings.undo, ref, season.start() + timedelta(hours=3))
    assert kinds(season) == [("visit", None), ("correction", None)]
    assert season.month().unpriced == 0
    assert season.price() == 2
    assert kinds(season) == [("visit", PRICE), ("correction", -PRICE)]


@pytest.mark.promise("P9")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE settlement_line SET amount_minor = 1",
        "UPDATE settlement_line SET amount_minor = NULL, currency = NULL, percent = NULL",
        "UPDATE settlement_line SET service_day = '2026-01-01'",
        "UPDATE settlement_line SET kind = 'noshow'",
        "DELETE FROM settlement_line",
    ],
)
def test_the_database_itself_keeps_a_line_as_it_is(season: ClubWithVisits, change: str) -> None:
    season.price()
    season.visited()
    with pytest.raises(DBAPIError, match="never changed"), season.db.engine.begin() as connection:
        connection.execute(text(change))
    assert kinds(season) == [("visit", PRICE)]
