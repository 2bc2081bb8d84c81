"""The steps of an appointment: who may take which, and what happens to seat and unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from tests.bookings.appointment_builders import a_confirmed_appointment, a_request
from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import (
    appointment_of,
    audited_actions,
    force_state,
    give_units,
    ledger_kinds,
    letters_queued,
    seats_taken,
    units_held_and_used,
)
from tests.bookings.visit_times import at_the_visit, start_of
from tests.cast import CLUB_ACTOR, member_actor, partner_actor, sun
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import accounts, bookings
from vipclub.bookings import MACHINE, STATES, Suspended, TooEarly
from vipclub.bookings.facts import AppointmentFulfilled
from vipclub.bookings.letters import still_true
from vipclub.bookings.models import Appointment
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound

TAKEN_BY: dict[str, Callable[..., Any]] = {
    "confirm": bookings.confirm,
    "propose": bookings.propose,
    "accept": bookings.accept,
    "reschedule": bookings.reschedule,
    "fulfil": bookings.fulfil,
    "noshow": bookings.no_show,
    "undo": bookings.undo,
    "cancel": bookings.cancel,
    "decline": bookings.decline,
    "mistake": bookings.enter_in_error,
} | {step.name: partial(bookings.arrive, step=step.name) for step in bookings.ARRIVALS}
"""Step -> its use case; `book` begins an appointment."""


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=3)


def after_the_visit(db: Database, club: SmallClub, slot: int = 0) -> Any:
    return clock.replaying(start_of(db, club.slots[slot]) + timedelta(hours=2))


@pytest.mark.promise("P2", "P5")
def test_every_step_from_every_state_does_what_the_table_says_or_nothing(
    db: Database, club: SmallClub
) -> None:
    """An illegal change of state is refused, and the refusal says what is possible."""
    assert set(TAKEN_BY) == {step.name for step in MACHINE.steps} - {"book"}
    ref = a_confirmed_appointment(db, club)
    other = {"slot": club.slots[1]}
    needs = {"propose": other, "reschedule": other, "mistake": {"reason": "a test"}}
    for state in sorted(STATES):
        for name, use_case in TAKEN_BY.items():
            if state in MACHINE[name].sources:
                continue
            force_state(db, ref, state)
            with pytest.raises(IllegalTransition) as refused:
                db.run(use_case, CLUB_ACTOR, appointment=ref, **needs.get(name, {}))
            assert refused.value.data["possible"] == MACHINE.possible(state), f"{name}, {state}"
            assert refused.value.data["steps"] == list(appointment_of(db, ref).steps), (
                f"{name}, {state}"
            )
            assert appointment_of(db, ref).status == state


@pytest.mark.promise("P5")
def test_the_machine_lists_exactly_what_was_decided() -> None:
    edges = {
        (old, new) for step in MACHINE.steps for old in step.sources for new in step.leads(old)
    }
    mistakes = {(s, "entered-in-error") for s in STATES - {"entered-in-error"}}
    decided = {
        "pending": "booked pending proposed cancelled",
        "proposed": "booked pending cancelled",
        "booked": "booked pending proposed arrived fulfilled noshow cancelled",
        "arrived": "fulfilled booked",
        "noshow": "booked",
        "fulfilled": "arrived booked",
        "waitlist": "pending booked cancelled",
    }
    assert edges == mistakes | {(old, new) for old, ways in decided.items() for new in ways.split()}


def test_only_whom_the_table_gives_a_step_may_lead_an_offer_to_its_end() -> None:
    """From `proposed` to `booked` lead the answers of the member's side alone."""
    leads = {step.name for step in MACHINE.steps if "proposed" in step.sources} & {
        step.name for step in MACHINE.steps if "booked" in step.targets
    }
    assert leads == {"accept", "reschedule"}
    for role in accounts.ROLES:
        able = {MACHINE[name].permission for name in leads} & accounts.permissions_of(role)
        assert bool(able) == (role in {"member", "manager", "desk"})


def test_each_step_is_shown_exactly_when_it_is_taken(db: Database, club: SmallClub) -> None:
    """A button is there when, and only when, it works: by right, by state and by time."""
    ref = a_confirmed_appointment(db, club)
    assert appointment_of(db, ref, club.lin).steps == ("reschedule", "cancel")
    assert appointment_of(db, ref, club.he).steps == ("propose",)
    with at_the_visit(db, club.slots[0]):
        assert "arrive" in appointment_of(db, ref, club.he).steps
        assert "noshow" not in appointment_of(db, ref, club.he).steps
        assert appointment_of(db, ref, club.lin).steps == ("cancel",)
        assert appointment_of(db, ref, sun()).steps == (
            "reschedule",
            "cancel",
        )  # with a reason on record
    with after_the_visit(db, club):
        assert appointment_of(db, ref, club.lin).steps == ()
        assert {"arrive", "fulfil", "noshow"} <= set(appointment_of(db, ref, club.he).steps)


def test_check_in_and_completion_wait_for_the_visits_own_day_at_the_site(
    db: Database, club: SmallClub
) -> None:
    ref = a_confirmed_appointment(db, club)
    midnight = start_of(db, club.slots[0]).astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=0)
    for use_case in (bookings.arrive, bookings.fulfil):
        with (
            clock.replaying(midnight - timedelta(seconds=1)),
            pytest.raises(TooEarly) as refused,
        ):
            db.run(use_case, club.he, appointment=ref)
        assert refused.value.data["start"] == midnight
    assert (units_held_and_used(db, club.members[0]), appointment_of(db, ref).status) == (
        (1, 0),
        "booked",
    )
    with clock.replaying(midnight):
        db.run(bookings.arrive, club.he, appointment=ref)
        db.run(bookings.fulfil, club.he, appointment=ref)
    assert units_held_and_used(db, club.members[0]) == (0, 1)


def test_a_blank_reason_sets_no_rule_aside(db: Database, club: SmallClub) -> None:
    """It would stay on record with a name and say nothing."""
    ref = a_confirmed_appointment(db, club)
    late = start_of(db, club.slots[0]) - timedelta(hours=2)
    for blank in ("", "   "):
        with clock.replaying(late), pytest.raises(bookings.ReasonMissing):
            db.run(bookings.cancel, sun(), appointment=ref, override=blank)
        with pytest.raises(bookings.ReasonMissing):
            db.run(
                bookings.book,
                sun(),
                member=club.members[1],
                offering=club.offering,
                slot=club.slots[0],
                override=blank,
            )
    assert appointment_of(db, ref).status == "booked"


def test_what_is_taken_back_gives_the_state_before(db: Database, club: SmallClub) -> None:
    """Completed without a check-in, and taken back: nobody was there."""
    ref = a_confirmed_appointment(db, club)
    with at_the_visit(db, club.slots[0]):
        db.run(bookings.fulfil, club.he, appointment=ref)
        assert db.run(bookings.undo, club.he, appointment=ref).status == "booked"
        assert (units_held_and_used(db, club.members[0]), broken_invariants(db)) == ((1, 0), [])
        for step, status in (
            (bookings.arrive, "arrived"),
            (bookings.fulfil, "fulfilled"),
            (bookings.undo, "arrived"),
            (bookings.undo, "booked"),
        ):
            assert db.run(step, club.he, appointment=ref).status == status
    assert (units_held_and_used(db, club.members[0]), broken_invariants(db)) == ((1, 0), [])


def test_a_visit_from_request_to_completion_uses_one_unit(db: Database, club: SmallClub) -> None:
    ref, partner = a_request(db, club), partner_actor(club.partner)
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    for step, state in (
        (bookings.confirm, "booked"),
        (bookings.arrive, "arrived"),
        (bookings.fulfil, "fulfilled"),
    ):
        with at_the_visit(db, club.slots[0]):
            assert db.run(step, partner, appointment=ref).status == state
        assert broken_invariants(db) == []
    assert units_held_and_used(db, club.members[0]) == (0, 1)
    assert ledger_kinds(db, ref) == ["hold", "consume"]
    assert audited_actions(db, ref) == [
        "appointment.book",
        "appointment.confirm",
        "appointment.arrive",
        "appointment.fulfil",
    ]
    assert letters_queued(db, ref) == ["appointment-requested", "appointment-confirmed"]


def test_a_declined_request_gives_seat_and_unit_back(db: Database, club: SmallClub) -> None:
    ref = a_request(db, club)
    done = db.run(bookings.decline, partner_actor(club.partner), appointment=ref, reason="设备检修")
    assert done.status == "cancelled"
    assert appointment_of(db, ref).reason_code == "declined"
    assert seats_taken(db, club.slots[0]) == 0
    assert units_held_and_used(db, club.members[0]) == (0, 0)
    assert letters_queued(db, ref)[-1] == "appointment-declined"
    assert broken_invariants(db) == []


def test_a_cancellation_in_time_gives_seat_and_unit_back_once(
    db: Database, club: SmallClub
) -> None:
    ref, own = a_confirmed_appointment(db, club), member_actor(club.members[0])
    db.run(bookings.cancel, own, appointment=ref)
    with pytest.raises(IllegalTransition):
        db.run(bookings.cancel, own, appointment=ref)
    assert seats_taken(db, club.slots[0]) == 0
    assert units_held_and_used(db, club.members[0]) == (0, 0)
    assert ledger_kinds(db, ref) == ["hold", "release"]
    assert broken_invariants(db) == []


def test_a_late_cancellation_gives_the_seat_back_and_uses_the_unit(
    db: Database, club: SmallClub
) -> None:
    """One deadline for page, old link, API and phone (calcom/cal.com#2546)."""
    ref = a_confirmed_appointment(db, club)
    view = appointment_of(db, ref)
    late = start_of(db, club.slots[0]) - timedelta(hours=2)
    assert view.cancels_free(clock.now())
    assert not view.cancels_free(late)
    with clock.replaying(late):
        db.run(bookings.cancel, member_actor(club.members[0]), appointment=ref)
    assert seats_taken(db, club.slots[0]) == 0
    assert units_held_and_used(db, club.members[0]) == (0, 1)
    assert broken_invariants(db) == []


def test_a_request_that_nobody_answered_is_cancelled_free_at_any_time(
    db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    with clock.replaying(start_of(db, club.slots[0]) - timedelta(hours=2)):
        db.run(bookings.cancel, member_actor(club.members[0]), appointment=ref)
    assert units_held_and_used(db, club.members[0]) == (0, 0)


def test_a_visit_that_has_begun_is_not_cancelled(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    with after_the_visit(db, club), pytest.raises(bookings.TooLateToCancel):
        db.run(bookings.cancel, member_actor(club.members[0]), appointment=ref)


def test_missed_is_said_after_the_visit_began_and_uses_the_unit(
    db: Database, club: SmallClub
) -> None:
    ref, partner = a_confirmed_appointment(db, club), partner_actor(club.partner)
    with pytest.raises(TooEarly):
        db.run(bookings.no_show, partner, appointment=ref)
    with after_the_visit(db, club):
        db.run(bookings.no_show, partner, appointment=ref)
    assert units_held_and_used(db, club.members[0]) == (0, 1)
    assert broken_invariants(db) == []


@pytest.mark.promise("P9")
def test_the_last_click_is_taken_back_with_a_reversing_entry(db: Database, club: SmallClub) -> None:
    ref, partner = a_confirmed_appointment(db, club), partner_actor(club.partner)
    with at_the_visit(db, club.slots[0]):
        db.run(bookings.arrive, partner, appointment=ref)
        db.run(bookings.fulfil, partner, appointment=ref)
        assert db.run(bookings.undo, partner, appointment=ref).status == "arrived"
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert db.run(bookings.undo, partner, appointment=ref).status == "booked"
    with after_the_visit(db, club):
        db.run(bookings.no_show, partner, appointment=ref)
        assert db.run(bookings.undo, partner, appointment=ref).status == "booked"
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert ledger_kinds(db, ref) == ["hold", "consume", "reverse", "consume", "reverse"]
    assert broken_invariants(db) == []


def test_a_missed_visit_is_not_taken_back_while_the_visitor_is_expected_elsewhere(
    db: Database, club: SmallClub
) -> None:
    give_units(db, club.members[0], 30)
    missed, other = a_confirmed_appointment(db, club), a_confirmed_appointment(db, club, slot=1)
    start = start_of(db, club.slots[0])
    with after_the_visit(db, club):
        db.run(bookings.no_show, CLUB_ACTOR, appointment=missed)
    overlapping = update(Appointment).where(Appointment.public_ref == other)
    times = {"starts_at": start + timedelta(minutes=10), "ends_at": start + timedelta(hours=1)}
    db.run(lambda session: session.execute(overlapping.values(**times)))
    with after_the_visit(db, club), pytest.raises(IllegalTransition):
        db.run(bookings.undo, partner_actor(club.partner), appointment=missed)
    assert appointment_of(db, missed).status == "noshow"
    db.run(bookings.cancel, CLUB_ACTOR, appointment=other)
    with after_the_visit(db, club):
        db.run(bookings.undo, partner_actor(club.partner), appointment=missed)
    assert appointment_of(db, missed).status == "booked"


def test_a_step_is_taken_by_whom_it_is_given_to(db: Database, club: SmallClub) -> None:
    ref = a_request(db, club)
    own, partner = member_actor(club.members[0]), partner_actor(club.partner)
    for step in (bookings.confirm, bookings.decline, bookings.arrive, bookings.fulfil):
        with pytest.raises(Forbidden):
            db.run(step, own, appointment=ref)
    with pytest.raises(Forbidden):
        db.run(bookings.cancel, partner, appointment=ref)
    with pytest.raises(NotFound):
        db.run(bookings.cancel, member_actor(club.members[1]), appointment=ref)
    with pytest.raises(NotFound):
        db.run(bookings.confirm, partner_actor(club.other_partner), appointment=ref)


@pytest.mark.promise("P31")
def test_permissions_and_steps_agree_for_every_role(db: Database, club: SmallClub) -> None:
    ref = a_request(db, club)
    for role in accounts.ROLES:
        may = MACHINE["confirm"].permission in accounts.permissions_of(role)
        assert may == (role == "partner")
    assert appointment_of(db, ref).status == "pending"


def test_three_missed_visits_suspend_until_half_a_year_later(db: Database, club: SmallClub) -> None:
    db.run(
        bookings.set_booking_policy, CLUB_ACTOR, offering=club.offering, policy="nantang-hospital"
    )
    give_units(db, club.members[0], 5)
    made = [a_request(db, club, 0, slot) for slot in (0, 3, 6)]
    with after_the_visit(db, club, 6):
        for ref in made:
            db.run(bookings.no_show, CLUB_ACTOR, appointment=ref)
        with pytest.raises(Suspended) as refused:
            a_request(db, club, 0, 12)
    third = start_of(db, club.slots[6])
    assert timedelta(days=180) < refused.value.data["until"] - third < timedelta(days=185)


def test_a_step_is_at_most_eight_statements(db: Database, club: SmallClub) -> None:
    most = {"postgresql": 8, "sqlite": 9}[db.dialect]  # where rows are added one by one
    ref, partner = a_request(db, club), partner_actor(club.partner)
    for step in (bookings.confirm, bookings.arrive, bookings.fulfil, bookings.undo):
        with at_the_visit(db, club.slots[0]), statements(at_most=most):
            db.run(step, partner, appointment=ref)
    other = a_request(db, club, 1)
    with statements(at_most=most):
        db.run(bookings.cancel, CLUB_ACTOR, appointment=other)


def test_later_parts_hear_of_a_completed_visit_in_the_same_transaction(
    db: Database, club: SmallClub
) -> None:
    heard: list[Any] = []
    db._info["reactions"] = {AppointmentFulfilled: [lambda _session, fact: heard.append(fact)]}
    ref = a_confirmed_appointment(db, club)
    with at_the_visit(db, club.slots[0]):
        db.run(bookings.fulfil, partner_actor(club.partner), appointment=ref)
    assert [fact.appointment for fact in heard] == [ref]


def test_a_letter_about_an_older_state_is_not_true_any_more(db: Database, club: SmallClub) -> None:
    """Elsewhere reminders kept coming after a cancellation (calcom/cal.com#6973)."""
    ref = a_confirmed_appointment(db, club)
    with db.read() as session:
        assert not still_true(session, ref, 0)
        assert still_true(session, ref, 1)
        assert not still_true(session, "A-nobody", 0)
