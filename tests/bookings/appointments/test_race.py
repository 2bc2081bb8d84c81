"""Eight processes fight over twenty slots. Nothing is oversold, no entitlement goes below zero.

The bite: with the guard taken away the same fight oversells, so the test would notice.
`RACE_ATTEMPTS` is the number of attempts (1,000; the promise is made for 10,000).
"""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text, update

from tests.bookings.invariants import broken_invariants, seats_and_capacity
from tests.databases import TEST_KEYS
from tests.dropped_checks import without_check
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings, logs, partners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.partners import Slot

pytestmark = pytest.mark.race

PROCESSES, SLOTS, CAPACITY = 8, 20, 5
ATTEMPTS = int(os.environ.get("RACE_ATTEMPTS", "1000"))
DESK = Actor.system("race")


@contextmanager
def without_guard(dialect: str) -> Iterator[None]:
    """Count, then take: the UPDATE asks for nothing. SQLite's writers are alone, so that what they
    read stays true: there the look before goes too."""
    from vipclub.bookings.appointments import booking
    from vipclub.bookings.availability import slots

    def take(session: Any, slot_id: int, _refuse: object) -> None:
        taken = Slot.taken + 1
        session.execute(update(Slot).where(Slot.id == slot_id).values(taken=taken))

    def look(*args: Any) -> Any:
        return replace(slots.find_slot(*args), has_room=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partners, "take_seat_last", take)
        if dialect == "sqlite":
            patch.setattr(booking, "find_slot", look)
        yield


def fight(
    url: str, club: SmallClub, attempts: int, seed: int, guarded: bool, start: Any, results: Any
) -> None:
    """One process: members at random ask for slots at random, from the moment all are there."""
    logs.configure("warning")
    clock.settle_zone("Asia/Shanghai")
    db = Database(url, keys=TEST_KEYS, pool_size=1)
    with db.read() as session:
        session.execute(text("SELECT 1"))
    start.wait(timeout=120)
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()

    def attempt() -> None:
        member, slot = chance.choice(club.members), chance.choice(club.slots[:SLOTS])
        try:
            db.run(bookings.book, DESK, member=member, offering=club.offering, slot=slot)
            outcomes["booked"] += 1
        except Refused as refused:
            outcomes[refused.code] += 1

    if guarded:
        for _ in range(attempts):
            attempt()
    else:
        with without_guard(db.dialect):
            for _ in range(attempts):
                attempt()
    db.dispose()
    results.put(dict(outcomes))


def run_fight(url: str, club: SmallClub, attempts: int, *, guarded: bool = True) -> Counter[str]:
    """All processes at once; what came of it."""
    context = multiprocessing.get_context("spawn")
    results, start = context.Queue(), context.Barrier(PROCESSES)
    each = -(-attempts // PROCESSES)
    processes = [
        context.Process(target=fight, args=(url, club, each, seed, guarded, start, results))
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


@pytest.mark.promise("P1")
@pytest.mark.pain(1)
def test_nothing_is_oversold_when_eight_processes_fight_over_twenty_slots(
    db: Database, url: str
) -> None:
    club = a_small_club(db, members=max(200, ATTEMPTS // 8), capacity=CAPACITY)
    outcomes = run_fight(url, club, ATTEMPTS)
    assert broken_invariants(db) == []
    assert all(count <= capacity for count, capacity in seats_and_capacity(db).values())
    assert outcomes["booked"] == sum(count for count, _ in seats_and_capacity(db).values())
    assert outcomes["booked"] == SLOTS * CAPACITY
    assert outcomes.keys() <= {"booked", "slot_full", "already_booked", "no_entitlement", "busy"}


@pytest.mark.promise("P1")
def test_without_its_guard_the_same_fight_oversells(db: Database, url: str) -> None:
    club = a_small_club(db, members=200, capacity=1)
    without_check(db, "slot", "never_oversold", "taken + reserved <= capacity")
    run_fight(url, club, 800, guarded=False)
    assert any(count > capacity for count, capacity in seats_and_capacity(db).values())
    assert broken_invariants(db) != []
