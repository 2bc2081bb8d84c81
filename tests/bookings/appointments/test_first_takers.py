"""The first takers of a slot come at once, and share it."""

from __future__ import annotations

import threading

import pytest

from tests.bookings.invariants import broken_invariants, seats_and_capacity
from tests.cast import CLUB_ACTOR
from tests.small_club import a_small_club
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.core.errors import Refused


@pytest.mark.pain(3)
def test_the_time_is_there_before_anybody_books_it(db: Database) -> None:
    """The first takers of a group session come at the same moment and are in the same session."""
    club = a_small_club(db, members=4, capacity=4)
    start, refused = threading.Barrier(4), []

    def take(member: str) -> None:
        start.wait(timeout=10)
        try:
            db.run(
                bookings.book,
                CLUB_ACTOR,
                member=member,
                offering=club.offering,
                slot=club.slots[0],
            )
        except Refused as refusal:
            refused.append(refusal.code)

    takers = [threading.Thread(target=take, args=(member,)) for member in club.members]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join(timeout=30)
    assert refused == []
    assert seats_and_capacity(db) == {club.slots[0]: (4, 4)}
    assert broken_invariants(db) == []
