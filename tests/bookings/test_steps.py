"""The steps of an appointment: who may take which, and what happens to seat and unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.bookings.asking_for import confirmed, request
from tests.bookings.checking import wrong
from tests.bookings.looking import (
    CLUB,
    entries,
    give_units,
    letters,
    put_into,
    seen,
    starts,
    taken,
    trail,
    units,
)
from tests.cast import Thread, a_thread, member_actor, partner_actor
from tests.statements import statements
from vipclub import accounts, bookings
from vipclub.bookings import MACHINE, STATES, Suspended, TooEarly
from vipclub.bookings.facts import AppointmentFulfilled
from vipclub.bookings.models import Appointment
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound

STEPS: dict[str, tuple[Callable[..., Any], dict[str, str]]] = {
    "confirm": (bookings.confirm, {"pending": "booked"}),
    "decline": (bookings.decline, {"pending": "cancelled", "proposed": "cancelled"}),
    "cancel": (
        bookings.cancel,
        {"pending": "cancelled", "proposed": "cancelled", "booked": "cancelled"},
    ),
    "arrive": (bookings.arrive, {"booked": "arrived"}),
    "fulfil": (bookings.fulfil, {"booked": "fulfilled", "arrived": "fulfilled"}),
    "no_show": (bookings.no_show, {"booked": "noshow"}),
    "undo": (bookings.undo, {"arrived": "booked", "noshow": "booked", "fulfilled": "arrived"}),
}
"""step -> the use case, and from which state it leads where."""


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=3)


def after_the_visit(db: Database, thread: Thread, slot: int = 0) -> Any:
    return clock.replaying(starts(db, thread.slots[slot]) + timedelta(hours=2))


def test_every_step_from_every_state_does_what_the_table_says_or_nothing(
    db: Database, thread: Thread
) -> None:
    """peers: illegal state change refused, and the refusal says what is possible."""
    give_units(db, thread.members[0], 30)
    ref = confirmed(db, thread)
    for state in sorted(STATES):
        for name, (step, ways) in STEPS.items():
            if state == "waitlist" and name == "cancel":
                continue  # nobody waits before the issue of waitlists
            if state in ways:
                assert MACHINE.allowed(state, ways[state]), f"{name} from {state}"
                continue
            put_into(db, ref, state)
            with after_the_visit(db, thread), pytest.raises(IllegalTransition) as refused:
                db.run(step, CLUB, appointment=ref)
            assert refused.value.data["possible"] == MACHINE.possible(state), f"{name}, {state}"
            assert seen(db, ref).status == state


def test_the_machine_lists_exactly_what_was_decided() -> None:
    edges = {(old, new) for old, ways in MACHINE.edges.items() for new in ways}
    mistakes = {(s, "entered-in-error") for s in STATES - {"entered-in-error"}}
    decided = {
        "pending": "booked proposed cancelled",
        "proposed": "booked pending cancelled",
        "booked": "pending proposed arrived fulfilled noshow cancelled",
        "arrived": "fulfilled booked",
        "noshow": "booked",
        "fulfilled": "arrived",
        "waitlist": "pending booked cancelled",
    }
    assert edges == mistakes | {(old, new) for old, ways in decided.items() for new in ways.split()}


def test_a_visit_from_request_to_completion_uses_one_unit(db: Database, thread: Thread) -> None:
    ref, partner = request(db, thread), partner_actor(thread.partner)
    assert units(db, thread.members[0]) == (1, 0)
    for step, state in (
        (bookings.confirm, "booked"),
        (bookings.arrive, "arrived"),
        (bookings.fulfil, "fulfilled"),
    ):
        assert db.run(step, partner, appointment=ref).status == state
        assert wrong(db) == []
    assert units(db, thread.members[0]) == (0, 1)
    assert entries(db, ref) == ["hold", "consume"]
    assert trail(db, ref) == [
        "appointment.book",
        "appointment.confirm",
        "appointment.arrive",
        "appointment.fulfil",
    ]
    assert letters(db, ref) == ["appointment-requested", "appointment-confirmed"]


def test_a_declined_request_gives_seat_and_unit_back(db: Database, thread: Thread) -> None:
    ref = request(db, thread)
    done = db.run(
        bookings.decline, partner_actor(thread.partner), appointment=ref, reason="设备检修"
    )
    assert done.status == "cancelled"
    assert seen(db, ref).reason_code == "declined"
    assert taken(db, thread.slots[0]) == 0
    assert units(db, thread.members[0]) == (0, 0)
    assert letters(db, ref)[-1] == "appointment-declined"
    assert wrong(db) == []


def test_a_cancellation_in_time_gives_seat_and_unit_back_once(db: Database, thread: Thread) -> None:
    ref, own = confirmed(db, thread), member_actor(thread.members[0])
    db.run(bookings.cancel, own, appointment=ref)
    with pytest.raises(IllegalTransition):
        db.run(bookings.cancel, own, appointment=ref)
    assert taken(db, thread.slots[0]) == 0
    assert units(db, thread.members[0]) == (0, 0)
    assert entries(db, ref) == ["hold", "release"]
    assert wrong(db) == []


def test_a_late_cancellation_gives_the_seat_back_and_uses_the_unit(
    db: Database, thread: Thread
) -> None:
    """peers 2.5: one deadline for page, old link, API and phone (cal#2546)."""
    ref = confirmed(db, thread)
    view = seen(db, ref)
    late = starts(db, thread.slots[0]) - timedelta(hours=2)
    assert view.cancels_free(clock.now())
    assert not view.cancels_free(late)
    with clock.replaying(late):
        db.run(bookings.cancel, member_actor(thread.members[0]), appointment=ref)
    assert taken(db, thread.slots[0]) == 0
    assert units(db, thread.members[0]) == (0, 1)
    assert wrong(db) == []


def test_a_request_that_nobody_answered_is_cancelled_free_at_any_time(
    db: Database, thread: Thread
) -> None:
    ref = request(db, thread)
    with clock.replaying(starts(db, thread.slots[0]) - timedelta(hours=2)):
        db.run(bookings.cancel, member_actor(thread.members[0]), appointment=ref)
    assert units(db, thread.members[0]) == (0, 0)


def test_a_visit_that_has_begun_is_not_cancelled(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    with after_the_visit(db, thread), pytest.raises(bookings.TooLateToCancel):
        db.run(bookings.cancel, member_actor(thread.members[0]), appointment=ref)


def test_missed_is_said_after_the_visit_began_and_uses_the_unit(
    db: Database, thread: Thread
) -> None:
    ref, partner = confirmed(db, thread), partner_actor(thread.partner)
    with pytest.raises(TooEarly):
        db.run(bookings.no_show, partner, appointment=ref)
    with after_the_visit(db, thread):
        db.run(bookings.no_show, partner, appointment=ref)
    assert units(db, thread.members[0]) == (0, 1)
    assert wrong(db) == []


def test_the_last_click_is_taken_back_with_a_reversing_entry(db: Database, thread: Thread) -> None:
    ref, partner = confirmed(db, thread), partner_actor(thread.partner)
    db.run(bookings.arrive, partner, appointment=ref)
    db.run(bookings.fulfil, partner, appointment=ref)
    assert db.run(bookings.undo, partner, appointment=ref).status == "arrived"
    assert units(db, thread.members[0]) == (1, 0)
    assert db.run(bookings.undo, partner, appointment=ref).status == "booked"
    with after_the_visit(db, thread):
        db.run(bookings.no_show, partner, appointment=ref)
        assert db.run(bookings.undo, partner, appointment=ref).status == "booked"
    assert units(db, thread.members[0]) == (1, 0)
    assert entries(db, ref) == ["hold", "consume", "reverse", "consume", "reverse"]
    assert wrong(db) == []


def test_a_missed_visit_is_not_taken_back_while_the_visitor_is_expected_elsewhere(
    db: Database, thread: Thread
) -> None:
    give_units(db, thread.members[0], 30)
    missed, other = confirmed(db, thread), confirmed(db, thread, slot=1)
    start = starts(db, thread.slots[0])
    with after_the_visit(db, thread):
        db.run(bookings.no_show, CLUB, appointment=missed)
    overlapping = update(Appointment).where(Appointment.public_ref == other)
    times = {"starts_at": start + timedelta(minutes=10), "ends_at": start + timedelta(hours=1)}
    db.run(lambda session: session.execute(overlapping.values(**times)))
    with after_the_visit(db, thread), pytest.raises(IllegalTransition):
        db.run(bookings.undo, partner_actor(thread.partner), appointment=missed)
    assert seen(db, missed).status == "noshow"
    db.run(bookings.cancel, CLUB, appointment=other)
    with after_the_visit(db, thread):
        db.run(bookings.undo, partner_actor(thread.partner), appointment=missed)
    assert seen(db, missed).status == "booked"


def test_a_step_is_taken_by_whom_it_is_given_to(db: Database, thread: Thread) -> None:
    ref = request(db, thread)
    own, partner = member_actor(thread.members[0]), partner_actor(thread.partner)
    for step in (bookings.confirm, bookings.decline, bookings.arrive, bookings.fulfil):
        with pytest.raises(Forbidden):
            db.run(step, own, appointment=ref)
    with pytest.raises(Forbidden):
        db.run(bookings.cancel, partner, appointment=ref)
    with pytest.raises(NotFound):
        db.run(bookings.cancel, member_actor(thread.members[1]), appointment=ref)
    with pytest.raises(NotFound):
        db.run(bookings.confirm, partner_actor(thread.other_partner), appointment=ref)


def test_permissions_and_steps_agree_for_every_role(db: Database, thread: Thread) -> None:
    ref = request(db, thread)
    for role in accounts.ROLES:
        may = bool(MACHINE.edges["pending"]["booked"] & accounts.permissions_of(role))
        assert may == (role == "partner")
    assert seen(db, ref).status == "pending"


def test_three_missed_visits_suspend_until_half_a_year_later(db: Database, thread: Thread) -> None:
    db.run(bookings.set_booking_policy, CLUB, offering=thread.offering, policy="nantang-hospital")
    give_units(db, thread.members[0], 5)
    made = [request(db, thread, 0, slot) for slot in (0, 3, 6)]
    with after_the_visit(db, thread, 6):
        for ref in made:
            db.run(bookings.no_show, CLUB, appointment=ref)
        with pytest.raises(Suspended) as refused:
            request(db, thread, 0, 12)
    third = starts(db, thread.slots[6])
    assert timedelta(days=180) < refused.value.data["until"] - third < timedelta(days=185)


def test_a_step_is_at_most_nine_statements(db: Database, thread: Thread) -> None:
    ref, partner = request(db, thread), partner_actor(thread.partner)
    for step in (bookings.confirm, bookings.arrive, bookings.fulfil, bookings.undo):
        with statements(at_most=9):
            db.run(step, partner, appointment=ref)
    other = request(db, thread, 1)
    with statements(at_most=9):
        db.run(bookings.cancel, CLUB, appointment=other)


def test_later_parts_hear_of_a_completed_visit_in_the_same_transaction(
    db: Database, thread: Thread
) -> None:
    heard: list[Any] = []
    db._info["reactions"] = {AppointmentFulfilled: [lambda _session, fact: heard.append(fact)]}
    ref = confirmed(db, thread)
    db.run(bookings.fulfil, partner_actor(thread.partner), appointment=ref)
    assert [fact.appointment for fact in heard] == [ref]


def test_a_letter_about_an_older_state_is_not_true_any_more(db: Database, thread: Thread) -> None:
    """peers 2.17: reminders kept coming after a cancel (cal#6973, cal PR7232)."""
    ref = confirmed(db, thread)
    with db.read() as session:
        assert not bookings.still_true(session, ref, 0)
        assert bookings.still_true(session, ref, 1)
        assert not bookings.still_true(session, "A-nobody", 0)
