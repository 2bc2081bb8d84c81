"""A time that is kept while a member decides: ten minutes, and it ends exactly once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import (
    give_units,
    ledger_kinds,
    seats_taken,
    states_of_holds,
    units_held_and_used,
)
from tests.cast import member_actor, partner_actor
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings
from vipclub.benefits import NoEntitlement
from vipclub.bookings import BookedAppointment, Held, HoldExpired, SeatHold, SlotFull
from vipclub.bookings.holds import ending, seats
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound

LATER = timedelta(minutes=10)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=4, capacity=1)


def hold(db: Database, club: SmallClub, who: int = 0, slot: int = 0) -> Held:
    member = club.members[who]
    made: Held = db.run(
        bookings.hold_seat, member_actor(member), member=member, slot=club.slots[slot]
    )
    return made


def book(
    db: Database, club: SmallClub, who: int = 0, slot: int = 0, hold: str | None = None
) -> BookedAppointment:
    made: BookedAppointment = db.run(
        bookings.book,
        member_actor(club.members[who]),
        member=club.members[who],
        offering=club.offering,
        slot=club.slots[slot],
        hold=hold,
    )
    return made


def test_a_hold_takes_the_seat_and_the_unit(db: Database, club: SmallClub) -> None:
    kept = hold(db, club)
    assert seats_taken(db, club.slots[0]) == 1
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert ledger_kinds(db, kept.hold) == ["hold"]
    assert kept.expires_at - clock.now() <= LATER
    with pytest.raises(SlotFull):
        hold(db, club, 1)
    assert broken_invariants(db) == []


@pytest.mark.pain(4)
def test_the_booking_consumes_the_hold_that_it_names(db: Database, club: SmallClub) -> None:
    """Elsewhere a reserved time could be booked by somebody else (calcom/cal.com#23988)."""
    kept = hold(db, club)
    with pytest.raises(HoldExpired):
        book(db, club, 1, 0, kept.hold)
    with pytest.raises(HoldExpired):
        book(db, club, 0, 1, kept.hold)
    made = book(db, club, 0, 0, kept.hold)
    assert made.status == "pending"
    assert states_of_holds(db) == ["consumed"]
    assert seats_taken(db, club.slots[0]) == 1
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert broken_invariants(db) == []


def test_a_booking_by_a_hold_is_seven_statements(db: Database, club: SmallClub) -> None:
    kept = hold(db, club)
    with statements(at_most=7):
        book(db, club, 0, 0, kept.hold)


@pytest.mark.promise("P4")
def test_a_hold_is_consumed_once(db: Database, club: SmallClub) -> None:
    give_units(db, club.members[0], 3)
    kept = hold(db, club)
    ref = book(db, club, 0, 0, kept.hold).appointment
    db.run(bookings.cancel, member_actor(club.members[0]), appointment=ref)
    with pytest.raises(HoldExpired):
        book(db, club, 0, 0, kept.hold)
    assert broken_invariants(db) == []


@pytest.mark.promise("P4")
def test_an_overdue_hold_books_nothing(db: Database, club: SmallClub) -> None:
    kept = hold(db, club)
    with clock.replaying(kept.expires_at), pytest.raises(HoldExpired):
        book(db, club, 0, 0, kept.hold)
    with clock.replaying(kept.expires_at - timedelta(seconds=1)):
        assert book(db, club, 0, 0, kept.hold).status == "pending"


def test_a_full_slot_ends_its_own_overdue_holds_before_it_refuses(
    db: Database, club: SmallClub
) -> None:
    kept = hold(db, club)
    with clock.replaying(kept.expires_at + timedelta(seconds=1)):
        book(db, club, 1)
    assert states_of_holds(db) == ["expired"]
    assert ledger_kinds(db, kept.hold) == ["hold", "release"]
    assert units_held_and_used(db, club.members[0]) == (0, 0)
    assert broken_invariants(db) == []


@pytest.mark.only("postgresql")
def test_a_seat_that_the_job_frees_meanwhile_is_taken(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The booking finds the time full, and the job is faster with the overdue hold."""
    kept = hold(db, club)

    def after_the_job(session: Session, slot_id: int, now: datetime) -> int:
        assert bookings.end_overdue_holds(db) == 1
        return ending.end_overdue_of_slot(session, slot_id, now)

    monkeypatch.setattr(seats, "end_overdue_of_slot", after_the_job)
    with clock.replaying(kept.expires_at + timedelta(seconds=1)):
        book(db, club, 1)
    assert broken_invariants(db) == []


@pytest.mark.promise("P4")
def test_choosing_another_time_moves_the_hold_and_never_costs_the_last_unit(
    db: Database, club: SmallClub
) -> None:
    hold(db, club, 0, 0)
    hold(db, club, 0, 1)
    assert states_of_holds(db) == ["released", "open"]
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[1])) == (0, 1)
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert broken_invariants(db) == []


def test_the_same_time_may_be_chosen_again_though_it_is_full_now(
    db: Database, club: SmallClub
) -> None:
    hold(db, club)
    hold(db, club)
    assert states_of_holds(db) == ["released", "open"]
    assert seats_taken(db, club.slots[0]) == 1
    assert broken_invariants(db) == []


def test_a_refused_choice_leaves_the_hold_before_as_it_was(db: Database, club: SmallClub) -> None:
    hold(db, club, 0, 0)
    hold(db, club, 1, 1)
    with pytest.raises(SlotFull):
        hold(db, club, 0, 1)
    assert states_of_holds(db) == ["open", "open"]
    assert broken_invariants(db) == []


def test_without_a_unit_nothing_is_held(db: Database, club: SmallClub) -> None:
    book(db, club, 0, 0)
    with pytest.raises(NoEntitlement):
        hold(db, club, 0, 3)
    assert seats_taken(db, club.slots[3]) == 0


def test_a_member_lets_a_time_go(db: Database, club: SmallClub) -> None:
    kept, own = hold(db, club), member_actor(club.members[0])
    with pytest.raises(HoldExpired):
        db.run(bookings.release_hold, member_actor(club.members[1]), hold=kept.hold)
    db.run(bookings.release_hold, own, hold=kept.hold)
    with pytest.raises(HoldExpired):
        db.run(bookings.release_hold, own, hold=kept.hold)
    assert states_of_holds(db) == ["released"]
    assert broken_invariants(db) == []


def test_a_hold_is_shown_to_its_member_while_it_lasts(db: Database, club: SmallClub) -> None:
    kept = hold(db, club)

    def shown(actor: Actor, now: Any) -> str:
        with db.read() as session, statements(at_most=1):
            return bookings.held_time(session, actor, hold=kept.hold, now=now).slot

    own = member_actor(club.members[0])
    assert shown(own, clock.now()) == club.slots[0]
    with pytest.raises(NotFound):
        shown(own, kept.expires_at)
    with pytest.raises(NotFound):
        shown(member_actor(club.members[1]), clock.now())


def test_a_partner_keeps_no_times(db: Database, club: SmallClub) -> None:
    with pytest.raises(Forbidden):
        db.run(
            bookings.hold_seat,
            partner_actor(club.partner),
            member=club.members[0],
            slot=club.slots[0],
        )


@pytest.mark.promise("P4")
def test_the_job_ends_overdue_holds_and_no_others(db: Database, club: SmallClub) -> None:
    with clock.replaying(clock.now() - LATER):
        hold(db, club, 0, 0)
    hold(db, club, 1, 1)
    assert bookings.end_overdue_holds(db) == 1
    assert bookings.end_overdue_holds(db) == 0
    assert states_of_holds(db) == ["expired", "open"]
    assert broken_invariants(db) == []


@pytest.mark.promise("P4")
@pytest.mark.race
def test_a_hold_ends_once_whoever_ends_it(db: Database, club: SmallClub) -> None:
    """The expirer twice, the booking, and the member who lets go, all at the last second."""
    for number in range(3):
        kept = hold(db, club, number, number)
        own = member_actor(club.members[number])
        with db.read() as session:
            row = session.scalars(select(SeatHold.id).where(SeatHold.public_ref == kept.hold))
            hold_id = row.one()

        def expire(hold_id: int = hold_id, kept: Held = kept) -> Any:
            with clock.replaying(kept.expires_at):
                return db.run(ending.end_one, hold_id)

        def booking(number: int = number, kept: Held = kept) -> Any:
            return book(db, club, number, number, kept.hold)

        def letting_go(own: Actor = own, kept: Held = kept) -> Any:
            return db.run(bookings.release_hold, own, hold=kept.hold) or True

        def outcome(end: Any) -> bool:
            try:
                return bool(end())
            except HoldExpired:
                return False

        with ThreadPoolExecutor(4) as pool:
            ended = list(pool.map(outcome, [expire, booking, letting_go, expire]))
        assert sum(ended) == 1
        assert broken_invariants(db) == []


@pytest.mark.race
def test_two_members_who_change_places_do_not_wait_for_each_other(
    db: Database, club: SmallClub
) -> None:
    def change(who: int) -> int:
        done = 0
        for turn in range(12):
            try:
                hold(db, club, who, (who + turn) % 2)
                done += 1
            except SlotFull:
                pass
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(change, [0, 1])) >= 2
    assert broken_invariants(db) == []
