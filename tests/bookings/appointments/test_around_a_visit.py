"""Relatives, alternatives, and what was entered by mistake."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from tests.bookings.asking_for import confirmed, request
from tests.bookings.checking import wrong
from tests.bookings.looking import (
    CLUB,
    at_the_visit,
    give_units,
    seen,
    taken,
    units,
)
from tests.cast import Thread, a_partner, a_thread, sun
from tests.statements import statements
from vipclub import bookings, people
from vipclub.bookings import (
    AlreadyBooked,
    NotEligible,
    SlotFull,
)
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.partners import Slot


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


def test_alternatives_are_near_free_and_not_all_on_one_day(db: Database, thread: Thread) -> None:
    a_partner(db, capacity=1, service="health-check")
    ref = request(db, thread)
    db.run(bookings.decline, thread.he, appointment=ref, kind="full")
    with db.read() as session, statements(at_most=4):
        found = bookings.alternatives(session, thread.lin, appointment=ref)
    assert [a.near for a in found] == sorted(a.near for a in found)
    assert {a.near for a in found} == {0, 2}
    assert len(found) == 6
    assert thread.slots[0] not in {a.slot for a in found}
    assert len({a.start.date() for a in found if a.near == 0}) > 1
    for one in found:
        assert one.free > 0
        assert one.start > clock.now()
    with db.read() as session:
        own = bookings.alternatives(session, thread.he, appointment=ref)
        assert {a.near for a in own} == {0}
        with pytest.raises(NotFound):
            bookings.alternatives(session, thread.stranger, appointment=ref)


@pytest.mark.parametrize("state", ["pending", "booked", "proposed", "arrived", "fulfilled"])
def test_what_was_entered_by_mistake_leaves_nothing_behind(
    db: Database, thread: Thread, state: str
) -> None:
    ref = request(db, thread)
    if state != "pending":
        db.run(bookings.confirm, thread.he, appointment=ref)
    if state == "proposed":
        db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[4])
    with at_the_visit(db, thread.slots[0]):
        if state in {"arrived", "fulfilled"}:
            db.run(bookings.arrive, thread.he, appointment=ref)
        if state == "fulfilled":
            db.run(bookings.fulfil, thread.he, appointment=ref)
    with pytest.raises(Forbidden):
        db.run(bookings.enter_in_error, thread.he, appointment=ref, reason="typed twice")
    with pytest.raises(bookings.ReasonMissing):
        db.run(bookings.enter_in_error, CLUB, appointment=ref, reason=" ")
    db.run(bookings.enter_in_error, CLUB, appointment=ref, reason="typed twice")
    assert seen(db, ref).status == "entered-in-error"
    assert units(db, thread.members[0]) == (0, 0)
    assert (taken(db, thread.slots[0]), taken(db, thread.slots[4])) == (0, 0)
    assert wrong(db) == []


def test_a_change_of_time_is_at_most_twelve_statements(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    with statements(at_most=10):
        db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[6])
    with statements(at_most=10):
        db.run(bookings.accept, thread.lin, appointment=ref)
    with statements(at_most=12):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[8])


def test_a_closed_day_takes_no_move(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)

    def close(session: Any) -> None:
        session.execute(update(Slot).where(Slot.public_ref == thread.slots[4]).values(open=False))

    db.run(close)
    with pytest.raises(SlotFull):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[4])
    assert wrong(db) == []
