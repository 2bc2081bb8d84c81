"""Booking a time: seat, unit and appointment in one act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from tests.accounts.sign_ins import actor_of_bearer
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
from tests.cast import CLUB_ACTOR, member_actor, partner_actor
from tests.small_club import SmallClub, a_partner, a_small_club, slots_of
from tests.statements import statements
from vipclub import bookings
from vipclub.benefits import NoEntitlement
from vipclub.bookings import (
    AlreadyBooked,
    Appointment,
    BookedAppointment,
    NotEligible,
    OutsideWindow,
    SlotFull,
)
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, MalformedRef, NotFound
from vipclub.core.idempotency import IdempotencyKey, run_once
from vipclub.partners import Offering, Slot


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=4)


def book(
    db: Database,
    club: SmallClub,
    who: int = 0,
    slot: int = 0,
    *,
    actor: Actor | None = None,
    **more: str,
) -> BookedAppointment:
    """Member number `who` books slot number `slot`."""
    member = club.members[who]
    made: BookedAppointment = db.run(
        bookings.book,
        actor or member_actor(member),
        member=member,
        offering=club.offering,
        slot=club.slots[slot],
        **more,
    )
    return made


ONE_BY_ONE = {"postgresql": 0, "sqlite": 5}
"""On PostgreSQL what is added goes with the slot's guard (`vipclub/core/added_rows.py`)."""


def test_a_booking_takes_a_seat_and_a_unit_and_tells_the_member(
    db: Database, club: SmallClub
) -> None:
    made = book(db, club)
    assert made.status == "pending"
    assert made.promised_by is not None
    assert seats_taken(db, club.slots[0]) == 1
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    assert ledger_kinds(db, made.appointment) == ["hold"]
    assert audited_actions(db, made.appointment) == ["appointment.book"]
    assert letters_queued(db, made.appointment) == ["appointment-requested"]
    assert broken_invariants(db) == []


def test_a_booking_is_at_most_seven_statements_with_all_that_a_request_has(
    db: Database, club: SmallClub
) -> None:
    book(db, club, 1, 1)  # the calendar is known to the process from now on
    actor_of_bearer(db, club.channel)  # its "last used" is stamped once a minute
    with statements(at_most=7 + ONE_BY_ONE[db.dialect]):
        actor = actor_of_bearer(db, club.channel)
        assert actor is not None
        run_once(
            db,
            IdempotencyKey("T-1", "POST /appointments", "k", b"0" * 32),
            lambda made: (201, made.appointment),
            bookings.book,
            actor,
            member=club.members[0],
            offering=club.offering,
            slot=club.slots[0],
        )


def test_the_use_case_alone_is_five_statements_and_the_slot_is_its_last_lock(
    db: Database, club: SmallClub
) -> None:
    book(db, club, 1, 1)
    with statements(exactly={"postgresql": 5, "sqlite": 9}[db.dialect]) as counted:
        book(db, club)
    order = [
        next(i for i, sql in enumerate(counted) if begin in sql)
        for begin in (
            "UPDATE entitlement_account",
            "INSERT INTO ledger_entry",
            "INSERT INTO appointment",
            "UPDATE slot",
        )
    ]
    assert order == sorted(order)
    assert order[-1] == len(counted) - 1
    if db.dialect == "postgresql":
        locks = [i for i, sql in enumerate(counted) if "FOR NO KEY UPDATE" in sql]
        assert len(locks) == 1
        assert locks[0] < order[0]


def test_a_full_slot_is_refused_with_the_next_free_times(db: Database, club: SmallClub) -> None:
    book(db, club, 0)
    book(db, club, 1)
    with pytest.raises(SlotFull) as refused:
        book(db, club, 2)
    assert [item["slot"] for item in refused.value.data["next_free"]] == club.slots[1:4]
    assert units_held_and_used(db, club.members[2]) == (0, 0)
    assert broken_invariants(db) == []


@pytest.mark.promise("P2")
@pytest.mark.pain(2)
def test_a_pending_request_holds_its_seat(db: Database, club: SmallClub) -> None:
    """Elsewhere two pending requests for one time were both confirmed (calcom/cal.com#10789)."""
    made = [book(db, club, 0), book(db, club, 1)]
    assert {one.status for one in made} == {"pending"}
    with pytest.raises(SlotFull):
        book(db, club, 2)


def test_without_a_unit_left_nothing_is_booked(db: Database, club: SmallClub) -> None:
    book(db, club, 0, 0)
    with pytest.raises(NoEntitlement):
        book(db, club, 0, 4)
    assert seats_taken(db, club.slots[4]) == 0
    assert broken_invariants(db) == []


@pytest.mark.promise("P3")
@pytest.mark.pain(12)
def test_nobody_is_booked_twice_at_one_time_at_two_partners(db: Database, club: SmallClub) -> None:
    """Elsewhere one patient had two visits at one hour (openemr/openemr#2632)."""
    give_units(db, club.members[0], 3)
    book(db, club)
    _, other = a_partner(db, capacity=5, service="health-check")
    with pytest.raises(AlreadyBooked):
        db.run(
            bookings.book,
            CLUB_ACTOR,
            member=club.members[0],
            offering=other,
            slot=slots_of(db, other)[0],
        )
    assert broken_invariants(db) == []


@pytest.mark.promise("P3")
@pytest.mark.only("postgresql")
def test_postgresql_itself_refuses_a_person_twice_at_one_time(
    db: Database, club: SmallClub
) -> None:
    made = [book(db, club, 0, 0), book(db, club, 1, 0)]
    same = select(Appointment.beneficiary_id).where(Appointment.public_ref == made[0].appointment)
    with pytest.raises(IntegrityError, match="never_twice"):
        db.run(
            lambda session: session.execute(
                update(Appointment)
                .where(Appointment.public_ref == made[1].appointment)
                .values(beneficiary_id=same.scalar_subquery())
            )
        )


def test_visits_one_after_the_other_do_not_overlap(db: Database, club: SmallClub) -> None:
    give_units(db, club.members[0], 3)
    assert book(db, club, 0, 0).end == book(db, club, 0, 1).start


def test_the_visit_must_lie_within_the_membership(db: Database, club: SmallClub) -> None:
    db.run(lambda s: s.execute(text("UPDATE membership SET state = 'lapsed'")))
    with pytest.raises(NotEligible) as refused:
        book(db, club)
    assert refused.value.data["rule"] == "membership"


def test_a_service_is_for_the_member_alone_so_far(db: Database, club: SmallClub) -> None:
    """Booker and beneficiary are two fields (alextselegidis/easyappointments#1420)."""
    with pytest.raises(NotEligible) as refused:
        book(db, club, beneficiary=club.members[1])
    assert refused.value.data["rule"] == "beneficiary"
    assert book(db, club, beneficiary=club.members[0]).member == club.members[0]


def test_a_time_outside_its_window_is_refused_and_says_when_it_opens(
    db: Database, club: SmallClub
) -> None:
    begins = start_of(db, club.slots[0])
    with clock.replaying(begins - timedelta(minutes=1)), pytest.raises(OutsideWindow) as late:
        book(db, club)
    with clock.replaying(begins - timedelta(days=100)), pytest.raises(OutsideWindow) as early:
        book(db, club)
    assert (late.value.data["rule"], early.value.data["rule"]) == ("too_late", "not_yet")
    assert early.value.data["opens"] > clock.now() - timedelta(days=100)


def test_the_offering_named_must_be_the_slots(db: Database, club: SmallClub) -> None:
    _, other = a_partner(db, capacity=5, service="health-check")
    with pytest.raises(NotFound):
        db.run(
            bookings.book,
            CLUB_ACTOR,
            member=club.members[0],
            offering=other,
            slot=club.slots[0],
        )


def test_a_closed_slot_and_an_inactive_offering_take_nobody(db: Database, club: SmallClub) -> None:
    closed = update(Slot).where(Slot.public_ref == club.slots[0]).values(open=False)
    db.run(lambda session: session.execute(closed))
    with pytest.raises(SlotFull):
        book(db, club)
    gone = update(Offering).where(Offering.public_ref == club.offering).values(active=False)
    db.run(lambda session: session.execute(gone))
    with pytest.raises(NotFound):
        book(db, club, 0, 1)


def test_a_member_books_for_nobody_else_and_learns_nothing(db: Database, club: SmallClub) -> None:
    stranger = member_actor(club.members[3])
    with pytest.raises(NotFound):
        book(db, club, 0, actor=stranger)
    with pytest.raises(MalformedRef):
        db.run(bookings.book, stranger, member="M-nobody", offering="x", slot=club.slots[0])


def test_a_partner_books_for_nobody(db: Database, club: SmallClub) -> None:
    with pytest.raises(Forbidden):
        book(db, club, 0, actor=partner_actor(club.partner))


def test_a_note_is_kept_encrypted_and_read_by_who_may_see_it(db: Database, club: SmallClub) -> None:
    made = book(db, club, note="对青霉素过敏")
    assert appointment_of(db, made.appointment, partner_actor(club.partner)).note == "对青霉素过敏"
    with db.read() as session:
        kept = session.scalars(select(Appointment.note)).one()
    assert kept is not None
    assert "青霉素".encode() not in kept


def test_an_appointment_is_seen_by_its_member_and_its_partner_only(
    db: Database, club: SmallClub
) -> None:
    ref = book(db, club).appointment
    for actor in (
        CLUB_ACTOR,
        member_actor(club.members[0]),
        partner_actor(club.partner),
    ):
        assert appointment_of(db, ref, actor).appointment == ref
    for actor in (member_actor(club.members[1]), partner_actor(club.other_partner)):
        with pytest.raises(NotFound):
            appointment_of(db, ref, actor)


def test_free_times_are_those_that_a_booking_would_get(db: Database, club: SmallClub) -> None:
    book(db, club, 0, 0)
    book(db, club, 1, 0)
    with db.read() as session, statements(at_most=2):
        page = bookings.free_slots(
            session,
            member_actor(club.members[2]),
            service="health-check",
            offering=club.offering,
            city="310000",
        )
    offered = [item.slot for item in page.items]
    assert club.slots[0] not in offered
    assert club.slots[1] in offered
    assert all(item.free <= item.capacity for item in page.items)
    for slot in (offered[0], offered[-1]):
        made = db.run(
            bookings.book,
            CLUB_ACTOR,
            member=club.members[2 + offered.index(slot) // max(1, len(offered) - 1)],
            offering=club.offering,
            slot=slot,
        )
        assert made.status == "pending"


def test_days_and_times_count_what_is_left(db: Database, club: SmallClub) -> None:
    book(db, club, 0, 0)
    actor = member_actor(club.members[2])
    with db.read() as session, statements(at_most=3):
        (place,) = bookings.bookable_offerings(
            session, actor, service="health-check", offering=club.offering
        )
        days = bookings.open_days(session, place, first=place.first_day, last=place.last_day)
        times = bookings.times_of_day(session, place, day=days[0].day)
    assert {one.capacity for one in days} == {3 * 2}
    assert sum(one.free for one in days) == len(days) * 6 - 1
    assert len(times) == 3


def test_a_service_that_nobody_offers_is_not_found(db: Database, club: SmallClub) -> None:
    with db.read() as session:
        actor = member_actor(club.members[0])
        assert [s.service for s in bookings.services(session, actor)] == ["health-check"]
        with pytest.raises(NotFound):
            bookings.free_slots(session, actor, service="wealth-advice")


def test_an_offerings_own_policy_stands_over_its_services(db: Database, club: SmallClub) -> None:
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="jingcheng-hospital",
    )
    made = book(db, club)
    assert (made.status, made.promised_by) == ("booked", None)
    assert letters_queued(db, made.appointment) == ["appointment-confirmed"]


def test_one_booking_a_day_and_department(db: Database, club: SmallClub) -> None:
    give_units(db, club.members[0], 3)
    db.run(
        bookings.set_booking_policy, CLUB_ACTOR, offering=club.offering, policy="nantang-hospital"
    )
    book(db, club, 0, 0)
    with pytest.raises(bookings.LimitReached):
        book(db, club, 0, 2)
    assert book(db, club, 0, 3).status == "booked"


def test_a_booking_draws_on_the_year_of_the_visit(db: Database, club: SmallClub) -> None:
    made = book(db, club)
    query = text(
        "SELECT e.year FROM appointment a JOIN entitlement_account e ON e.id = a.account_id"
    )
    with db.read() as session:
        assert session.execute(query).scalar_one() == made.start.year
