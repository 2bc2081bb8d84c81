"""Other times in place of an appointment's own."""

from __future__ import annotations

import pytest

from tests.bookings.appointment_builders import a_request
from tests.small_club import SmallClub, a_partner, a_small_club
from tests.statements import statements
from vipclub import bookings
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import NotFound


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=3)


def test_alternatives_are_near_free_and_not_all_on_one_day(db: Database, club: SmallClub) -> None:
    a_partner(db, capacity=1, service="health-check")
    ref = a_request(db, club)
    db.run(bookings.decline, club.he, appointment=ref, kind="full")
    with db.read() as session, statements(at_most=4):
        found = bookings.alternatives(session, club.lin, appointment=ref)
    assert [a.near for a in found] == sorted(a.near for a in found)
    assert {a.near for a in found} == {0, 2}
    assert len(found) == 6
    assert club.slots[0] not in {a.slot for a in found}
    assert len({a.start.date() for a in found if a.near == 0}) > 1
    for one in found:
        assert one.free > 0
        assert one.start > clock.now()
    with db.read() as session:
        own = bookings.alternatives(session, club.he, appointment=ref)
        assert {a.near for a in own} == {0}
        with pytest.raises(NotFound):
            bookings.alternatives(session, club.stranger, appointment=ref)
