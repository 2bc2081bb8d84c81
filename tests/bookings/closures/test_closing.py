"""Closing a day: everybody is listed at once, each is offered another time, nobody is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, text

from tests.bookings.checking import wrong
from tests.bookings.looking import CLUB, letters, seen, states_of_holds, trail, units
from tests.cast import TEXT, Thread, a_thread, member_actor, sun
from vipclub import bookings, partners
from vipclub.bookings import ClosureView, HoldExpired, SlotFull
from vipclub.bookings.models import Closure
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound
from vipclub.partners import Change, Hours, Slot

ZONE = "Asia/Shanghai"


def day_of_slots(days: int = 6) -> date:
    return clock.club_today() + timedelta(days=days)


def book(db: Database, thread: Thread, member: int = 0, slot: int = 0) -> str:
    made = db.run(
        bookings.book,
        CLUB,
        member=thread.members[member],
        offering=thread.offering,
        slot=thread.slots[slot],
    )
    return str(made.appointment)


def close(db: Database, thread: Thread, day: date | None = None) -> str:
    ref = db.run(
        bookings.close_day,
        thread.he,
        offering=thread.offering,
        day=day or day_of_slots(),
        reason="The power is off",
    )
    assert ref is not None
    return str(ref)


def look(db: Database, thread: Thread, ref: str) -> ClosureView:
    with db.read() as session:
        return bookings.closure(session, thread.he, ref)


def close_all_but(db: Database, thread: Thread, *open_days: date) -> None:
    """So that the partner has nothing else to offer."""
    for number in range(35):
        day = clock.club_today() + timedelta(days=number)
        if day not in open_days:
            change = Change(offering=thread.offering, day=day, open=False)
            db.run(partners.change_capacity, CLUB, changes=[change])


def test_closing_is_not_finished_until_the_displaced_list_is_empty(db: Database) -> None:
    """peers 2.11: changed hours left old bookings stranded (cal#8768)."""
    thread = a_thread(db, members=40, capacity=14)
    refs = [book(db, thread, n, n % 3) for n in range(40)]
    with db.read() as session:
        preview = bookings.preview_closing(
            session, thread.he, offering=thread.offering, day=day_of_slots()
        )
    assert (preview.people, preview.here, preview.desk) == (40, 40, 0)

    ref = close(db, thread)
    assert look(db, thread, ref).left == 40
    offered = bookings.offer_others(db, thread.he, closure=ref)
    assert (offered.proposed, offered.desk, offered.failed) == (40, 0, 0)
    assert look(db, thread, ref).counts == {"proposed": 40}
    assert all(
        letters(db, one) == ["appointment-requested", "appointment-proposed"] for one in refs
    )

    answers = [bookings.accept] * 30 + [bookings.cancel] * 5
    for number, (one, answer) in enumerate(zip(refs, answers, strict=False)):
        db.run(answer, member_actor(thread.members[number]), appointment=one)
        assert look(db, thread, ref).left == 39 - number
    for number in range(35, 40):  # they want their old time and no other
        actor, slot = member_actor(thread.members[number]), thread.slots[number % 3]
        db.run(bookings.reschedule, actor, appointment=refs[number], slot=slot)
    assert look(db, thread, ref).counts == {"moved": 30, "cancelled": 5, "waiting": 5}
    assert bookings.offer_others(db, thread.he, closure=ref).proposed == 0
    again = bookings.offer_others(db, thread.he, closure=ref, again=True)
    assert again.proposed == 5
    for number in range(35, 40):
        db.run(bookings.accept, sun(), appointment=refs[number])
    assert look(db, thread, ref).left == 0
    assert wrong(db) == []
    sent = Counter(name for one in refs for name in letters(db, one))
    assert sent["appointment-proposed"] == 45
    assert sent["appointment-confirmed"] == 35
    assert sent["appointment-cancelled"] == 5


def test_closing_again_changes_nothing(db: Database) -> None:
    thread = a_thread(db)
    appointment = book(db, thread)
    ref = close(db, thread)
    bookings.offer_others(db, thread.he, closure=ref)
    before = look(db, thread, ref)
    assert close(db, thread) == ref
    assert bookings.offer_others(db, thread.he, closure=ref, again=True).proposed == 0
    assert look(db, thread, ref) == before
    assert letters(db, appointment).count("appointment-proposed") == 1
    with db.read() as session:
        assert len(session.scalars(select(Closure.id)).all()) == 1


def test_the_nearest_time_at_the_same_place_is_offered_and_its_seat_taken(db: Database) -> None:
    thread = a_thread(db)
    appointment = book(db, thread, slot=1)
    ref = close(db, thread)
    bookings.offer_others(db, thread.he, closure=ref)
    view = seen(db, appointment)
    assert view.status == "proposed"
    assert view.proposed_start is not None
    assert view.proposed_start - view.start == timedelta(days=1)
    assert view.answer_kind == "closed"
    assert view.answer_by is not None
    assert wrong(db) == []


def test_another_site_of_the_partner_in_the_city_is_offered_next(db: Database) -> None:
    thread = a_thread(db)
    site = db.run(
        partners.create_site,
        CLUB,
        partner=thread.partner,
        name=TEXT,
        address=TEXT,
        city_code="310000",
    )
    other = db.run(
        partners.create_offering,
        CLUB,
        site=site,
        service="health-check",
        name=TEXT,
        minutes=60,
        on_holidays=True,
    )
    week = [Hours(day, time(9), time(12), 60, 1) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB, offering=other, hours=week)
    partners.open_slots(db, days=30)
    appointment = book(db, thread)
    close_all_but(db, thread)
    bookings.offer_all(db)
    slot = seen(db, appointment).proposed_slot
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
    thread = a_thread(db, members=3, capacity=3)
    refs = [book(db, thread, n) for n in range(3)]
    spare = day_of_slots(7)
    close_all_but(db, thread, day_of_slots(), spare)
    db.run(
        partners.change_capacity,
        CLUB,
        changes=[
            Change(slot=thread.slots[3], capacity=1),
            Change(slot=thread.slots[4], open=False),
            Change(slot=thread.slots[5], open=False),
        ],
    )
    with db.read() as session:
        preview = bookings.preview_closing(
            session, thread.he, offering=thread.offering, day=day_of_slots()
        )
    assert (preview.people, preview.here, preview.desk) == (3, 1, 2)
    ref = close(db, thread)
    offered = bookings.offer_others(db, thread.he, closure=ref)
    assert (offered.proposed, offered.desk) == (1, 2)
    assert look(db, thread, ref).left == 3
    with db.read() as session:
        waiting = bookings.displaced_waiting(session, sun())
        assert {one.appointment for one in waiting} == set(refs[1:])
        assert bookings.displaced_waiting(session, thread.stranger) == []
        others = bookings.alternatives(session, sun(), appointment=refs[1])
    assert {other.near for other in others} == {2}
    db.run(bookings.cancel, sun(), appointment=refs[1])
    with db.read() as session:
        assert [one.appointment for one in bookings.displaced_waiting(session, sun())] == refs[2:]


def test_a_time_that_is_kept_for_a_member_ends_with_its_day(db: Database) -> None:
    thread = a_thread(db)
    held = db.run(bookings.hold_seat, thread.lin, member=thread.members[0], slot=thread.slots[0])
    close(db, thread)
    assert states_of_holds(db) == ["released"]
    assert units(db, thread.members[0]) == (0, 0)
    with pytest.raises((HoldExpired, SlotFull)):
        db.run(
            bookings.book,
            thread.lin,
            member=thread.members[0],
            offering=thread.offering,
            slot=thread.slots[0],
            hold=held.hold,
        )
    assert wrong(db) == []


def test_somebody_is_served_all_the_same(db: Database) -> None:
    thread = a_thread(db)
    appointment = book(db, thread)
    ref = close(db, thread)
    db.run(bookings.keep, thread.he, closure=ref, appointment=appointment)
    db.run(bookings.keep, thread.he, closure=ref, appointment=appointment)
    assert look(db, thread, ref).counts == {"kept": 1}
    assert look(db, thread, ref).left == 0
    assert bookings.offer_others(db, thread.he, closure=ref, again=True).proposed == 0
    assert trail(db, appointment) == ["appointment.book", "closure.keep"]
    with pytest.raises(NotFound):
        db.run(bookings.keep, thread.stranger, closure=ref, appointment=appointment)
    db.run(bookings.cancel, thread.lin, appointment=appointment)
    with pytest.raises(IllegalTransition):
        db.run(bookings.keep, thread.he, closure=ref, appointment=appointment)


def test_a_day_opens_again_without_the_hour_that_was_closed_before(db: Database) -> None:
    thread = a_thread(db)
    appointment = book(db, thread)
    db.run(partners.change_capacity, thread.he, changes=[Change(slot=thread.slots[1], open=False)])
    ref = close(db, thread)
    for _ in range(2):
        db.run(bookings.reopen, thread.he, closure=ref)
    with db.read() as session:
        times = partners.capacity_by_slot(
            session,
            thread.he,
            first=day_of_slots(),
            last=day_of_slots(),
            offering=thread.offering,
        ).items
    assert [t.open for t in times] == [True, False, True]
    assert look(db, thread, ref).counts == {"open_again": 1}
    assert bookings.offer_others(db, thread.he, closure=ref).proposed == 0
    assert seen(db, appointment).status == "pending"
    assert close(db, thread) != ref


def test_a_whole_site_is_one_closure(db: Database) -> None:
    thread = a_thread(db)
    book(db, thread)
    with db.read() as session:
        site = partners.find_offering(session, CLUB, thread.offering).site
    ref = db.run(bookings.close_day, thread.he, site=site, day=day_of_slots(), reason="Moving")
    assert look(db, thread, ref).left == 1
    assert db.run(bookings.close_day, thread.he, site=site, day=day_of_slots()) == ref


def test_an_hour_that_closes_lists_its_people_too(db: Database) -> None:
    """peers 2.11: whatever closes a time, day or hour or a new week."""
    thread = a_thread(db)
    first, second = book(db, thread, 0, 0), book(db, thread, 1, 4)
    done = db.run(
        bookings.change_capacity, thread.he, changes=[Change(slot=thread.slots[0], open=False)]
    )
    (ref,) = done.closures
    assert [one.appointment for one in look(db, thread, ref).displaced] == [first]
    week = [Hours(day, time(9), time(10), 60, 2) for day in range(1, 8)]
    done = db.run(
        bookings.change_week,
        thread.he,
        offering=thread.offering,
        from_day=day_of_slots(),
        hours=week,
    )
    (ref,) = done.closures
    view = look(db, thread, ref)
    assert (view.kind, [one.appointment for one in view.displaced]) == ("week", [second])
    assert bookings.offer_others(db, thread.he, closure=ref).proposed == 1


def test_one_that_fails_does_not_stop_the_rest(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = a_thread(db, members=3)
    refs = [book(db, thread, n, n) for n in range(3)]
    ref = close(db, thread)
    from vipclub.bookings.closures import offering_others

    true: Callable[..., object] = vars(offering_others)["propose"]

    def broken(*args: object, appointment: str, **more: object) -> object:
        if appointment == refs[1]:
            raise RuntimeError("the wire is cut")
        return true(*args, appointment=appointment, **more)

    with monkeypatch.context() as patch:
        patch.setattr(offering_others, "propose", broken)
        offered = bookings.offer_others(db, thread.he, closure=ref)
    assert (offered.proposed, offered.failed) == (2, 1)
    assert look(db, thread, ref).counts == {"proposed": 2, "waiting": 1}
    assert bookings.offer_all(db).proposed == 1
    assert look(db, thread, ref).counts == {"proposed": 3}


def test_another_partners_closure_is_not_found(db: Database) -> None:
    thread = a_thread(db)
    appointment = book(db, thread)
    ref = close(db, thread)
    with db.read() as session:
        with pytest.raises(NotFound):
            bookings.closure(session, thread.stranger, ref)
        assert bookings.list_closures(session, thread.stranger) == []
        assert [(c.ref, c.left) for c in bookings.list_closures(session, thread.he)] == [(ref, 1)]
        with pytest.raises(Forbidden):
            bookings.closure(session, thread.lin, ref)
    with pytest.raises(NotFound):
        bookings.offer_others(db, thread.stranger, closure=ref)
    with pytest.raises(NotFound):
        db.run(bookings.reopen, thread.stranger, closure=ref)
    with pytest.raises(NotFound):
        db.run(bookings.close_day, thread.stranger, offering=thread.offering, day=day_of_slots(8))
    assert seen(db, appointment).status == "pending"


def test_a_day_in_the_past_and_a_day_that_never_was_open(db: Database) -> None:
    thread = a_thread(db)
    with pytest.raises(partners.TimeIsOver):
        close(db, thread, day_of_slots(-1))
    far = day_of_slots(200)
    ref = close(db, thread, far)
    assert look(db, thread, ref).displaced == ()
    db.run(bookings.reopen, thread.he, closure=ref)
    with db.read() as session:
        marks = session.execute(text("SELECT count(*) FROM capacity_exception")).scalar_one()
    assert marks == 0


def test_the_trail_says_who_closed_and_why(db: Database) -> None:
    thread = a_thread(db)
    close(db, thread)
    query = text("SELECT actor_ref, reason FROM audit WHERE action = 'capacity.change'")
    with db.read() as session:
        rows = [tuple(row) for row in session.execute(query)]
    assert rows == [(thread.he.account_ref, "The power is off")]
