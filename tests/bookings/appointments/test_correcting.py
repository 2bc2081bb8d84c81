"""An appointment that was entered by mistake."""

from __future__ import annotations

import pytest

from tests.bookings.asking_for import request
from tests.bookings.checking import wrong
from tests.bookings.looking import (
    CLUB,
    at_the_visit,
    seen,
    taken,
    units,
)
from tests.cast import Thread, a_thread
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=3)


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
