"""Bringing a club in at two sizes: what grows faster than the club shows here. And a rating of a
large club, beside one UPDATE of its people's rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg

from tests.bench import large_club
from tests.bench.bench_large_club import the_large_club
from tests.bench.clubs import BenchClub
from tests.bench.measuring import FreshDatabases, Measured
from tests.databases import TEST_KEYS
from vipclub import benefits, bookings, membership, migration, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.wiring import REACTIONS

SIZES = (20_000, 300_000)
STEPS = ("load", "link", "rate", "grant")
CLUB = Actor.system("bench", channel="cli")
CHANGED = "UPDATE source_record SET value_minor = value_minor * 3 WHERE person_id % 20 = 7"
PEOPLES_ROWS = "UPDATE person SET created_at = created_at WHERE survivor_id = id"


def bench_growth(ground: FreshDatabases) -> Iterator[Measured]:
    """Milliseconds a person of each step, and how many times as long in the larger club."""
    small, large = ground.sizes or SIZES
    one, other = (_brought_in(ground, size) for size in (small, large))
    for step in STEPS:
        a, b = 1000 * one[step] / small, 1000 * other[step] / large
        yield Measured(
            f"{step} {large:,} people", "postgresql", large, b, "ms a person",
            f"the same at {small:,}", b / a, {"against_value": round(a, 3)},
        )  # fmt: skip


def _brought_in(ground: FreshDatabases, size: int) -> dict[str, float]:
    """The seconds of each step."""
    took: dict[str, float] = {}

    def timed(step: str, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        took[step] = took.get(step, 0.0) + time.perf_counter() - began

    folder = ground.folder / f"feed-{size}"
    people.generate_feed(folder, people=size, seed=size)
    with _empty_club(ground) as db:
        db.run(membership.load_policy, CLUB)
        db.run(benefits.load_catalogue, CLUB)
        db.run(bookings.load_policies, CLUB)
        for company in people.GENERATED:
            db.run(
                people.add_subsidiary,
                CLUB,
                code=company.code,
                name=company.name,
                trust_rank=company.trust_rank,
            )
            path = folder / f"{company.code}.csv"
            timed("load", _loading(db, path, company.code))
            path.unlink()
        timed("link", lambda: people.link_records(db, CLUB))
        with clock.replaying(clock.now() - timedelta(days=2)):
            day = clock.club_today()
            timed("rate", lambda: membership.rate_everyone(db, CLUB, as_of=day))
        december = date(day.year, 12, 1)
        timed("grant", lambda: benefits.grant_next_year(db, today=december))
    return took


def _loading(db: Database, path: Path, code: str) -> Callable[[], object]:
    return lambda: people.load_delivery(db, CLUB, path=path, subsidiary=code)


@contextmanager
def _empty_club(ground: FreshDatabases) -> Iterator[Database]:
    """A database with the schema alone, on the durable server."""
    server, name = ground.clubs.server, "growth"
    server.drop(name)
    server.create(name)
    db = Database(server.url(name), keys=TEST_KEYS, reactions=REACTIONS)
    try:
        migration.upgrade(db)
        yield db
    finally:
        db.dispose()
        server.drop(name)


def bench_rating(ground: FreshDatabases) -> Iterator[Measured]:
    """A rating in which nothing changes, and one after a twentieth of the records changed."""
    size = ground.people or large_club.PEOPLE
    with ground.clubs.copy(the_large_club(ground, size)) as club, club.database() as db:
        today = clock.club_today()
        membership.rate_everyone(db, CLUB, as_of=today)  # what the demo's day left open
        unchanged = _rating_seconds(db, today)
        with ground.clubs.server.ask(_name(club)) as ask:
            ask.execute(CHANGED)
            ask.execute("VACUUM ANALYZE source_record")
        changed = _rating_seconds(db, today)
        update = _update_seconds(club)
    for name, took in (("nothing changed", unchanged), ("a twentieth changed", changed)):
        yield Measured(
            f"rating {size:,} people, {name}", "postgresql", size, took, "s",
            "one UPDATE of their rows", took / update, {"against_value": round(update, 1)},
        )  # fmt: skip


def _rating_seconds(db: Database, today: date) -> float:
    began = time.perf_counter()
    membership.rate_everyone(db, CLUB, as_of=today)
    return time.perf_counter() - began


def _update_seconds(club: BenchClub) -> float:
    """One statement over the people's rows, committed."""
    with psycopg.connect(club.url.replace("+psycopg", "", 1)) as connection:
        began = time.perf_counter()
        connection.execute(PEOPLES_ROWS)
        connection.commit()
        return time.perf_counter() - began


def _name(club: BenchClub) -> str:
    return club.url.rpartition("/")[2]
