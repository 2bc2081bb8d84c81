"""Lists of appointments: a member's, and a partner's."""

from __future__ import annotations

from datetime import date

import pytest

from tests.bookings.table_rows import give_units
from tests.bookings.visit_times import start_of
from tests.cast import CLUB_ACTOR, member_actor, partner_actor
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings
from vipclub.bookings import BookedAppointment
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=4)


def book(db: Database, club: SmallClub, who: int, slot: int) -> BookedAppointment:
    """Member number `who` books slot number `slot`."""
    member = club.members[who]
    made: BookedAppointment = db.run(
        bookings.book,
        member_actor(member),
        member=member,
        offering=club.offering,
        slot=club.slots[slot],
    )
    return made


def test_lists_come_in_pages_without_repeating_or_losing_a_row(
    db: Database, club: SmallClub
) -> None:
    give_units(db, club.members[0], 10)
    made = [book(db, club, 0, n).appointment for n in range(5)]
    found: list[str] = []
    cursor = None
    while True:
        with db.read() as session, statements(at_most=2):
            page = bookings.appointments_of(
                session, CLUB_ACTOR, member=club.members[0], after=cursor, limit=2
            )
        found += [item.appointment for item in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == made[::-1]


def test_a_partner_sees_its_own_requests_by_time_and_day(db: Database, club: SmallClub) -> None:
    made = [book(db, club, n, n).appointment for n in range(4)]
    day = start_of(db, club.slots[0]).date()
    with db.read() as session:
        bookings.services(session, club.lin)  # a sign-in brings the number of what is kept along
        with statements(at_most=1):
            own = bookings.partner_appointments(session, partner_actor(club.partner))
    assert [item.appointment for item in own.items] == made
    with db.read() as session:
        on_the_day = bookings.partner_appointments(
            session, partner_actor(club.partner), statuses=["pending"], first=day, last=day
        )
        ever = bookings.partner_appointments(
            session, partner_actor(club.partner), first=date.min, last=date.max
        )
        other = bookings.partner_appointments(session, partner_actor(club.other_partner))
    assert [item.appointment for item in on_the_day.items] == made[:3]
    assert [item.appointment for item in ever.items] == made
    assert other.items == []
