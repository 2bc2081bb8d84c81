"""Answers from many processes fight over the seats of one salon: never more than there are, parties
whole. With the guard taken away the same fight oversells."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select, text, true

from tests.bookings.invariants import broken_invariants
from tests.databases import TEST_KEYS
from tests.dropped_checks import without_check
from tests.events.salons import a_salon
from tests.small_club import MANY, a_small_club
from vipclub import events, logs
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.events import Event, Guest, Registration

pytestmark = pytest.mark.race

PROCESSES = 4
SEATS, ANSWERS = (
    int(os.environ.get(name, usual)) for name, usual in (("RACE_SEATS", 40), ("RACE_ANSWERS", 160))
)
"""`RACE_SEATS=200 RACE_ANSWERS=5000` is what the club promises; the tests hold it smaller."""
CLUB = Actor.system("race")


@contextmanager
def without_guard() -> Iterator[None]:
    """The UPDATE of the seats asks for nothing."""
    from vipclub.events.registrations import seats

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seats, "_room_for", lambda size: true())
        patch.setattr(seats, "_nobody_before", true)
        yield


def answer(
    url: str, salon: str, members: list[str], seed: int, guarded: bool, start: Any, results: Any
) -> None:
    """One process: its members answer, half of them with a guest; some give up again."""
    logs.configure("warning")
    clock.settle_zone("Asia/Shanghai")
    db = Database(url, keys=TEST_KEYS, pool_size=1)
    with db.read() as session:
        session.execute(text("SELECT 1"))
    chance, outcomes = random.Random(seed), Counter[str]()
    start.wait(timeout=120)

    def one(member: str) -> None:
        guests = [Guest("A guest")] if chance.random() < 0.5 else []
        made = db.run(events.register, CLUB, event=salon, member=member, guests=guests)
        outcomes[made.status] += 1
        if guarded and chance.random() < 0.1:
            db.run(events.cancel, CLUB, registration=made.registration)
            outcomes["given up"] += 1

    def all_of_them() -> None:
        for member in members:
            try:
                one(member)
            except Refused as refused:
                outcomes[refused.code] += 1

    if guarded:
        all_of_them()
    else:
        with without_guard():
            all_of_them()
    db.dispose()
    results.put(dict(outcomes))


def run_fight(url: str, salon: str, members: list[str], *, guarded: bool = True) -> Counter[str]:
    """All processes at once; what came of it."""
    context = multiprocessing.get_context("spawn")
    results, start = context.Queue(), context.Barrier(PROCESSES)
    processes = [
        context.Process(
            target=answer,
            args=(url, salon, members[seed::PROCESSES], seed, guarded, start, results),
        )
        for seed in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    total: Counter[str] = Counter()
    for _ in processes:
        total.update(results.get(timeout=540))
    for process in processes:
        process.join(timeout=30)
        assert process.exitcode == 0
    return total


def seated(db: Database, salon: str) -> int:
    """People who have a seat or are offered one."""
    with db.read() as session:
        return int(
            session.execute(
                select(func.coalesce(func.sum(Registration.size), 0))
                .join(Event, Event.id == Registration.event_id)
                .where(
                    Event.public_ref == salon,
                    Registration.state.in_(("registered", "offered")),
                )
            ).scalar_one()
        )


@pytest.mark.promise("P1")
def test_answers_from_everywhere_never_take_more_seats_than_there_are(
    db: Database, url: str
) -> None:
    club = a_small_club(db, members=max(MANY, ANSWERS))
    salon = a_salon(db, seats=SEATS)
    outcomes = run_fight(url, salon, club.members[:ANSWERS])
    while events.offer_seats(db):
        pass
    assert seated(db, salon) in {SEATS, SEATS - 1}, "a last seat may be left that no pair fits"
    assert outcomes.keys() <= {"registered", "waitlisted", "given up", "illegal_transition", "busy"}
    assert broken_invariants(db) == []


@pytest.mark.promise("P1")
def test_without_its_guard_the_same_fight_oversells(db: Database, url: str) -> None:
    club = a_small_club(db, members=max(MANY, ANSWERS))
    salon = a_salon(db, seats=SEATS)
    without_check(db, "event", "seats_not_oversold", "taken + reserved <= seats")
    run_fight(url, salon, club.members[:100], guarded=False)
    assert seated(db, salon) > SEATS
