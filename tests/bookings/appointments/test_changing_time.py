"""Changing the time: by the member's side, or because the partner offers another one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.bookings.asking_for import confirmed, request
from tests.bookings.checking import wrong
from tests.bookings.looking import (
    CLUB,
    entries,
    give_units,
    letters,
    seen,
    starts,
    taken,
    trail,
    units,
)
from tests.cast import Thread, a_partner, a_thread, slots_of, sun
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
def thread(db: Database) -> Thread:
    return a_thread(db, members=3)


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
    db: Database, thread: Thread
) -> None:
    ref = confirmed(db, thread)
    was = starts(db, thread.slots[0])
    moved = db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[4])
    assert (moved.status, moved.slot) == ("pending", thread.slots[4])
    assert moved.promised_by is not None
    assert (taken(db, thread.slots[0]), taken(db, thread.slots[4])) == (0, 1)
    assert units(db, thread.members[0]) == (1, 0)
    view = seen(db, ref)
    assert (view.moves, view.version, view.answered_at) == (1, 2, None)
    assert trail(db, ref)[-1] == "appointment.reschedule"
    assert letters(db, ref)[-1] == "appointment-moved"
    assert letter(db, ref)["previous_start"].startswith(
        was.astimezone(view.site_clock.zone).isoformat()
    )
    db.run(bookings.confirm, thread.he, appointment=ref)
    assert seen(db, ref).status == "booked"
    assert wrong(db) == []


def test_a_full_time_leaves_the_old_one_safe(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    for who in (1, 2):
        request(db, thread, who, slot=5)
    before = seen(db, ref)
    with pytest.raises(SlotFull) as refusal:
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[5])
    assert refusal.value.data["next_free"]
    assert seen(db, ref) == before
    assert taken(db, thread.slots[0]) == 1
    assert wrong(db) == []


def test_pain_6_moves_are_counted_along_the_whole_chain(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    for slot in (1, 2):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[slot])
    with pytest.raises(MovesSpent) as refusal:
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[3])
    assert refusal.value.data["most"] == 2
    assert seen(db, ref).slot == thread.slots[2]


def test_pain_7_a_booking_never_counts_against_its_own_move(db: Database, thread: Thread) -> None:
    """One booking a day in a department: moving it within its day is no second one."""
    db.run(
        bookings.set_booking_policy,
        CLUB,
        offering=thread.offering,
        policy="one-a-day",
        document={
            "confirmation": "instant",
            "opens": {"days": 28},
            "closes": {"hours": 0},
            "cancel_until": {"hours": 12},
            "limits": {"per_department_day": 1, "per_month": 1},
        },
    )
    ref = request(db, thread)
    moved = db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[1])
    assert seen(db, ref).start.date() == moved.start.date()
    assert moved.status == "booked"
    assert wrong(db) == []


def test_it_may_be_moved_as_long_as_it_may_be_cancelled_free(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    view = seen(db, ref)
    until = view.site_clock.deadline(view.policy.cancel_until, view.start)
    with clock.replaying(until), pytest.raises(TooLateToMove) as refusal:
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[9])
    assert refusal.value.data["until"] == until
    with clock.replaying(until - timedelta(seconds=1)):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[9])
    assert wrong(db) == []


def test_pain_8_staff_go_beyond_the_rules_with_a_reason_on_record(
    db: Database, thread: Thread
) -> None:
    ref = confirmed(db, thread)
    late = starts(db, thread.slots[0]) - timedelta(hours=1)
    reason = "Her flight was cancelled."
    with clock.replaying(late):
        with pytest.raises(Forbidden):
            db.run(
                bookings.reschedule,
                thread.lin,
                appointment=ref,
                slot=thread.slots[3],
                override=reason,
            )
        with pytest.raises(TooLateToMove):
            db.run(bookings.reschedule, sun(), appointment=ref, slot=thread.slots[3])
        db.run(bookings.reschedule, sun(), appointment=ref, slot=thread.slots[3], override=reason)
    assert seen(db, ref).slot == thread.slots[3]
    with db.read() as session:
        from sqlalchemy import text

        told = session.execute(
            text("SELECT reason FROM audit WHERE subject_ref = :ref ORDER BY id DESC LIMIT 1"),
            {"ref": ref},
        ).scalar_one()
    assert told == reason
    with clock.replaying(starts(db, thread.slots[3]) - timedelta(hours=1)):
        db.run(bookings.cancel, sun(), appointment=ref, override=reason)
    assert units(db, thread.members[0]) == (0, 0)


def test_an_appointment_stays_with_its_partner_and_service(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    _, elsewhere = a_partner(db, capacity=1, service="health-check")
    with pytest.raises(OtherService):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=slots_of(db, elsewhere)[0])
    with pytest.raises(SameTime):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[0])


def test_somebody_elses_appointment_is_not_found(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    for use_case, more in (
        (bookings.reschedule, {"slot": thread.slots[3]}),
        (bookings.accept, {}),
    ):
        with pytest.raises(NotFound):
            db.run(use_case, thread.chen, appointment=ref, **more)
    with pytest.raises(NotFound):
        db.run(bookings.propose, thread.stranger, appointment=ref, slot=thread.slots[3])
    with pytest.raises(Forbidden):
        db.run(bookings.propose, thread.lin, appointment=ref, slot=thread.slots[3])
    with pytest.raises(Forbidden):
        db.run(bookings.reschedule, thread.he, appointment=ref, slot=thread.slots[3])


def test_an_offer_holds_both_seats_until_the_member_accepts(db: Database, thread: Thread) -> None:
    ref = request(db, thread)
    offered = db.run(
        bookings.propose,
        thread.he,
        appointment=ref,
        slot=thread.slots[6],
        kind="equipment",
        reason="The scanner is serviced.",
    )
    assert offered.status == "proposed"
    assert (taken(db, thread.slots[0]), taken(db, thread.slots[6])) == (1, 1)
    view = seen(db, ref)
    assert view.proposed_slot == thread.slots[6]
    assert view.proposed_start == starts(db, thread.slots[6])
    assert view.answer_kind == "equipment"
    assert view.answer_by is not None
    told = letter(db, ref)
    assert told["answer_kind"] == "equipment"
    assert told["proposed_start"]
    assert told["answer_by"]
    assert wrong(db) == []

    accepted = db.run(bookings.accept, thread.lin, appointment=ref)
    assert (accepted.status, accepted.slot) == ("booked", thread.slots[6])
    assert (taken(db, thread.slots[0]), taken(db, thread.slots[6])) == (0, 1)
    assert seen(db, ref).moves == 0
    assert units(db, thread.members[0]) == (1, 0)
    assert letters(db, ref) == [
        "appointment-requested",
        "appointment-proposed",
        "appointment-confirmed",
    ]
    assert trail(db, ref)[-2:] == ["appointment.propose", "appointment.accept"]
    assert wrong(db) == []


@pytest.mark.parametrize("answer", ["another", "the old one", "cancel", "taken back"])
def test_an_offer_is_answered_otherwise_and_no_seat_is_lost(
    db: Database, thread: Thread, answer: str
) -> None:
    ref = confirmed(db, thread)
    db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[6])
    if answer == "another":
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[7])
        expected = ("pending", 7)
    elif answer == "the old one":
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[0])
        expected = ("pending", 0)
    elif answer == "cancel":
        db.run(bookings.cancel, thread.lin, appointment=ref)
        expected = ("cancelled", -1)
    else:
        db.run(bookings.decline, thread.he, appointment=ref, kind="full")
        expected = ("cancelled", -1)
    if answer in {"another", "the old one"}:
        told = "moved" if answer == "another" else "requested"
        assert letters(db, ref)[-1] == f"appointment-{told}"
    view = seen(db, ref)
    assert (view.status, view.moves, view.proposed_slot) == (expected[0], 0, None)
    assert [taken(db, thread.slots[n]) for n in (0, 6, 7)] == [
        int(expected[1] == n) for n in (0, 6, 7)
    ]
    assert units(db, thread.members[0]) == (int(expected[1] >= 0), 0)
    assert wrong(db) == []


def test_an_offer_the_member_cannot_keep_is_refused_when_accepted(
    db: Database, thread: Thread
) -> None:
    """The partner isn't told about other visits; the member is."""
    give_units(db, thread.members[0], 1)
    ref = confirmed(db, thread)
    request(db, thread, slot=6)
    db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[6])
    with pytest.raises(AlreadyBooked):
        db.run(bookings.accept, thread.lin, appointment=ref)
    assert wrong(db) == []


def test_an_offer_that_is_over_is_not_accepted(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread, slot=9)
    db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[1])
    with clock.replaying(starts(db, thread.slots[1])), pytest.raises(OutsideWindow):
        db.run(bookings.accept, thread.lin, appointment=ref)


def test_an_offer_is_accepted_until_the_moment_that_the_member_was_told(
    db: Database, thread: Thread
) -> None:
    """`decisions` 47: page, API and use case say the same; who missed it still chooses a time."""
    ref = confirmed(db, thread, slot=9)
    until = db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[8]).answer_by
    assert until is not None
    with clock.replaying(until - timedelta(seconds=1)):
        assert "accept" in seen(db, ref, thread.lin).steps
    with clock.replaying(until):
        assert seen(db, ref, thread.lin).steps == ("reschedule", "cancel")
        with pytest.raises(OfferOver) as refused:
            db.run(bookings.accept, thread.lin, appointment=ref)
        assert refused.value.data["until"] == until
        made = db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[8])
    assert made.slot == thread.slots[8]
    assert wrong(db) == []


def test_the_partner_offers_only_free_times_of_its_own_and_names_a_known_reason(
    db: Database, thread: Thread
) -> None:
    ref = confirmed(db, thread)
    for who in (1, 2):
        request(db, thread, who, slot=5)
    with pytest.raises(SlotFull):
        db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[5])
    _, elsewhere = a_partner(db, capacity=1, service="health-check")
    with pytest.raises(OtherService):
        db.run(bookings.propose, thread.he, appointment=ref, slot=slots_of(db, elsewhere)[0])
    with pytest.raises(UnknownReason):
        db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[6], kind="moody")
    with pytest.raises(IllegalTransition):
        db.run(bookings.accept, thread.lin, appointment=ref)
    assert wrong(db) == []


def test_moving_over_new_year_moves_the_unit_to_the_account_of_that_year(
    db: Database, thread: Thread
) -> None:
    ref = confirmed(db, thread)
    year = date(seen(db, ref).start.year + 1, 1, 1)
    with db.read() as session:
        offering_id = partners.find_offering(session, CLUB, thread.offering).id
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
    assert entries(db, ref)[-2:] == ["hold", "release"]
    assert units(db, thread.members[0]) == (1, 0)
    assert wrong(db) == []


def test_a_change_of_time_is_at_most_twelve_statements(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)
    with statements(at_most=10):
        db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[6])
    with statements(at_most=10):
        db.run(bookings.accept, thread.lin, appointment=ref)
    with statements(at_most=12):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[8])


def test_a_closed_day_takes_no_move(db: Database, thread: Thread) -> None:
    ref = confirmed(db, thread)

    def close(session: Any) -> None:
        session.execute(update(Slot).where(Slot.public_ref == thread.slots[4]).values(open=False))

    db.run(close)
    with pytest.raises(SlotFull):
        db.run(bookings.reschedule, thread.lin, appointment=ref, slot=thread.slots[4])
    assert wrong(db) == []
