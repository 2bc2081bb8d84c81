"""An appointment that was entered by mistake."""

from __future__ import annotations

import pytest

from tests.bookings.appointment_builders import a_request
from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import appointment_of, seats_taken, units_held_and_used
from tests.bookings.visit_times import at_the_visit
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=3)


@pytest.mark.parametrize("state", ["pending", "booked", "proposed", "arrived", "fulfilled"])
def test_what_was_entered_by_mistake_leaves_nothing_behind(
    db: Database, club: SmallClub, state: str
) -> None:
    ref = a_request(db, club)
    if state != "pending":
        db.run(bookings.confirm, club.he, appointment=ref)
    if state == "proposed":
        db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[4])
    with at_the_visit(db, club.slots[0]):
        if state in {"arrived", "fulfilled"}:
            db.run(bookings.arrive, club.he, appointment=ref)
        if state == "fulfilled":
            db.run(bookings.fulfil, club.he, appointment=ref)
    with pytest.raises(Forbidden):
        db.run(bookings.enter_in_error, club.he, appointment=ref, reason="typed twice")
    with pytest.raises(bookings.ReasonMissing):
        db.run(bookings.enter_in_error, CLUB_ACTOR, appointment=ref, reason=" ")
    db.run(bookings.enter_in_error, CLUB_ACTOR, appointment=ref, reason="typed twice")
    assert appointment_of(db, ref).status == "entered-in-error"
    assert units_held_and_used(db, club.members[0]) == (0, 0)
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[4])) == (0, 0)
    assert broken_invariants(db) == []
