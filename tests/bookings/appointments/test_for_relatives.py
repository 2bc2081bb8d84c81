"""A visit for a relative: of the family, where the benefit is the family's, and at one place at a
time."""

from __future__ import annotations

from datetime import date

import pytest

from tests.bookings.asking_for import request
from tests.bookings.checking import wrong
from tests.bookings.looking import (
    give_units,
    seen,
    units,
)
from tests.cast import Thread, a_thread, sun
from vipclub import bookings, people
from vipclub.bookings import (
    AlreadyBooked,
    NotEligible,
)
from vipclub.core.db import Database


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=3)


def test_the_member_books_for_a_relative_only_where_the_benefit_is_the_familys(
    db: Database, thread: Thread
) -> None:
    """Pain 21: booker and beneficiary are two fields, and a parent can be booked for."""
    mother = db.run(
        people.add_relative,
        thread.lin,
        member=thread.members[0],
        name="林美华",
        relation="parent",
        birth_date=date(1951, 4, 2),
        sex="F",
    )
    made = db.run(
        bookings.book,
        thread.lin,
        member=thread.members[0],
        offering=thread.offering,
        slot=thread.slots[0],
        beneficiary=mother.ref,
    )
    view = seen(db, made.appointment)
    assert (view.member, view.beneficiary, view.beneficiary_name) == (
        thread.members[0],
        mother.ref,
        "林美华",
    )
    assert units(db, thread.members[0]) == (1, 0)
    for actor, member in ((thread.chen, 1), (sun(), 1)):
        with pytest.raises(NotEligible):
            db.run(
                bookings.book,
                actor,
                member=thread.members[member],
                offering=thread.offering,
                slot=thread.slots[1],
                beneficiary=mother.ref,
            )
    moved = db.run(
        bookings.reschedule, thread.lin, appointment=made.appointment, slot=thread.slots[2]
    )
    assert moved.slot == thread.slots[2]
    db.run(people.remove_relative, thread.lin, member=thread.members[0], relative=mother.ref)
    with pytest.raises(NotEligible):
        db.run(
            bookings.book,
            thread.lin,
            member=thread.members[0],
            offering=thread.offering,
            slot=thread.slots[3],
            beneficiary=mother.ref,
        )
    assert wrong(db) == []


def test_pain_12_a_relative_is_not_at_two_places_at_one_time(db: Database, thread: Thread) -> None:
    give_units(db, thread.members[0], 2)
    child = db.run(
        people.add_relative, thread.lin, member=thread.members[0], name="小宝", relation="child"
    )
    for_child = {"member": thread.members[0], "offering": thread.offering, "beneficiary": child.ref}
    db.run(bookings.book, thread.lin, slot=thread.slots[0], **for_child)
    with pytest.raises(AlreadyBooked):
        db.run(bookings.book, thread.lin, slot=thread.slots[0], **for_child)
    request(db, thread, slot=0)  # the mother comes along
    assert wrong(db) == []
