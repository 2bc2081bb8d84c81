"""Closers, clicks and corrections at once: each line once, on one statement or on none yet, and the
sum is what was visited."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from sqlalchemy import text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.settlement.club_with_visits import PRICE, ClubWithVisits, a_club_with_visits
from vipclub import bookings
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.settlement import issuing

pytestmark = pytest.mark.race


@pytest.fixture
def season(db: Database) -> ClubWithVisits:
    season = a_club_with_visits(db, members=6, capacity=6)
    season.price()
    return season


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """Do all at once; what came of them, by the refusal's code."""

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(attempt, acts))


@pytest.mark.promise("P12")
def test_many_closers_make_one_statement(season: ClubWithVisits) -> None:
    for who in range(4):
        season.visited(0, who)
    outcomes = at_once([lambda: season.issue(season.day())] * 5)
    assert outcomes["done"] == 1
    assert set(outcomes) <= {"done", "statement_issued", "busy"}
    month = season.month()
    assert month.statement is not None
    assert len(month.lines) == 4
    assert season.recomputed(month.statement.ref) == {"CNY": 4 * PRICE}


@pytest.mark.promise("P12")
def test_clicks_while_the_month_is_closed_lose_nothing(season: ClubWithVisits) -> None:
    refs = [season.confirmed(0, who) for who in range(6)]
    later = season.start() + timedelta(days=40)
    for ref in refs[:3]:
        season.step(bookings.fulfil, ref, later)

    def click(ref: str) -> Callable[[], object]:
        step = bookings.undo if ref in refs[:3] else bookings.fulfil
        return lambda: season.step(step, ref, later)

    acts = [click(ref) for ref in refs] + [lambda: season.issue(season.day())] * 2
    random.Random(7).shuffle(acts)
    outcomes = at_once(acts)
    assert set(outcomes) <= {"done", "statement_issued", "nothing_to_settle", "busy"}
    with season.db.read() as session:
        visited = sum(
            bookings.appointment(session, season.club.he, ref).status == "fulfilled" for ref in refs
        )
        total, twice = session.execute(
            text(
                "SELECT sum(amount_minor), (SELECT count(*) FROM (SELECT appointment_id FROM "
                "settlement_line GROUP BY appointment_id HAVING sum(amount_minor) NOT IN "
                f"(0, {PRICE})) AS odd) FROM settlement_line"
            )
        ).one()
    assert (int(total), twice) == (visited * PRICE, 0)


@pytest.mark.promise("P12")
def test_without_the_guard_the_databases_own_rule_keeps_the_statement(
    season: ClubWithVisits, monkeypatch: pytest.MonkeyPatch
) -> None:
    season.visited()
    season.issue(season.day())
    following = (season.day().replace(day=1) + timedelta(days=32)).replace(day=1)
    late = season.confirmed(1, who=1)
    into = timedelta(days=(following - season.day()).days + 5)
    season.step(bookings.fulfil, late, season.start() + into)
    monkeypatch.setattr(issuing, "_unclaimed", true)
    with pytest.raises(DBAPIError, match="never changed"):
        season.issue(following, days_later=90)
    monkeypatch.undo()
    with clock.replaying(season.start() + timedelta(days=90)):
        assert season.issue(following, days_later=90).lines == 1


@pytest.mark.only("postgresql")
def test_a_visit_that_is_taken_back_while_its_price_is_set_costs_nothing(db: Database) -> None:
    season = a_club_with_visits(db)
    ref = season.visited()
    taken_back = Event()

    def undo_slowly(session: Session, actor: Actor) -> None:
        bookings.undo(session, actor, appointment=ref)
        taken_back.set()
        sleep(0.5)

    with ThreadPoolExecutor(1) as pool:
        undoing = pool.submit(db.run, undo_slowly, season.club.he)
        taken_back.wait(5)
        season.price()
        undoing.result()
    assert [money.amount for money in season.month().totals] == [0]
