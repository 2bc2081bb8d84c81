"""Appointments as tests begin with them: asked for, and confirmed."""

from __future__ import annotations

from tests.bookings.looking import CLUB
from tests.cast import Thread
from vipclub import bookings
from vipclub.core.db import Database


def request(db: Database, thread: Thread, who: int = 0, slot: int = 0) -> str:
    """Member number `who` asks for slot number `slot`."""
    made: bookings.BookedAppointment = db.run(
        bookings.book,
        CLUB,
        member=thread.members[who],
        offering=thread.offering,
        slot=thread.slots[slot],
    )
    return made.appointment


def confirmed(db: Database, thread: Thread, who: int = 0, slot: int = 0) -> str:
    """The same, and the partner says yes."""
    ref = request(db, thread, who, slot)
    db.run(bookings.confirm, thread.he, appointment=ref)
    return ref
