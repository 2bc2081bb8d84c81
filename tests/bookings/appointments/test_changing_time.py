"""Changing the time: by the member's side, or because the partner offers another one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.bookings.appointment_builders import a_confirmed_appointment, a_request
from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import (
    appointment_of,
    audited_actions,
    give_units,
    ledger_kinds,
    letters_queued,
    seats_taken,
    units_held_and_used,
)
from tests.bookings.visit_times import start_of
from tests.cast import CLUB_ACTOR, sun
from tests.small_club import SmallClub, a_partner, a_small_club, slots_of
from tests.statements import statements
from vipclub import bookings, partners
from vipclub.bookings import (
    AlreadyBooked,
    MovesSpent,
    OfferOver,
    OtherService,
    OutsideWindow,
    SameTime,
    SlotFull,
    TooLateToMove,
    UnknownReason,
)
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.partners import Slot


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=3)


def letter(db: Database, ref: str) -> dict[str, Any]:
    """The data of the last letter about an appointment."""
    with db.read() as session:
        payload = session.scalars(
            select(OutboxRow.payload)
            .where(OutboxRow.subject_ref == ref, OutboxRow.kind == "message")
            .order_by(OutboxRow.id.desc())
            .limit(1)
        ).one()
        return dict(payload["data"])


def test_a_member_moves_a_confirmed_visit_and_the_partner_is_asked_anew(
    db: Database, club: SmallClub
) -> None:
    ref = a_confirmed_appointment(db, club)
    was = start_of(db, club.slots[0])
    moved = db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[4])
    assert (moved.status, moved.slot) == ("pending", club.slots[4])
    assert moved.promised_by is not None
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[4])) == (0, 1)
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    view = appointment_of(db, ref)
    assert (view.moves, view.version, view.answered_at) == (1, 2, None)
    assert audited_actions(db, ref)[-1] == "appointment.reschedule"
    assert letters_queued(db, ref)[-1] == "appointment-moved"
    assert letter(db, ref)["previous_start"].startswith(
        was.astimezone(view.site_clock.zone).isoformat()
    )
    db.run(bookings.confirm, club.he, appointment=ref)
    assert appointment_of(db, ref).status == "booked"
    assert broken_invariants(db) == []


def test_a_full_time_leaves_the_old_one_safe(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    for who in (1, 2):
        a_request(db, club, who, slot=5)
    before = appointment_of(db, ref)
    with pytest.raises(SlotFull) as refusal:
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[5])
    assert refusal.value.data["next_free"]
    assert appointment_of(db, ref) == before
    assert seats_taken(db, club.slots[0]) == 1
    assert broken_invariants(db) == []


@pytest.mark.pain(6)
def test_moves_are_counted_along_the_whole_chain(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    for slot in (1, 2):
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[slot])
    with pytest.raises(MovesSpent) as refusal:
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[3])
    assert refusal.value.data["most"] == 2
    assert appointment_of(db, ref).slot == club.slots[2]


@pytest.mark.pain(7)
def test_a_booking_never_counts_against_its_own_move(db: Database, club: SmallClub) -> None:
    """One booking a day in a department: moving it within its day is no second one."""
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="one-a-day",
        document={
            "confirmation": "instant",
            "opens": {"days": 28},
            "closes": {"hours": 0},
            "cancel_until": {"hours": 12},
            "limits": {"per_department_day": 1, "per_month": 1},
        },
    )
    ref = a_request(db, club)
    moved = db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[1])
    assert appointment_of(db, ref).start.date() == moved.start.date()
    assert moved.status == "booked"
    assert broken_invariants(db) == []


def test_it_may_be_moved_as_long_as_it_may_be_cancelled_free(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    view = appointment_of(db, ref)
    until = view.site_clock.deadline(view.policy.cancel_until, view.start)
    with clock.replaying(until), pytest.raises(TooLateToMove) as refusal:
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[9])
    assert refusal.value.data["until"] == until
    with clock.replaying(until - timedelta(seconds=1)):
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[9])
    assert broken_invariants(db) == []


@pytest.mark.pain(8)
def test_staff_go_beyond_the_rules_with_a_reason_on_record(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    late = start_of(db, club.slots[0]) - timedelta(hours=1)
    reason = "Her flight was cancelled."
    with clock.replaying(late):
        with pytest.raises(Forbidden):
            db.run(
                bookings.reschedule,
                club.lin,
                appointment=ref,
                slot=club.slots[3],
                override=reason,
            )
        with pytest.raises(TooLateToMove):
            db.run(bookings.reschedule, sun(), appointment=ref, slot=club.slots[3])
        db.run(bookings.reschedule, sun(), appointment=ref, slot=club.slots[3], override=reason)
    assert appointment_of(db, ref).slot == club.slots[3]
    with db.read() as session:
        from sqlalchemy import text

        told = session.execute(
            text("SELECT reason FROM audit WHERE subject_ref = :ref ORDER BY id DESC LIMIT 1"),
            {"ref": ref},
        ).scalar_one()
    assert told == reason
    with clock.replaying(start_of(db, club.slots[3]) - timedelta(hours=1)):
        db.run(bookings.cancel, sun(), appointment=ref, override=reason)
    assert units_held_and_used(db, club.members[0]) == (0, 0)


def test_an_appointment_stays_with_its_partner_and_service(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    _, elsewhere = a_partner(db, capacity=1, service="health-check")
    with pytest.raises(OtherService):
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=slots_of(db, elsewhere)[0])
    with pytest.raises(SameTime):
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[0])


def test_somebody_elses_appointment_is_not_found(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    for use_case, more in (
        (bookings.reschedule, {"slot": club.slots[3]}),
        (bookings.accept, {}),
    ):
        with pytest.raises(NotFound):
            db.run(use_case, club.chen, appointment=ref, **more)
    with pytest.raises(NotFound):
        db.run(bookings.propose, club.stranger, appointment=ref, slot=club.slots[3])
    with pytest.raises(Forbidden):
        db.run(bookings.propose, club.lin, appointment=ref, slot=club.slots[3])
    with pytest.raises(Forbidden):
        db.run(bookings.reschedule, club.he, appointment=ref, slot=club.slots[3])


@pytest.mark.promise("P2")
def test_an_offer_holds_both_seats_until_the_member_accepts(db: Database, club: SmallClub) -> None:
    ref = a_request(db, club)
    offered = db.run(
        bookings.propose,
        club.he,
        appointment=ref,
        slot=club.slots[6],
        kind="equipment",
        reason="The scanner is serviced.",
    )
    assert offered.status == "proposed"
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[6])) == (1, 1)
    view = appointment_of(db, ref)
    assert view.proposed_slot == club.slots[6]
    assert view.proposed_start == start_of(db, club.slots[6])
    assert view.answer_kind == "equipment"
    assert view.answer_by is not None
    told = letter(db, ref)
    assert told["answer_kind"] == "equipment"
    assert told["proposed_start"]
    assert told["answer_by"]
    assert broken_invariants(db) == []

    accepted = db.run(bookings.accept, club.lin, appointment=ref)
    assert (accepted.status, accepted.slot) == ("booked", club.slots[6])
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[6])) == (0, 1)
    assert appointment_of(db, ref).moves == 0
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert letters_queued(db, ref) == [
        "appointment-requested",
        "appointment-proposed",
        "appointment-confirmed",
    ]
    assert audited_actions(db, ref)[-2:] == ["appointment.propose", "appointment.accept"]
    assert broken_invariants(db) == []


@pytest.mark.parametrize("answer", ["another", "the old one", "cancel", "taken back"])
def test_an_offer_is_answered_otherwise_and_no_seat_is_lost(
    db: Database, club: SmallClub, answer: str
) -> None:
    ref = a_confirmed_appointment(db, club)
    db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[6])
    if answer == "another":
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[7])
        expected = ("pending", 7)
    elif answer == "the old one":
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[0])
        expected = ("pending", 0)
    elif answer == "cancel":
        db.run(bookings.cancel, club.lin, appointment=ref)
        expected = ("cancelled", -1)
    else:
        db.run(bookings.decline, club.he, appointment=ref, kind="full")
        expected = ("cancelled", -1)
    if answer in {"another", "the old one"}:
        told = "moved" if answer == "another" else "requested"
        assert letters_queued(db, ref)[-1] == f"appointment-{told}"
    view = appointment_of(db, ref)
    assert (view.status, view.moves, view.proposed_slot) == (expected[0], 0, None)
    assert [seats_taken(db, club.slots[n]) for n in (0, 6, 7)] == [
        int(expected[1] == n) for n in (0, 6, 7)
    ]
    assert units_held_and_used(db, club.members[0]) == (int(expected[1] >= 0), 0)
    assert broken_invariants(db) == []


def test_an_offer_the_member_cannot_keep_is_refused_when_accepted(
    db: Database, club: SmallClub
) -> None:
    """The partner isn't told about other visits; the member is."""
    give_units(db, club.members[0], 1)
    ref = a_confirmed_appointment(db, club)
    a_request(db, club, slot=6)
    db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[6])
    with pytest.raises(AlreadyBooked):
        db.run(bookings.accept, club.lin, appointment=ref)
    assert broken_invariants(db) == []


def test_an_offer_that_is_over_is_not_accepted(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club, slot=9)
    db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[1])
    with clock.replaying(start_of(db, club.slots[1])), pytest.raises(OutsideWindow):
        db.run(bookings.accept, club.lin, appointment=ref)


def test_an_offer_is_accepted_until_the_moment_that_the_member_was_told(
    db: Database, club: SmallClub
) -> None:
    """docs/decisions.md 47: page, API and use case say the same; who missed it still chooses a
    time."""
    ref = a_confirmed_appointment(db, club, slot=9)
    until = db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[8]).answer_by
    assert until is not None
    with clock.replaying(until - timedelta(seconds=1)):
        assert "accept" in appointment_of(db, ref, club.lin).steps
    with clock.replaying(until):
        assert appointment_of(db, ref, club.lin).steps == ("reschedule", "cancel")
        with pytest.raises(OfferOver) as refused:
            db.run(bookings.accept, club.lin, appointment=ref)
        assert refused.value.data["until"] == until
        made = db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[8])
    assert made.slot == club.slots[8]
    assert broken_invariants(db) == []


def test_the_partner_offers_only_free_times_of_its_own_and_names_a_known_reason(
    db: Database, club: SmallClub
) -> None:
    ref = a_confirmed_appointment(db, club)
    for who in (1, 2):
        a_request(db, club, who, slot=5)
    with pytest.raises(SlotFull):
        db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[5])
    _, elsewhere = a_partner(db, capacity=1, service="health-check")
    with pytest.raises(OtherService):
        db.run(bookings.propose, club.he, appointment=ref, slot=slots_of(db, elsewhere)[0])
    with pytest.raises(UnknownReason):
        db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[6], kind="moody")
    with pytest.raises(IllegalTransition):
        db.run(bookings.accept, club.lin, appointment=ref)
    assert broken_invariants(db) == []


@pytest.mark.promise("P11")
def test_moving_over_new_year_moves_the_unit_to_the_account_of_that_year(
    db: Database, club: SmallClub
) -> None:
    ref = a_confirmed_appointment(db, club)
    year = date(appointment_of(db, ref).start.year + 1, 1, 1)
    with db.read() as session:
        offering_id = partners.find_offering(session, CLUB_ACTOR, club.offering).id
    db.run(partners.open_offering, offering_id, days=120)
    with db.read() as session:
        later = session.scalars(
            select(Slot.public_ref)
            .where(Slot.offering_id == offering_id, Slot.local_day >= year)
            .order_by(Slot.starts_at)
        ).first()
    assert later is not None
    db.run(
        bookings.reschedule,
        sun(),
        appointment=ref,
        slot=later,
        override="She is abroad until the new year.",
    )
    assert ledger_kinds(db, ref)[-2:] == ["hold", "release"]
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert broken_invariants(db) == []


def test_a_change_of_time_is_at_most_eleven_statements(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)
    with statements(at_most=9):
        db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[6])
    with statements(at_most=9):
        db.run(bookings.accept, club.lin, appointment=ref)
    with statements(at_most=11):
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[8])


def test_a_closed_day_takes_no_move(db: Database, club: SmallClub) -> None:
    ref = a_confirmed_appointment(db, club)

    def close(session: Any) -> None:
        session.execute(update(Slot).where(Slot.public_ref == club.slots[4]).values(open=False))

    db.run(close)
    with pytest.raises(SlotFull):
        db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[4])
    assert broken_invariants(db) == []
