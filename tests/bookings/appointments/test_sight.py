"""Who sees and may touch an appointment: the cast, one by one."""

from __future__ import annotations

import base64

import pytest

from tests.cast import CLUB_ACTOR, sun, wu
from tests.small_club import a_small_club
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound


@pytest.mark.promise("P32")
def test_lin_and_her_clinic_and_the_desk_see_it_and_nobody_else_does(db: Database) -> None:
    club = a_small_club(db)
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[0],
        note="wheelchair",
    )
    with db.read() as session:
        for somebody in (club.lin, club.he, sun()):
            seen = bookings.appointment(session, somebody, made.appointment)
            assert seen.note == "wheelchair"
        for nobody in (club.chen, club.stranger, wu("LIFE/0001")):
            with pytest.raises(NotFound):
                bookings.appointment(session, nobody, made.appointment)


def test_a_right_without_the_sight_and_the_sight_without_the_right_are_not_enough(
    db: Database,
) -> None:
    club = a_small_club(db)
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[0],
    )
    with pytest.raises(NotFound):
        db.run(bookings.confirm, club.stranger, appointment=made.appointment)
    with pytest.raises(NotFound):
        db.run(bookings.cancel, club.chen, appointment=made.appointment)
    with pytest.raises(Forbidden):
        db.run(bookings.confirm, club.lin, appointment=made.appointment)
    with pytest.raises(Forbidden):
        db.run(bookings.cancel, club.he, appointment=made.appointment)
    with pytest.raises(NotFound):
        db.run(
            bookings.book,
            club.chen,
            member=club.members[0],
            offering=club.offering,
            slot=club.slots[1],
        )


@pytest.mark.parametrize("row_id", [-1, 2**63, 10**40])
def test_a_cursor_beyond_any_row_is_refused(db: Database, row_id: int) -> None:
    cursor = base64.urlsafe_b64encode(f"1.{row_id}".encode()).decode().rstrip("=")
    with db.read() as session, pytest.raises(Malformed):
        bookings.partner_appointments(session, CLUB_ACTOR, after=cursor)
