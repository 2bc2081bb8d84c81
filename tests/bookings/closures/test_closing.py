"""Closing a day: everybody is listed at once, each is offered another time, nobody is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from sqlalchemy import select, text

from tests.bookings.appointment_builders import a_request
from tests.bookings.closures.closing_days import (
    close_all_days_but,
    close_day,
    closure_of,
    day_of_slots,
)
from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import (
    appointment_of,
    audited_actions,
    letters_queued,
    states_of_holds,
    units_held_and_used,
)
from tests.cast import CLUB_ACTOR, member_actor, sun
from tests.small_club import ANY_NAME, a_small_club
from vipclub import bookings, partners
from vipclub.bookings import HoldExpired, SlotFull
from vipclub.bookings.models import Closure
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound
from vipclub.partners import Change, Hours, Slot

ZONE = "Asia/Shanghai"


@pytest.mark.pain(11)
def test_closing_is_not_finished_until_the_displaced_list_is_empty(db: Database) -> None:
    """Elsewhere changed hours left old bookings stranded (calcom/cal.com#8768)."""
    club = a_small_club(db, members=40, capacity=14)
    refs = [a_request(db, club, n, n % 3) for n in range(40)]
    with db.read() as session:
        preview = bookings.preview_closing(
            session, club.he, offering=club.offering, day=day_of_slots()
        )
    assert (preview.people, preview.here, preview.desk) == (40, 40, 0)

    ref = close_day(db, club)
    assert closure_of(db, club, ref).left == 40
    offered = bookings.offer_others(db, club.he, closure=ref)
    assert (offered.proposed, offered.desk, offered.failed) == (40, 0, 0)
    assert closure_of(db, club, ref).counts == {"proposed": 40}
    assert all(
        letters_queued(db, one) == ["appointment-requested", "appointment-proposed"] for one in refs
    )

    answers = [bookings.accept] * 30 + [bookings.cancel] * 5
    for number, (one, answer) in enumerate(zip(refs, answers, strict=False)):
        db.run(answer, member_actor(club.members[number]), appointment=one)
        assert closure_of(db, club, ref).left == 39 - number
    for number in range(35, 40):  # they want their old time and no other
        actor, slot = member_actor(club.members[number]), club.slots[number % 3]
        db.run(bookings.reschedule, actor, appointment=refs[number], slot=slot)
    assert closure_of(db, club, ref).counts == {"moved": 30, "cancelled": 5, "waiting": 5}
    assert bookings.offer_others(db, club.he, closure=ref).proposed == 0
    again = bookings.offer_others(db, club.he, closure=ref, again=True)
    assert again.proposed == 5
    for number in range(35, 40):
        db.run(bookings.accept, sun(), appointment=refs[number])
    assert closure_of(db, club, ref).left == 0
    assert broken_invariants(db) == []
    sent = Counter(name for one in refs for name in letters_queued(db, one))
    assert sent["appointment-proposed"] == 45
    assert sent["appointment-confirmed"] == 35
    assert sent["appointment-cancelled"] == 5


def test_closing_again_changes_nothing(db: Database) -> None:
    club = a_small_club(db)
    appointment = a_request(db, club)
    ref = close_day(db, club)
    bookings.offer_others(db, club.he, closure=ref)
    before = closure_of(db, club, ref)
    assert close_day(db, club) == ref
    assert bookings.offer_others(db, club.he, closure=ref, again=True).proposed == 0
    assert closure_of(db, club, ref) == before
    assert letters_queued(db, appointment).count("appointment-proposed") == 1
    with db.read() as session:
        assert len(session.scalars(select(Closure.id)).all()) == 1


def test_the_nearest_time_at_the_same_place_is_offered_and_its_seat_taken(db: Database) -> None:
    club = a_small_club(db)
    appointment = a_request(db, club, slot=1)
    ref = close_day(db, club)
    bookings.offer_others(db, club.he, closure=ref)
    view = appointment_of(db, appointment)
    assert view.status == "proposed"
    assert view.proposed_start is not None
    assert view.proposed_start - view.start == timedelta(days=1)
    assert view.answer_kind == "closed"
    assert view.answer_by is not None
    assert broken_invariants(db) == []


def test_another_site_of_the_partner_in_the_city_is_offered_next(db: Database) -> None:
    club = a_small_club(db)
    site = db.run(
        partners.create_site,
        CLUB_ACTOR,
        partner=club.partner,
        name=ANY_NAME,
        address=ANY_NAME,
        city_code="310000",
    )
    other = db.run(
        partners.create_offering,
        CLUB_ACTOR,
        site=site,
        service="health-check",
        name=ANY_NAME,
        minutes=60,
        on_holidays=True,
    )
    week = [Hours(day, time(9), time(12), 60, 1) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB_ACTOR, offering=other, hours=week)
    partners.open_slots(db, days=30)
    appointment = a_request(db, club)
    close_all_days_but(db, club)
    bookings.offer_all(db)
    slot = appointment_of(db, appointment).proposed_slot
    with db.read() as session:
        found = session.scalar(
            select(partners.Offering.public_ref)
            .join(Slot, Slot.offering_id == partners.Offering.id)
            .where(Slot.public_ref == slot)
        )
    assert found == other


def test_whom_the_partner_cannot_place_goes_to_the_desk_which_sees_other_partners(
    db: Database,
) -> None:
    club = a_small_club(db, members=3, capacity=3)
    refs = [a_request(db, club, n) for n in range(3)]
    spare = day_of_slots(7)
    close_all_days_but(db, club, day_of_slots(), spare)
    db.run(
        partners.change_capacity,
        CLUB_ACTOR,
        changes=[
            Change(slot=club.slots[3], capacity=1),
            Change(slot=club.slots[4], open=False),
            Change(slot=club.slots[5], open=False),
        ],
    )
    with db.read() as session:
        preview = bookings.preview_closing(
            session, club.he, offering=club.offering, day=day_of_slots()
        )
    assert (preview.people, preview.here, preview.desk) == (3, 1, 2)
    ref = close_day(db, club)
    offered = bookings.offer_others(db, club.he, closure=ref)
    assert (offered.proposed, offered.desk) == (1, 2)
    assert closure_of(db, club, ref).left == 3
    with db.read() as session:
        waiting = bookings.displaced_waiting(session, sun())
        assert {one.appointment for one in waiting} == set(refs[1:])
        assert bookings.displaced_waiting(session, club.stranger) == []
        others = bookings.alternatives(session, sun(), appointment=refs[1])
    assert {other.near for other in others} == {2}
    db.run(bookings.cancel, sun(), appointment=refs[1])
    with db.read() as session:
        assert [one.appointment for one in bookings.displaced_waiting(session, sun())] == refs[2:]


def test_a_time_that_is_kept_for_a_member_ends_with_its_day(db: Database) -> None:
    club = a_small_club(db)
    held = db.run(bookings.hold_seat, club.lin, member=club.members[0], slot=club.slots[0])
    close_day(db, club)
    assert states_of_holds(db) == ["released"]
    assert units_held_and_used(db, club.members[0]) == (0, 0)
    with pytest.raises((HoldExpired, SlotFull)):
        db.run(
            bookings.book,
            club.lin,
            member=club.members[0],
            offering=club.offering,
            slot=club.slots[0],
            hold=held.hold,
        )
    assert broken_invariants(db) == []


def test_somebody_is_served_all_the_same(db: Database) -> None:
    club = a_small_club(db)
    appointment = a_request(db, club)
    ref = close_day(db, club)
    db.run(bookings.keep, club.he, closure=ref, appointment=appointment)
    db.run(bookings.keep, club.he, closure=ref, appointment=appointment)
    assert closure_of(db, club, ref).counts == {"kept": 1}
    assert closure_of(db, club, ref).left == 0
    assert bookings.offer_others(db, club.he, closure=ref, again=True).proposed == 0
    assert audited_actions(db, appointment) == ["appointment.book", "closure.keep"]
    with pytest.raises(NotFound):
        db.run(bookings.keep, club.stranger, closure=ref, appointment=appointment)
    db.run(bookings.cancel, club.lin, appointment=appointment)
    with pytest.raises(IllegalTransition):
        db.run(bookings.keep, club.he, closure=ref, appointment=appointment)


def test_a_day_opens_again_without_the_hour_that_was_closed_before(db: Database) -> None:
    club = a_small_club(db)
    appointment = a_request(db, club)
    db.run(partners.change_capacity, club.he, changes=[Change(slot=club.slots[1], open=False)])
    ref = close_day(db, club)
    for _ in range(2):
        db.run(bookings.reopen, club.he, closure=ref)
    with db.read() as session:
        times = partners.capacity_by_slot(
            session,
            club.he,
            first=day_of_slots(),
            last=day_of_slots(),
            offering=club.offering,
        ).items
    assert [t.open for t in times] == [True, False, True]
    assert closure_of(db, club, ref).counts == {"open_again": 1}
    assert bookings.offer_others(db, club.he, closure=ref).proposed == 0
    assert appointment_of(db, appointment).status == "pending"
    assert close_day(db, club) != ref


def test_a_whole_site_is_one_closure(db: Database) -> None:
    club = a_small_club(db)
    a_request(db, club)
    with db.read() as session:
        site = partners.find_offering(session, CLUB_ACTOR, club.offering).site
    ref = db.run(bookings.close_day, club.he, site=site, day=day_of_slots(), reason="Moving")
    assert closure_of(db, club, ref).left == 1
    assert db.run(bookings.close_day, club.he, site=site, day=day_of_slots()) == ref


@pytest.mark.pain(11)
def test_an_hour_that_closes_lists_its_people_too(db: Database) -> None:
    """Whatever closes a time: a day, an hour or a new week."""
    club = a_small_club(db)
    first, second = a_request(db, club, 0, 0), a_request(db, club, 1, 4)
    done = db.run(
        bookings.change_capacity, club.he, changes=[Change(slot=club.slots[0], open=False)]
    )
    (ref,) = done.closures
    assert [one.appointment for one in closure_of(db, club, ref).displaced] == [first]
    week = [Hours(day, time(9), time(10), 60, 2) for day in range(1, 8)]
    done = db.run(
        bookings.change_week,
        club.he,
        offering=club.offering,
        from_day=day_of_slots(),
        hours=week,
    )
    (ref,) = done.closures
    view = closure_of(db, club, ref)
    assert (view.kind, [one.appointment for one in view.displaced]) == ("week", [second])
    assert bookings.offer_others(db, club.he, closure=ref).proposed == 1


def test_one_that_fails_does_not_stop_the_rest(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = a_small_club(db, members=3)
    refs = [a_request(db, club, n, n) for n in range(3)]
    ref = close_day(db, club)
    from vipclub.bookings.closures import offering_others

    true: Callable[..., object] = vars(offering_others)["propose"]

    def broken(*args: object, appointment: str, **more: object) -> object:
        if appointment == refs[1]:
            raise RuntimeError("the wire is cut")
        return true(*args, appointment=appointment, **more)

    with monkeypatch.context() as patch:
        patch.setattr(offering_others, "propose", broken)
        offered = bookings.offer_others(db, club.he, closure=ref)
    assert (offered.proposed, offered.failed) == (2, 1)
    assert closure_of(db, club, ref).counts == {"proposed": 2, "waiting": 1}
    assert bookings.offer_all(db).proposed == 1
    assert closure_of(db, club, ref).counts == {"proposed": 3}


def test_another_partners_closure_is_not_found(db: Database) -> None:
    club = a_small_club(db)
    appointment = a_request(db, club)
    ref = close_day(db, club)
    with db.read() as session:
        with pytest.raises(NotFound):
            bookings.closure(session, club.stranger, ref)
        assert bookings.list_closures(session, club.stranger) == []
        assert [(c.ref, c.left) for c in bookings.list_closures(session, club.he)] == [(ref, 1)]
        with pytest.raises(Forbidden):
            bookings.closure(session, club.lin, ref)
    with pytest.raises(NotFound):
        bookings.offer_others(db, club.stranger, closure=ref)
    with pytest.raises(NotFound):
        db.run(bookings.reopen, club.stranger, closure=ref)
    with pytest.raises(NotFound):
        db.run(bookings.close_day, club.stranger, offering=club.offering, day=day_of_slots(8))
    assert appointment_of(db, appointment).status == "pending"


def test_a_day_in_the_past_and_a_day_that_never_was_open(db: Database) -> None:
    club = a_small_club(db)
    with pytest.raises(partners.TimeIsOver):
        close_day(db, club, day_of_slots(-1))
    far = day_of_slots(200)
    ref = close_day(db, club, far)
    assert closure_of(db, club, ref).displaced == ()
    db.run(bookings.reopen, club.he, closure=ref)
    with db.read() as session:
        marks = session.execute(text("SELECT count(*) FROM capacity_exception")).scalar_one()
    assert marks == 0


def test_the_trail_says_who_closed_and_why(db: Database) -> None:
    club = a_small_club(db)
    close_day(db, club)
    query = text("SELECT actor_ref, reason FROM audit WHERE action = 'capacity.change'")
    with db.read() as session:
        rows = [tuple(row) for row in session.execute(query)]
    assert rows == [(club.he.account_ref, "The power is off")]
