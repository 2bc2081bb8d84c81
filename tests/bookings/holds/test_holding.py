"""A time that is kept while a member decides: ten minutes, and it ends exactly once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.bookings.checking import wrong
from tests.bookings.looking import entries, give_units, states_of_holds, taken, units
from tests.cast import Thread, a_thread, member_actor, partner_actor
from tests.statements import statements
from vipclub import bookings
from vipclub.benefits import NoEntitlement
from vipclub.bookings import BookedAppointment, Held, HoldExpired, SeatHold, SlotFull
from vipclub.bookings.holds import ending
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound

LATER = timedelta(minutes=10)


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=4, capacity=1)


def hold(db: Database, thread: Thread, who: int = 0, slot: int = 0) -> Held:
    member = thread.members[who]
    made: Held = db.run(
        bookings.hold_seat, member_actor(member), member=member, slot=thread.slots[slot]
    )
    return made


def book(
    db: Database, thread: Thread, who: int = 0, slot: int = 0, hold: str | None = None
) -> BookedAppointment:
    made: BookedAppointment = db.run(
        bookings.book,
        member_actor(thread.members[who]),
        member=thread.members[who],
        offering=thread.offering,
        slot=thread.slots[slot],
        hold=hold,
    )
    return made


def test_a_hold_takes_the_seat_and_the_unit(db: Database, thread: Thread) -> None:
    kept = hold(db, thread)
    assert taken(db, thread.slots[0]) == 1
    assert units(db, thread.members[0]) == (1, 0)
    assert entries(db, kept.hold) == ["hold"]
    assert kept.expires_at - clock.now() <= LATER
    with pytest.raises(SlotFull):
        hold(db, thread, 1)
    assert wrong(db) == []


def test_the_booking_consumes_the_hold_that_it_names(db: Database, thread: Thread) -> None:
    """peers 2.4: a reserved time could be booked by somebody else (cal PR23988)."""
    kept = hold(db, thread)
    with pytest.raises(HoldExpired):
        book(db, thread, 1, 0, kept.hold)
    with pytest.raises(HoldExpired):
        book(db, thread, 0, 1, kept.hold)
    made = book(db, thread, 0, 0, kept.hold)
    assert made.status == "pending"
    assert states_of_holds(db) == ["consumed"]
    assert taken(db, thread.slots[0]) == 1
    assert units(db, thread.members[0]) == (1, 0)
    assert wrong(db) == []


def test_a_booking_by_a_hold_is_seven_statements(db: Database, thread: Thread) -> None:
    kept = hold(db, thread)
    with statements(at_most=7):
        book(db, thread, 0, 0, kept.hold)


def test_a_hold_is_consumed_once(db: Database, thread: Thread) -> None:
    give_units(db, thread.members[0], 3)
    kept = hold(db, thread)
    ref = book(db, thread, 0, 0, kept.hold).appointment
    db.run(bookings.cancel, member_actor(thread.members[0]), appointment=ref)
    with pytest.raises(HoldExpired):
        book(db, thread, 0, 0, kept.hold)
    assert wrong(db) == []


def test_an_overdue_hold_books_nothing(db: Database, thread: Thread) -> None:
    kept = hold(db, thread)
    with clock.replaying(kept.expires_at), pytest.raises(HoldExpired):
        book(db, thread, 0, 0, kept.hold)
    with clock.replaying(kept.expires_at - timedelta(seconds=1)):
        assert book(db, thread, 0, 0, kept.hold).status == "pending"


def test_a_full_slot_ends_its_own_overdue_holds_before_it_refuses(
    db: Database, thread: Thread
) -> None:
    kept = hold(db, thread)
    with clock.replaying(kept.expires_at + timedelta(seconds=1)):
        book(db, thread, 1)
    assert states_of_holds(db) == ["expired"]
    assert entries(db, kept.hold) == ["hold", "release"]
    assert units(db, thread.members[0]) == (0, 0)
    assert wrong(db) == []


def test_choosing_another_time_moves_the_hold_and_never_costs_the_last_unit(
    db: Database, thread: Thread
) -> None:
    hold(db, thread, 0, 0)
    hold(db, thread, 0, 1)
    assert states_of_holds(db) == ["released", "open"]
    assert (taken(db, thread.slots[0]), taken(db, thread.slots[1])) == (0, 1)
    assert units(db, thread.members[0]) == (1, 0)
    assert wrong(db) == []


def test_the_same_time_may_be_chosen_again_though_it_is_full_now(
    db: Database, thread: Thread
) -> None:
    hold(db, thread)
    hold(db, thread)
    assert states_of_holds(db) == ["released", "open"]
    assert taken(db, thread.slots[0]) == 1
    assert wrong(db) == []


def test_a_refused_choice_leaves_the_hold_before_as_it_was(db: Database, thread: Thread) -> None:
    hold(db, thread, 0, 0)
    hold(db, thread, 1, 1)
    with pytest.raises(SlotFull):
        hold(db, thread, 0, 1)
    assert states_of_holds(db) == ["open", "open"]
    assert wrong(db) == []


def test_without_a_unit_nothing_is_held(db: Database, thread: Thread) -> None:
    book(db, thread, 0, 0)
    with pytest.raises(NoEntitlement):
        hold(db, thread, 0, 3)
    assert taken(db, thread.slots[3]) == 0


def test_a_member_lets_a_time_go(db: Database, thread: Thread) -> None:
    kept, own = hold(db, thread), member_actor(thread.members[0])
    with pytest.raises(HoldExpired):
        db.run(bookings.release_hold, member_actor(thread.members[1]), hold=kept.hold)
    db.run(bookings.release_hold, own, hold=kept.hold)
    with pytest.raises(HoldExpired):
        db.run(bookings.release_hold, own, hold=kept.hold)
    assert states_of_holds(db) == ["released"]
    assert wrong(db) == []


def test_a_hold_is_shown_to_its_member_while_it_lasts(db: Database, thread: Thread) -> None:
    kept = hold(db, thread)

    def shown(actor: Actor, now: Any) -> str:
        with db.read() as session, statements(at_most=1):
            return bookings.held_time(session, actor, hold=kept.hold, now=now).slot

    own = member_actor(thread.members[0])
    assert shown(own, clock.now()) == thread.slots[0]
    with pytest.raises(NotFound):
        shown(own, kept.expires_at)
    with pytest.raises(NotFound):
        shown(member_actor(thread.members[1]), clock.now())


def test_a_partner_keeps_no_times(db: Database, thread: Thread) -> None:
    with pytest.raises(Forbidden):
        db.run(
            bookings.hold_seat,
            partner_actor(thread.partner),
            member=thread.members[0],
            slot=thread.slots[0],
        )


def test_the_job_ends_overdue_holds_and_no_others(db: Database, thread: Thread) -> None:
    with clock.replaying(clock.now() - LATER):
        hold(db, thread, 0, 0)
    hold(db, thread, 1, 1)
    assert bookings.end_overdue_holds(db) == 1
    assert bookings.end_overdue_holds(db) == 0
    assert states_of_holds(db) == ["expired", "open"]
    assert wrong(db) == []


@pytest.mark.race
def test_a_hold_ends_once_whoever_ends_it(db: Database, thread: Thread) -> None:
    """The expirer twice, the booking, and the member who lets go, all at the last second."""
    for number in range(3):
        kept = hold(db, thread, number, number)
        own = member_actor(thread.members[number])
        with db.read() as session:
            row = session.scalars(select(SeatHold.id).where(SeatHold.public_ref == kept.hold))
            hold_id = row.one()

        def expire(hold_id: int = hold_id, kept: Held = kept) -> Any:
            with clock.replaying(kept.expires_at):
                return db.run(ending.end_one, hold_id)

        def booking(number: int = number, kept: Held = kept) -> Any:
            return book(db, thread, number, number, kept.hold)

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
        assert wrong(db) == []


@pytest.mark.race
def test_two_members_who_change_places_do_not_wait_for_each_other(
    db: Database, thread: Thread
) -> None:
    def change(who: int) -> int:
        done = 0
        for turn in range(12):
            try:
                hold(db, thread, who, (who + turn) % 2)
                done += 1
            except SlotFull:
                pass
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(change, [0, 1])) >= 2
    assert wrong(db) == []
