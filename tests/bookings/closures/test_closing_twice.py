"""A time that was offered and closes as well: nobody is left between two chairs."""

from __future__ import annotations

from tests.bookings.appointment_builders import a_request
from tests.bookings.closures.closing_days import close_day, closure_of, day_of_slots
from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import appointment_of
from tests.small_club import a_small_club
from vipclub import bookings
from vipclub.core.db import Database


def test_a_time_that_was_offered_and_closes_is_taken_back(db: Database) -> None:
    """Who was offered a time that closes afterwards stays in the old one, and isn't stranded."""
    club = a_small_club(db)
    appointment = a_request(db, club)
    db.run(bookings.propose, club.he, appointment=appointment, slot=club.slots[3])
    ref = close_day(db, club, day_of_slots(7))
    assert closure_of(db, club, ref).counts == {"waiting": 1}
    bookings.offer_others(db, club.he, closure=ref)
    view = appointment_of(db, appointment)
    assert (view.status, view.slot, view.proposed_slot) == ("pending", club.slots[0], None)
    assert closure_of(db, club, ref).left == 0
    assert broken_invariants(db) == []


def test_who_accepts_a_time_while_it_closes_is_displaced_again(db: Database) -> None:
    club = a_small_club(db)
    appointment = a_request(db, club)
    db.run(bookings.propose, club.he, appointment=appointment, slot=club.slots[3])
    ref = close_day(db, club, day_of_slots(7))
    db.run(bookings.accept, club.lin, appointment=appointment)
    assert closure_of(db, club, ref).counts == {"waiting": 1}
    assert bookings.offer_others(db, club.he, closure=ref).proposed == 1
    assert broken_invariants(db) == []


def test_who_was_moved_to_a_day_that_closes_as_well_is_offered_a_third(db: Database) -> None:
    club = a_small_club(db)
    appointment = a_request(db, club)
    first = close_day(db, club)
    bookings.offer_others(db, club.he, closure=first)
    assert appointment_of(db, appointment).proposed_slot == club.slots[3]
    second = close_day(db, club, day_of_slots(7))
    assert closure_of(db, club, first).counts == {"waiting": 1}
    assert bookings.offer_others(db, club.he, closure=second).proposed == 1
    slot = appointment_of(db, appointment).proposed_slot
    assert slot not in {None, *club.slots[:6]}
    assert closure_of(db, club, first).counts == {"proposed": 1}
    assert closure_of(db, club, second).left == 0
    db.run(bookings.accept, club.lin, appointment=appointment)
    assert closure_of(db, club, first).left == 0
    assert broken_invariants(db) == []
