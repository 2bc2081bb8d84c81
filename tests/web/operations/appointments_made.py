"""Appointments that operations look at."""

from __future__ import annotations

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from vipclub import bookings
from vipclub.core.db import Database


def booked(db: Database, club: SmallClub, place: int = 0) -> str:
    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[place],
        offering=club.offering,
        slot=club.slots[0],
    )
    return made.appointment
