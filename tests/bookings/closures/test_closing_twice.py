"""A time that was offered and closes as well: nobody is left between two chairs."""

from __future__ import annotations

from tests.bookings.checking import wrong
from tests.bookings.closures.test_closing import book, close, day_of_slots, look
from tests.bookings.looking import seen
from tests.cast import a_thread
from vipclub import bookings
from vipclub.core.db import Database


def test_a_time_that_was_offered_and_closes_is_taken_back(db: Database) -> None:
    """Who was offered a time that closes afterwards stays in the old one, and isn't stranded."""
    thread = a_thread(db)
    appointment = book(db, thread)
    db.run(bookings.propose, thread.he, appointment=appointment, slot=thread.slots[3])
    ref = close(db, thread, day_of_slots(7))
    assert look(db, thread, ref).counts == {"waiting": 1}
    bookings.offer_others(db, thread.he, closure=ref)
    view = seen(db, appointment)
    assert (view.status, view.slot, view.proposed_slot) == ("pending", thread.slots[0], None)
    assert look(db, thread, ref).left == 0
    assert wrong(db) == []


def test_who_accepts_a_time_while_it_closes_is_displaced_again(db: Database) -> None:
    thread = a_thread(db)
    appointment = book(db, thread)
    db.run(bookings.propose, thread.he, appointment=appointment, slot=thread.slots[3])
    ref = close(db, thread, day_of_slots(7))
    db.run(bookings.accept, thread.lin, appointment=appointment)
    assert look(db, thread, ref).counts == {"waiting": 1}
    assert bookings.offer_others(db, thread.he, closure=ref).proposed == 1
    assert wrong(db) == []


def test_who_was_moved_to_a_day_that_closes_as_well_is_offered_a_third(db: Database) -> None:
    thread = a_thread(db)
    appointment = book(db, thread)
    first = close(db, thread)
    bookings.offer_others(db, thread.he, closure=first)
    assert seen(db, appointment).proposed_slot == thread.slots[3]
    second = close(db, thread, day_of_slots(7))
    assert look(db, thread, first).counts == {"waiting": 1}
    assert bookings.offer_others(db, thread.he, closure=second).proposed == 1
    slot = seen(db, appointment).proposed_slot
    assert slot not in {None, *thread.slots[:6]}
    assert look(db, thread, first).counts == {"proposed": 1}
    assert look(db, thread, second).left == 0
    db.run(bookings.accept, thread.lin, appointment=appointment)
    assert look(db, thread, first).left == 0
    assert wrong(db) == []
