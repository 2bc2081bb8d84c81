"""A member's calendar: the private address, and what it tells."""

from __future__ import annotations

from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.people import Person


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def a_visit(db: Database, club: SmallClub, slot: int = 0) -> str:
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[slot],
    )
    return str(made.appointment)


def events(db: Database, secret: str, *, places: bool = False) -> list[Any]:
    with db.read() as session:
        found = bookings.feed(session, secret=secret).appointments
    written = bookings.calendar_of(
        found,
        language="en",
        base_url="https://club.example",
        domain="club.example",
        name="VIP Club",
        places=places,
    )
    calendar = Calendar.from_ical(written)
    assert calendar["METHOD"] == "PUBLISH"
    return list(calendar.walk("VEVENT"))


def test_the_address_shows_own_appointments_and_follows_a_cancellation(
    db: Database, club: SmallClub
) -> None:
    ref = a_visit(db, club)
    secret = db.run(bookings.renew_feed, club.lin, member=club.members[0])
    (event,) = events(db, secret)
    assert event["UID"] == f"{ref}@club.example"
    assert event["STATUS"] == "TENTATIVE"
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    db.run(bookings.confirm, club.he, appointment=ref)
    (sure,) = events(db, secret)
    db.run(bookings.cancel, club.lin, appointment=ref)
    (gone,) = events(db, secret)
    assert [sure["STATUS"], gone["STATUS"]] == ["CONFIRMED", "CANCELLED"]
    assert gone["UID"] == sure["UID"] == event["UID"]
    assert event["SEQUENCE"] < sure["SEQUENCE"] < gone["SEQUENCE"]


def test_who_knows_the_address_learns_neither_service_nor_place(
    db: Database, club: SmallClub
) -> None:
    a_visit(db, club)
    secret = db.run(bookings.renew_feed, club.lin, member=club.members[0])
    (event,) = events(db, secret)
    assert "LOCATION" not in event
    assert "DESCRIPTION" not in event
    assert "check" not in str(event["SUMMARY"]).lower()
    (own,) = events(db, secret, places=True)
    assert "In-depth check" in own["LOCATION"]
    assert "check" not in str(own["SUMMARY"]).lower()


def test_an_old_address_and_one_switched_off_are_nobody_s(db: Database, club: SmallClub) -> None:
    first = db.run(bookings.renew_feed, club.lin, member=club.members[0])
    second = db.run(bookings.renew_feed, club.lin, member=club.members[0])
    with db.read() as session, statements(at_most=3):
        assert bookings.feed(session, secret=second).appointments == []
    with db.read() as session, pytest.raises(NotFound):
        bookings.feed(session, secret=first)
    db.run(bookings.end_feed, club.lin, member=club.members[0])
    for secret in (second, "", "x" * 5000):
        with db.read() as session, pytest.raises(NotFound):
            bookings.feed(session, secret=secret)
    with db.read() as session:
        assert bookings.feed_since(session, club.lin, member=club.members[0]) is None


def test_nobody_opens_another_s_address(db: Database, club: SmallClub) -> None:
    a_visit(db, club)
    hers = db.run(bookings.renew_feed, club.lin, member=club.members[0])
    his = db.run(bookings.renew_feed, club.chen, member=club.members[1])
    assert len(events(db, hers)) == 1
    assert events(db, his) == []
    for use_case in (bookings.renew_feed, bookings.end_feed):
        with pytest.raises((NotFound, Forbidden)):
            db.run(use_case, club.chen, member=club.members[0])


@pytest.mark.parametrize("end", [bookings.renew_feed, bookings.end_feed])
def test_an_address_made_before_two_records_turned_out_to_be_one_person_ends_too(
    db: Database, club: SmallClub, end: Any
) -> None:
    eldest, later = club.members[:2]
    old = db.run(bookings.renew_feed, club.chen, member=later)

    def merge(session: Any) -> None:
        survivor = session.scalar(select(Person.id).where(Person.public_ref == eldest))
        session.execute(
            update(Person).where(Person.public_ref == later).values(survivor_id=survivor)
        )

    db.run(merge)
    with db.read() as session:
        assert bookings.feed_since(session, club.chen, member=later) is not None
    db.run(end, club.chen, member=later)
    with db.read() as session, pytest.raises(NotFound):
        bookings.feed(session, secret=old)
