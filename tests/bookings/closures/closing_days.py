"""A clerk closes days, and looks at what is left to do."""

from __future__ import annotations

from datetime import date, timedelta

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from vipclub import bookings, partners
from vipclub.bookings import ClosureView
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.partners import Change


def day_of_slots(days: int = 6) -> date:
    return clock.club_today() + timedelta(days=days)


def close_day(db: Database, club: SmallClub, day: date | None = None) -> str:
    ref = db.run(
        bookings.close_day,
        club.he,
        offering=club.offering,
        day=day or day_of_slots(),
        reason="The power is off",
    )
    assert ref is not None
    return str(ref)


def closure_of(db: Database, club: SmallClub, ref: str) -> ClosureView:
    with db.read() as session:
        return bookings.closure(session, club.he, ref)


def close_all_days_but(db: Database, club: SmallClub, *open_days: date) -> None:
    """So that the partner has nothing else to offer."""
    for number in range(35):
        day = clock.club_today() + timedelta(days=number)
        if day not in open_days:
            change = Change(offering=club.offering, day=day, open=False)
            db.run(partners.change_capacity, CLUB_ACTOR, changes=[change])
