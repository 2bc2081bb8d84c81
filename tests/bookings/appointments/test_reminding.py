"""Reminders: a day ahead, from the appointment as it stands, and never about what is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bookings.appointment_builders import a_confirmed_appointment
from tests.bookings.table_rows import appointment_of, letters_queued
from tests.bookings.visit_times import start_of
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings
from vipclub.bookings.letters import reminder_still_true
from vipclub.core import clock
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=2)


def reminders(db: Database, ref: str) -> int:
    return letters_queued(db, ref).count("appointment-reminder")


def test_a_visit_is_reminded_of_once_a_day_ahead(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    start = start_of(db, club.slots[0])
    with clock.replaying(start - timedelta(hours=24, minutes=1)):
        assert bookings.remind_members(db) == 0
    with clock.replaying(start - timedelta(hours=23, minutes=59)):
        assert bookings.remind_members(db) == 1
        assert bookings.remind_members(db) == 0
    assert reminders(db, ref) == 1


@pytest.mark.pain(17)
def test_no_reminder_goes_out_after_a_cancellation(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    version = appointment_of(db, ref).version
    day_before = start_of(db, club.slots[0]) - timedelta(hours=23)
    with clock.replaying(day_before):
        assert bookings.remind_members(db) == 1
        with db.read() as session:
            assert reminder_still_true(session, ref, version)
        db.run(bookings.cancel, club.lin, appointment=ref)
        with db.read() as session:
            assert not reminder_still_true(session, ref, version)
        assert bookings.remind_members(db) == 0


@pytest.mark.pain(18)
def test_a_reminder_whose_time_has_passed_is_left_out(db: Database, club: SmallClub) -> None:
    """Confirmed within the day before, or the job was away until the visit was near."""
    late = a_confirmed_appointment(db, club, slot=3)
    with clock.replaying(start_of(db, club.slots[3]) - timedelta(hours=2)):
        assert bookings.remind_members(db) == 0
    assert reminders(db, late) == 0

    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[1],
        offering=club.offering,
        slot=club.slots[0],
    )
    with clock.replaying(start_of(db, club.slots[0]) - timedelta(hours=20)):
        db.run(bookings.confirm, club.he, appointment=made.appointment)
        assert bookings.remind_members(db) == 0
    assert reminders(db, made.appointment) == 0


def test_a_visit_that_was_moved_is_reminded_of_at_its_new_time(
    db: Database, club: SmallClub
) -> None:
    ref = a_confirmed_appointment(db, club)
    with clock.replaying(start_of(db, club.slots[0]) - timedelta(hours=23)):
        assert bookings.remind_members(db) == 1
        db.run(
            bookings.reschedule,
            CLUB_ACTOR,
            appointment=ref,
            slot=club.slots[9],
            override="She fell ill.",
        )
        db.run(bookings.confirm, club.he, appointment=ref)
    with clock.replaying(start_of(db, club.slots[9]) - timedelta(hours=23)):
        assert bookings.remind_members(db) == 1
    assert reminders(db, ref) == 2


def test_a_reminder_is_untrue_once_the_visit_begins(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    version = appointment_of(db, ref).version
    with clock.replaying(start_of(db, club.slots[0])), db.read() as session:
        assert not reminder_still_true(session, ref, version)
