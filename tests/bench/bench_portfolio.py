"""A manager with 10,000 members, among as many who are somebody else's: the list in each order and
with each filter, the week's page, and finding somebody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from typing import Any

from sqlalchemy import text

from tests.bench.measuring import FreshDatabases, Measured
from tests.cast import sun, wu
from tests.portfolio.manager_members import MANAGER_NUMBER, PORTFOLIO
from tests.small_club import a_small_club
from vipclub import bookings, desk, portfolio
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.portfolio import Filters

MEMBERS = 10_000
ROUNDS = 5
DESK = Actor.system("bench")
NAMES = ("王伟", "李娜", "张敏", "刘洋", "陈静", "杨磊", "黄丽", "赵强")


def bench_portfolio(ground: FreshDatabases) -> Iterator[Measured]:
    """Milliseconds of each page's reads, the median of five."""
    for backend in ground.backends:
        with ground.database(backend) as db:
            _fill(db)
            for name, ask in _questions():
                yield Measured(f"portfolio {name}", backend, MEMBERS, _median(db, ask), "ms")


def _fill(db: Database) -> None:
    """Every second person is the manager's; names, cities and birthdays vary; some visits."""
    club = a_small_club(db, members=2 * MEMBERS, capacity=1_000)
    for number in range(200):
        slot = club.slots[number % len(club.slots)]
        db.run(
            bookings.book,
            DESK,
            member=club.members[number],
            offering=club.offering,
            slot=slot,
        )

    def spread(session: Any) -> None:
        session.execute(
            text("UPDATE source_record SET manager_no = :number WHERE id % 2 = 0"),
            {"number": MANAGER_NUMBER},
        )
        for place, name in enumerate(NAMES):
            chosen = {"name": name, "place": place, "count": len(NAMES)}
            session.execute(
                text("UPDATE person SET full_name = :name || id WHERE id % :count = :place"), chosen
            )
            session.execute(
                text("UPDATE source_record SET name_key = :name || id WHERE id % :count = :place"),
                chosen,
            )

    db.run(spread)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


Question = Callable[[Any], Any]


def _questions() -> Iterator[tuple[str, Question]]:
    now, today = clock.now(), clock.club_today()
    manager = wu(PORTFOLIO)

    def listed(sort: str, **filters: Any) -> Question:
        chosen = replace(Filters(), **filters)
        return lambda session: portfolio.own_members(
            session, manager, filters=chosen, sort=sort, now=now, today=today
        )

    for sort in ("name", "tier", "ends", "next"):
        yield f"by {sort}", listed(sort)
    yield "named 王伟", listed("name", search="王伟")
    yield "nothing booked", listed("name", coming="no")
    yield "health check untouched", listed("name", unused="health-check")
    yield "of a subsidiary", listed("name", subsidiary="LIFE")
    yield "upgraded", listed("name", upgraded=True)
    yield (
        "week",
        lambda session: portfolio.this_week(session, manager, now=now, today=today),
    )
    yield "desk finds 王伟", lambda session: desk.look_up(session, sun(), typed="王伟", today=today)


def _median(db: Database, ask: Question) -> float:
    took = []
    for _ in range(ROUNDS):
        with db.read() as session:
            started = time.perf_counter()
            ask(session)
            took.append(1000 * (time.perf_counter() - started))
    return median(took)
