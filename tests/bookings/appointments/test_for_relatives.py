"""A visit for a relative: of the family, where the benefit is the family's, and at one place at a
time."""

from __future__ import annotations

from datetime import date

import pytest

from tests.bookings.appointment_builders import a_request
from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import appointment_of, give_units, units_held_and_used
from tests.cast import sun
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings, people
from vipclub.bookings import (
    AlreadyBooked,
    NotEligible,
)
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=3)


@pytest.mark.pain(21)
def test_the_member_books_for_a_relative_only_where_the_benefit_is_the_familys(
    db: Database, club: SmallClub
) -> None:
    """Booker and beneficiary are two fields, and a parent can be booked for."""
    mother = db.run(
        people.add_relative,
        club.lin,
        member=club.members[0],
        name="林美华",
        relation="parent",
        birth_date=date(1951, 4, 2),
        sex="F",
    )
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[0],
        beneficiary=mother.ref,
    )
    view = appointment_of(db, made.appointment)
    assert (view.member, view.beneficiary, view.beneficiary_name) == (
        club.members[0],
        mother.ref,
        "林美华",
    )
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    for actor, member in ((club.chen, 1), (sun(), 1)):
        with pytest.raises(NotEligible):
            db.run(
                bookings.book,
                actor,
                member=club.members[member],
                offering=club.offering,
                slot=club.slots[1],
                beneficiary=mother.ref,
            )
    moved = db.run(bookings.reschedule, club.lin, appointment=made.appointment, slot=club.slots[2])
    assert moved.slot == club.slots[2]
    db.run(people.remove_relative, club.lin, member=club.members[0], relative=mother.ref)
    with pytest.raises(NotEligible):
        db.run(
            bookings.book,
            club.lin,
            member=club.members[0],
            offering=club.offering,
            slot=club.slots[3],
            beneficiary=mother.ref,
        )
    assert broken_invariants(db) == []


@pytest.mark.promise("P3")
@pytest.mark.pain(12)
def test_a_relative_is_not_at_two_places_at_one_time(db: Database, club: SmallClub) -> None:
    give_units(db, club.members[0], 2)
    child = db.run(
        people.add_relative, club.lin, member=club.members[0], name="小宝", relation="child"
    )
    for_child = {"member": club.members[0], "offering": club.offering, "beneficiary": child.ref}
    db.run(bookings.book, club.lin, slot=club.slots[0], **for_child)
    with pytest.raises(AlreadyBooked):
        db.run(bookings.book, club.lin, slot=club.slots[0], **for_child)
    a_request(db, club, slot=0)  # the mother comes along
    assert broken_invariants(db) == []
