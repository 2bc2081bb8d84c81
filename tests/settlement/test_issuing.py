"""A statement a month: it never changes, and ties to the last cent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.cast import gao, member_actor
from tests.settlement.club_with_visits import PRICE, ClubWithVisits
from vipclub import bookings, settlement
from vipclub.core import clock
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.types import Money, new_ref
from vipclub.settlement import (
    EarlierMonthOpen,
    MonthNotOver,
    NothingToSettle,
    PricesMissing,
    StatementIssued,
)

ODD = 168_333


@pytest.mark.promise("P12")
def test_totals_tie_to_the_last_cent(season: ClubWithVisits) -> None:
    """The partner is paid by the rows of the visits themselves."""
    season.price(ODD, noshow_percent=33, late_percent=50)
    season.visited(0, who=0)
    missed = season.confirmed(1, who=1)
    season.step(bookings.no_show, missed, season.start(1) + timedelta(hours=1))
    late = season.confirmed(2, who=2)
    owner = member_actor(season.club.members[2])
    season.step(bookings.cancel, late, season.start(2) - timedelta(minutes=5), owner)
    undone = season.confirmed(0, who=1)
    season.step(bookings.fulfil, undone, season.start() + timedelta(hours=2))
    season.step(bookings.undo, undone, season.start() + timedelta(hours=3))

    issued = season.issue(season.day())
    month = season.month()
    expected = ODD + (ODD * 33 + 50) // 100 + (ODD * 50 + 50) // 100
    assert issued.lines == len(month.lines) == 5
    assert month.totals == [Money(expected, "CNY")]
    assert season.recomputed(issued.statement) == {"CNY": expected}
    assert month.statement is not None
    assert month.statement.ref == issued.statement


@pytest.mark.promise("P12")
def test_a_statement_never_changes(season: ClubWithVisits) -> None:
    season.price()
    season.visited()
    issued = season.issue(season.day())
    before = season.month()
    for change in (
        "UPDATE settlement_line SET statement_id = NULL",
        "UPDATE settlement_statement SET month = '2020-01-01'",
        "DELETE FROM settlement_statement",
    ):
        with pytest.raises(DBAPIError), season.db.engine.begin() as connection:
            connection.execute(text(change))
    with pytest.raises(StatementIssued) as refused:
        season.issue(season.day())
    assert refused.value.data["statement"] == issued.statement
    assert season.month() == before


def test_the_last_click_can_be_taken_back_until_the_statement_is_issued(
    season: ClubWithVisits,
) -> None:
    season.price()
    ref = season.visited()
    season.issue(season.day())
    with pytest.raises(StatementIssued):
        season.step(bookings.undo, ref, season.start() + timedelta(days=40))
    with season.db.read() as session:
        assert bookings.appointment(session, season.club.he, ref).status == "fulfilled"
    assert season.month().totals == [Money(PRICE, "CNY")]


@pytest.mark.promise("P12")
def test_a_mistake_found_after_the_statement_is_a_line_of_the_running_month(
    season: ClubWithVisits,
) -> None:
    season.price()
    ref = season.visited()
    season.issue(season.day())
    later = season.start() + timedelta(days=45)
    with clock.replaying(later):
        season.db.run(bookings.enter_in_error, gao(), appointment=ref, reason="the other Ms Lin")
    assert season.month().totals == [Money(PRICE, "CNY")]
    running = season.month(later.date())
    assert [(line.kind, line.late) for line in running.lines] == [("correction", True)]
    assert running.totals == [Money(-PRICE, "CNY")]


def test_a_visit_that_is_completed_late_is_a_line_of_the_running_month(
    season: ClubWithVisits,
) -> None:
    season.price()
    season.visited()
    late = season.confirmed(1, who=1)
    season.issue(season.day())
    then = season.start() + timedelta(days=45)
    season.step(bookings.fulfil, late, then)
    assert len(season.month().lines) == 1
    running = season.month(then.date())
    assert [(line.appointment, line.late) for line in running.lines] == [(late, True)]


def test_a_month_that_still_runs_is_not_issued(season: ClubWithVisits) -> None:
    season.price()
    season.visited()
    with pytest.raises(MonthNotOver):
        season.issue(season.day(), days_later=-5)


def test_a_month_with_a_missing_price_is_not_issued(season: ClubWithVisits) -> None:
    season.visited()
    with pytest.raises(PricesMissing) as refused:
        season.issue(season.day())
    assert refused.value.data["count"] == 1
    season.price()
    assert season.issue(season.day()).lines == 1


def test_months_are_issued_in_their_order_and_never_empty(season: ClubWithVisits) -> None:
    season.price()
    season.visited()
    after = season.day() + timedelta(days=31)
    with pytest.raises(EarlierMonthOpen):
        season.issue(after, days_later=90)
    season.issue(season.day())
    with pytest.raises(NothingToSettle):
        season.issue(after, days_later=90)


def test_only_operations_issue(season: ClubWithVisits) -> None:
    season.price()
    season.visited()
    for actor, no in ((season.club.he, Forbidden), (season.club.lin, Forbidden)):
        with pytest.raises(no):
            season.db.run(
                settlement.issue_statement,
                actor,
                partner=season.club.partner,
                month=season.day(),
            )
    with pytest.raises(NotFound):
        season.db.run(settlement.issue_statement, gao(), partner=new_ref("P"), month=season.day())
