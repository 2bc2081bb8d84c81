"""Partners, hours and the slots that follow, in the database."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.cast import TEXT, Thread, a_thread, partner_actor
from vipclub import partners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.partners import Hours, HoursNotAccepted, NotBookableByTime, Slot

CLUB = Actor.system("tests")


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=1)


def offering_id(db: Database, ref: str) -> int:
    with db.read() as session:
        return partners.find_offering(session, CLUB, ref).id


def number_of_slots(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Slot)) or 0


def test_opening_the_slots_again_changes_nothing(db: Database, thread: Thread) -> None:
    before = number_of_slots(db)
    assert db.run(partners.open_offering, offering_id(db, thread.offering), days=30) == 0
    assert number_of_slots(db) == before


def test_the_next_night_opens_the_day_that_came_within_reach(db: Database, thread: Thread) -> None:
    tomorrow = clock.club_today() + timedelta(days=1)
    new = db.run(partners.open_offering, offering_id(db, thread.offering), today=tomorrow, days=30)
    assert new == 3


def test_all_active_offerings_are_opened_by_the_job(db: Database, thread: Thread) -> None:
    assert partners.open_slots(db, days=31) == 2 * 3
    assert partners.open_slots(db, days=31) == 0


def test_a_seat_is_taken_while_there_is_one_and_given_back_once(
    db: Database, thread: Thread
) -> None:
    with db.read() as session:
        slot = session.scalar(select(Slot.id).where(Slot.public_ref == thread.slots[0]))
    took = [db.run(partners.take_seat, slot) for _ in range(3)]
    gave = [db.run(partners.give_back_seat, slot) for _ in range(3)]
    assert took == [True, True, False]
    assert gave == [True, True, False]


def test_a_slot_exists_before_anybody_books_it_and_once(db: Database, thread: Thread) -> None:
    """peers 2.3: simultaneous first takers of a group session got separate sessions (cal#13360)."""
    copy = text(
        "INSERT INTO slot (public_ref, offering_id, starts_at, ends_at, local_day, capacity, "
        "taken, reserved, open) SELECT 'S-OTHER', offering_id, starts_at, ends_at, local_day, "
        "capacity, 0, 0, open FROM slot WHERE public_ref = :ref"
    )
    with pytest.raises(IntegrityError):
        db.run(lambda session: session.execute(copy, {"ref": thread.slots[0]}))


def test_the_database_itself_refuses_to_oversell(db: Database, thread: Thread) -> None:
    """peers 2.15: a slot was overbooked although set not to (va.gov-team#49635)."""
    for column in ("taken", "reserved"):
        statement = text(f"UPDATE slot SET {column} = capacity + 1 WHERE public_ref = :ref")
        with pytest.raises(IntegrityError):
            db.run(lambda s, q=statement: s.execute(q, {"ref": thread.slots[0]}))


@pytest.mark.parametrize(
    "hours",
    [
        [Hours(1, time(9), time(9, 30), 60, 1)],
        [Hours(1, time(9), time(12), 60, 1), Hours(1, time(11), time(14), 60, 1)],
    ],
    ids=["no visit fits", "they overlap"],
)
def test_hours_that_cannot_be_are_refused(db: Database, thread: Thread, hours: list[Hours]) -> None:
    with pytest.raises(HoursNotAccepted):
        db.run(partners.set_weekly_capacity, CLUB, offering=thread.offering, hours=hours)


def test_an_event_is_no_service_to_be_booked_by_time(db: Database, thread: Thread) -> None:
    partner = db.run(partners.create_partner, CLUB, name=TEXT)
    site = db.run(
        partners.create_site, CLUB, partner=partner, name=TEXT, address=TEXT, city_code="310000"
    )
    with pytest.raises(NotBookableByTime):
        db.run(
            partners.create_offering,
            CLUB,
            site=site,
            service="wealth-salon",
            name=TEXT,
            minutes=60,
        )


def test_a_partner_changes_its_own_hours_and_nobody_elses(db: Database, thread: Thread) -> None:
    hours = [Hours(1, time(9), time(12), 60, 9)]
    own, other = partner_actor(thread.partner), partner_actor(thread.other_partner)
    db.run(partners.set_weekly_capacity, own, offering=thread.offering, hours=hours)
    with pytest.raises(NotFound):
        db.run(partners.set_weekly_capacity, other, offering=thread.offering, hours=hours)
    with pytest.raises(Forbidden):
        db.run(partners.create_partner, own, name=TEXT)


def test_a_day_closed_before_its_slots_are_opened_has_none(db: Database, thread: Thread) -> None:
    day = clock.club_today() + timedelta(days=31)
    db.run(partners.set_exception, CLUB, offering=thread.offering, day=day, capacity=5)
    db.run(partners.set_exception, CLUB, offering=thread.offering, day=day, capacity=0)
    db.run(partners.open_offering, offering_id(db, thread.offering), days=33)
    assert slots_on(db, day) == 0
    assert slots_on(db, day + timedelta(days=1)) == 3


def slots_on(db: Database, day: date) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).where(Slot.local_day == day)) or 0
