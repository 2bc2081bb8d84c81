"""An offering is opened: its slots are written, once each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from vipclub import partners
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.partners import Slot


def offering_id(db: Database, ref: str) -> int:
    with db.read() as session:
        return partners.find_offering(session, CLUB_ACTOR, ref).id


def number_of_slots(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Slot)) or 0


def test_opening_the_slots_again_changes_nothing(db: Database, club: SmallClub) -> None:
    before = number_of_slots(db)
    assert db.run(partners.open_offering, offering_id(db, club.offering), days=30) == 0
    assert number_of_slots(db) == before


def test_the_next_night_opens_the_day_that_came_within_reach(db: Database, club: SmallClub) -> None:
    tomorrow = clock.club_today() + timedelta(days=1)
    new = db.run(partners.open_offering, offering_id(db, club.offering), today=tomorrow, days=30)
    assert new == 3


def test_all_active_offerings_are_opened_by_the_job(db: Database, club: SmallClub) -> None:
    assert partners.open_slots(db, days=31) == 2 * 3
    assert partners.open_slots(db, days=31) == 0


@pytest.mark.pain(3)
def test_a_slot_exists_before_anybody_books_it_and_once(db: Database, club: SmallClub) -> None:
    """Elsewhere the first two of a group got a session each (calcom/cal.com#13360)."""
    copy = text(
        "INSERT INTO slot (public_ref, offering_id, starts_at, ends_at, local_day, capacity, "
        "taken, reserved, open) SELECT 'S-OTHER', offering_id, starts_at, ends_at, local_day, "
        "capacity, 0, 0, open FROM slot WHERE public_ref = :ref"
    )
    with pytest.raises(IntegrityError):
        db.run(lambda session: session.execute(copy, {"ref": club.slots[0]}))


def test_a_day_closed_before_its_slots_are_opened_has_none(db: Database, club: SmallClub) -> None:
    day = clock.club_today() + timedelta(days=31)
    db.run(partners.set_exception, CLUB_ACTOR, offering=club.offering, day=day, capacity=5)
    db.run(partners.set_exception, CLUB_ACTOR, offering=club.offering, day=day, capacity=0)
    db.run(partners.open_offering, offering_id(db, club.offering), days=33)
    assert slots_on(db, day) == 0
    assert slots_on(db, day + timedelta(days=1)) == 3


def slots_on(db: Database, day: date) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).where(Slot.local_day == day)) or 0
