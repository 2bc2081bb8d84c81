"""A booking while the day is being closed: it is listed as displaced, or it is refused."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.bookings.closures.closing_days import day_of_slots
from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import letters_queued
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings, partners
from vipclub.bookings import Appointment
from vipclub.bookings.models import ClosureDisplaced
from vipclub.core.added_rows import send_added
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.partners import Slot

WRITERS = 8


def stranded(db: Database) -> int:
    """Appointments in closed times that no closure lists."""
    listed = select(ClosureDisplaced.appointment_id)
    with db.read() as session:
        rows = session.scalars(
            select(Appointment.id)
            .join(Slot, Slot.id == Appointment.slot_id)
            .where(
                Slot.open.is_(False),
                Appointment.state.in_(bookings.LIVE),
                Appointment.id.not_in(listed),
            )
        ).all()
    return len(rows)


def race(db: Database, club: SmallClub, *, held: bool) -> Counter[str]:
    """Eight members book times of a day, some by a hold, while the clerk closes it."""
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(WRITERS + 1)
    holds: dict[int, str] = {}
    if held:
        for n in range(0, WRITERS, 2):
            made = db.run(
                bookings.hold_seat, CLUB_ACTOR, member=club.members[n], slot=club.slots[n % 3]
            )
            holds[n] = made.hold

    def member(n: int) -> None:
        start.wait(timeout=30)
        try:
            db.run(
                bookings.book,
                CLUB_ACTOR,
                member=club.members[n],
                offering=club.offering,
                slot=club.slots[n % 3],
                hold=holds.get(n),
            )
            outcomes["booked"] += 1
        except Refused as refused:
            outcomes[refused.code] += 1

    def clerk() -> None:
        start.wait(timeout=30)
        db.run(bookings.close_day, club.he, offering=club.offering, day=day_of_slots(), reason="x")
        outcomes["closed"] += 1

    threads = [threading.Thread(target=member, args=(n,)) for n in range(WRITERS)]
    threads.append(threading.Thread(target=clerk))
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    return outcomes


@pytest.mark.promise("P1")
@pytest.mark.race
@pytest.mark.parametrize("held", [False, True], ids=["free seats", "holds"])
def test_a_booking_while_the_day_closes_is_listed_or_refused(db: Database, held: bool) -> None:
    club = a_small_club(db, members=WRITERS, capacity=4)
    for _ in range(3):
        outcomes = race(db, club, held=held)
        assert outcomes["closed"] == 1
        assert outcomes.keys() <= {
            "booked", "closed", "slot_full", "hold_expired", "no_entitlement", "already_booked",
            "busy",
        }  # fmt: skip
        assert stranded(db) == 0
        assert broken_invariants(db) == []
        _open_again(db, club)


def _open_again(db: Database, club: SmallClub) -> None:
    with db.read() as session:
        refs = [one.ref for one in bookings.list_closures(session, club.he)]
        visits = session.scalars(
            select(Appointment.public_ref).where(Appointment.state.in_(bookings.LIVE))
        ).all()
    for ref in visits:
        db.run(bookings.cancel, CLUB_ACTOR, appointment=ref)
    for ref in refs:
        db.run(bookings.reopen, club.he, closure=ref)


@pytest.mark.only("postgresql")
@pytest.mark.race
def test_a_booking_that_came_first_is_waited_for_and_listed(db: Database) -> None:
    """The booking has its seat and hasn't committed; the closing waits for it, then lists it."""
    club = a_small_club(db, members=1)
    assert _booking_in_flight(db, club) == 0


@pytest.mark.only("postgresql")
@pytest.mark.race
def test_read_before_the_times_are_closed_the_same_booking_is_stranded(db: Database) -> None:
    """The guard is the order: times first, then the appointments in them."""
    club = a_small_club(db, members=1)
    with listed_first():
        assert _booking_in_flight(db, club) == 1


def _booking_in_flight(db: Database, club: SmallClub) -> int:
    closing = threading.Thread(
        target=lambda: db.run(
            bookings.close_day, club.he, offering=club.offering, day=day_of_slots(), reason="x"
        )
    )
    with db.session() as session, session.begin():
        bookings.book(
            session,
            CLUB_ACTOR,
            member=club.members[0],
            offering=club.offering,
            slot=club.slots[0],
        )
        send_added(session.connection())  # the seat, which would else be taken at the commit
        closing.start()
        closing.join(timeout=1)
        assert closing.is_alive(), "the closing waits for the seat"
    closing.join(timeout=30)
    return stranded(db)


@contextmanager
def listed_first() -> Iterator[None]:
    """Whoever is expected is read before the times are closed."""
    from vipclub.bookings.closures import closing as closing_room

    true_change, true_read = partners.change_capacity, closing_room._with_a_time
    read: list[Any] = []

    def change(session: Any, *args: Any, **more: Any) -> Any:
        read.extend(true_read(session, list(session.scalars(select(Slot.id)))))
        return true_change(session, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partners, "change_capacity", change)
        patch.setattr(closing_room, "_with_a_time", lambda _session, _ids: read)
        yield


@pytest.mark.race
def test_two_who_offer_at_once_offer_each_person_one_time(db: Database) -> None:
    """The page and the clock look after the same people at once: no letter is doubled."""
    club = a_small_club(db, members=WRITERS, capacity=4)
    refs = [
        db.run(
            bookings.book,
            CLUB_ACTOR,
            member=club.members[n],
            offering=club.offering,
            slot=club.slots[n % 3],
        ).appointment
        for n in range(WRITERS)
    ]
    ref = db.run(
        bookings.close_day, club.he, offering=club.offering, day=day_of_slots(), reason="x"
    )
    work = [
        threading.Thread(target=lambda: bookings.offer_others(db, club.he, closure=ref)),
        threading.Thread(target=lambda: bookings.offer_all(db)),
    ]
    for one in work:
        one.start()
    for one in work:
        one.join(timeout=60)
    bookings.offer_all(db)
    assert all(letters_queued(db, one).count("appointment-proposed") == 1 for one in refs)
    assert broken_invariants(db) == []


@pytest.mark.promise("P1")
@pytest.mark.only("sqlite")
@pytest.mark.race
def test_without_the_guard_of_the_seat_a_closed_time_is_booked(db: Database) -> None:
    """SQLite's writers take turns: there the guard is that a seat asks whether the time is open."""
    from vipclub.bookings.appointments import booking

    def take(session: Any, time: Any, _now: Any) -> None:
        session.execute(update(Slot).where(Slot.id == time.id).values(taken=Slot.taken + 1))

    from vipclub.bookings.availability import slots

    def look(*args: Any, **more: Any) -> Any:
        return replace(slots.find_slot(*args, **more), has_room=True)

    club = a_small_club(db, members=1)
    db.run(bookings.close_day, club.he, offering=club.offering, day=day_of_slots(), reason="x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(booking, "take_seat_last", take)
        patch.setattr(booking, "find_slot", look)
        db.run(
            bookings.book,
            CLUB_ACTOR,
            member=club.members[0],
            offering=club.offering,
            slot=club.slots[0],
        )
    assert stranded(db) == 1
