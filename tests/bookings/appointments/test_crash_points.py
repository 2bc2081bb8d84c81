"""`book` is killed at every statement, before and after its COMMIT: all or nothing each time, and
asking again with the same key gives one booking."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests.bookings.invariants import broken_invariants
from tests.databases import TEST_KEYS
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.idempotency import IdempotencyKey, Replayed, run_once
from vipclub.wiring import REACTIONS

pytestmark = pytest.mark.slow

DESK = Actor.system("crash")
KILLED = 137


def ask(db: Database, club: SmallClub, number: int) -> Any:
    """The booking of one member, with its key."""
    return run_once(
        db,
        IdempotencyKey("T-1", "POST /appointments", f"key-{number}", b"0" * 32),
        lambda made: (201, {"appointment": made.appointment}),
        bookings.book,
        DESK,
        member=club.members[number],
        offering=club.offering,
        slot=club.slots[number],
    )


def die_at(point: int) -> None:
    """From now on this process dies before its `point`-th event: a statement, the COMMIT, or what
    comes right after it."""
    seen = 0

    def step(*_: Any, **__: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os._exit(KILLED)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    event.listen(Session, "after_commit", step)


def move(db: Database, appointment: str, slot: str) -> Any:
    """One visit moved to another time, with its key."""
    return run_once(
        db,
        IdempotencyKey("T-1", "POST /reschedule", f"to-{slot}", b"0" * 32),
        lambda made: (200, {"appointment": made.appointment}),
        bookings.reschedule,
        DESK,
        appointment=appointment,
        slot=slot,
        override="as often as it takes",
    )


def done_in_a_child(url: str, act: Callable[[Database], Any], point: int) -> int:
    """Fork, act and die at a point; the child's exit code."""
    child = os.fork()
    if child == 0:
        try:
            db = Database(url, keys=TEST_KEYS, reactions=REACTIONS, pool_size=1)
            with db.engine.connect():  # connecting is not part of it
                pass
            die_at(point)
            act(db)
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@pytest.mark.promise("P1", "P22")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_killed_at_every_statement_a_booking_is_whole_or_not_there(db: Database, url: str) -> None:
    club = a_small_club(db, members=40, capacity=1)
    db.dispose()
    undone = done = 0
    for point in range(1, 40):
        code = done_in_a_child(url, partial(ask, club=club, number=point), point)
        assert code in {0, KILLED}
        assert broken_invariants(db) == [], f"killed at point {point}"
        again = ask(db, club, point)
        assert broken_invariants(db) == [], f"asked again after point {point}"
        done += isinstance(again, Replayed)
        undone += not isinstance(again, Replayed)
        db.dispose()
        if code == 0:
            break
    else:
        pytest.fail("a booking takes more than 40 steps")
    assert undone >= 9, "it was killed at nine statements at least"
    assert done >= 1, "and once after its COMMIT"


@pytest.mark.promise("P1")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_killed_at_every_statement_a_move_is_whole_or_not_there(db: Database, url: str) -> None:
    """The old seat is kept or the new one is taken, never none and never both."""
    club = a_small_club(db, members=30, capacity=1)
    made = ask(db, club, 0).appointment
    db.dispose()
    undone = done = 0
    for point in range(1, 40):
        slot = club.slots[30 + point]
        code = done_in_a_child(url, partial(move, appointment=made, slot=slot), point)
        assert code in {0, KILLED}
        assert broken_invariants(db) == [], f"killed at point {point}"
        again = move(db, made, slot)
        assert broken_invariants(db) == [], f"asked again after point {point}"
        done += isinstance(again, Replayed)
        undone += not isinstance(again, Replayed)
        db.dispose()
        if code == 0:
            break
    else:
        pytest.fail("a move takes more than 40 steps")
    assert undone >= 9
    assert done >= 1
