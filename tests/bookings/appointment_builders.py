"""Appointments as tests begin with them: asked for, and confirmed."""

from __future__ import annotations

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from vipclub import bookings
from vipclub.core.db import Database


def a_request(db: Database, club: SmallClub, member: int = 0, slot: int = 0) -> str:
    """Member number `member` asks for slot number `slot`."""
    made: bookings.BookedAppointment = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[member],
        offering=club.offering,
        slot=club.slots[slot],
    )
    return made.appointment


def a_confirmed_appointment(db: Database, club: SmallClub, member: int = 0, slot: int = 0) -> str:
    """The same, and the partner says yes."""
    ref = a_request(db, club, member, slot)
    db.run(bookings.confirm, club.he, appointment=ref)
    return ref
