"""Everybody changes everything at once: times are moved, offered, accepted and cancelled by several
processes on a few slots. Seats, units and states agree in the end, and nobody waits for ever.

That the same fight oversells without the seats' guard is shown in `test_race`.
"""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from tests.bookings.invariants import broken_invariants, seats_and_capacity
from tests.databases import TEST_KEYS
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings, logs
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused

pytestmark = pytest.mark.race

PROCESSES, STEPS, SLOTS, MEMBERS = 4, 60, 6, 16
DESK = Actor.system("race")


def change_things(url: str, club: SmallClub, seed: int, start: Any, out: Any) -> None:
    """One process: random steps on the appointments of all."""
    logs.configure("critical")
    clock.settle_zone("Asia/Shanghai")
    db = Database(url, keys=TEST_KEYS, pool_size=1)
    with db.read() as session:
        session.execute(text("SELECT 1"))
    chance, outcomes = random.Random(seed), Counter[str]()
    start.wait(timeout=120)

    def step() -> None:
        name = chance.choice(["book", "reschedule", "reschedule", "propose", "accept", "cancel"])
        slot = chance.choice(club.slots[:SLOTS])
        asked: dict[str, str] = {}
        if name == "book":
            asked = {
                "member": chance.choice(club.members),
                "offering": club.offering,
                "slot": slot,
            }
        else:
            asked["appointment"] = some_appointment(db, chance)
            if name in {"reschedule", "propose"}:
                asked["slot"] = slot
            if name == "reschedule":
                asked["override"] = "a race"
        try:
            db.run(getattr(bookings, name), DESK, **asked)
            outcomes[name] += 1
        except Refused as refused:
            outcomes[refused.code] += 1

    try:
        for _ in range(STEPS):
            step()
    except Exception as error:
        outcomes[f"{type(error).__name__}: {error}"] += 1
    db.dispose()
    out.put(dict(outcomes))


def some_appointment(db: Database, chance: random.Random) -> str:
    with db.read() as session:
        refs = session.execute(
            text(
                "SELECT public_ref FROM appointment "
                "WHERE state IN ('pending', 'booked', 'proposed') ORDER BY id"
            )
        ).scalars()
        return str(chance.choice(list(refs) or ["A-00000-00000-C"]))


def all_at_once(url: str, club: SmallClub) -> Counter[str]:
    context = multiprocessing.get_context("spawn")
    out, start = context.Queue(), context.Barrier(PROCESSES)
    processes = [
        context.Process(target=change_things, args=(url, club, seed, start, out))
        for seed in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    total: Counter[str] = Counter()
    for _ in processes:
        total.update(out.get(timeout=90))
    for process in processes:
        process.join(timeout=30)
        assert process.exitcode == 0
    return total


@pytest.mark.promise("P1", "P2")
def test_moves_offers_and_cancellations_at_once_lose_and_double_nothing(
    db: Database, url: str
) -> None:
    club = a_small_club(db, members=MEMBERS, capacity=2)
    for member, slot in zip(club.members, club.slots[:SLOTS], strict=False):
        db.run(bookings.book, DESK, member=member, offering=club.offering, slot=slot)
    outcomes = all_at_once(url, club)
    assert broken_invariants(db) == []
    assert all(count <= capacity for count, capacity in seats_and_capacity(db).values())
    assert all(outcomes[step] for step in ("book", "reschedule", "propose", "accept", "cancel"))
    assert all(outcome.islower() and " " not in outcome for outcome in outcomes), outcomes
