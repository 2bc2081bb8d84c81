"""Changing places: what the preview says is what is done; nobody loses a place by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Date, bindparam, select, text, update

from tests.cast import TEXT, Thread, a_thread
from vipclub import bookings, partners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.partners import Change, Hours, PlaceTime, Plan, Slot

CLUB = Actor.system("tests")
ZONE = "Asia/Shanghai"


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=3)


def soon(days: int = 6) -> date:
    return clock.club_today() + timedelta(days=days)


def times(db: Database, thread: Thread, day: date, last: date | None = None) -> list[PlaceTime]:
    with db.read() as session:
        found = partners.times_of_places(
            session, thread.he, first=day, last=last or day, offering=thread.offering
        )
    return found.items


def preview(db: Database, actor: Actor, *changes: Change) -> Plan:
    with db.read() as session:
        return partners.preview_change(session, actor, changes=changes)


def change(db: Database, actor: Actor, *changes: Change, reason: str | None = None) -> Plan:
    plan: Plan = db.run(partners.change_capacity, actor, changes=changes, reason=reason)
    return plan


def closures(db: Database, thread: Thread) -> int:
    """In how many of them somebody may be left to look after."""
    with db.read() as session:
        return len(bookings.list_closures(session, thread.he))


def book(db: Database, thread: Thread, slot: str, members: Sequence[int] = (0,)) -> None:
    for member in members:
        db.run(
            bookings.book,
            CLUB,
            member=thread.members[member],
            offering=thread.offering,
            slot=slot,
        )


def actions(db: Database, action: str) -> list[tuple[str, str | None]]:
    query = text("SELECT actor_ref, reason FROM audit WHERE action = :action ORDER BY id")
    with db.read() as session:
        return [(row[0], row[1]) for row in session.execute(query, {"action": action})]


def test_the_preview_says_what_the_change_does_and_changes_nothing(
    db: Database, thread: Thread
) -> None:
    day = soon()
    wish = Change(offering=thread.offering, day=day, capacity=5)
    said = preview(db, thread.he, wish)
    assert (len(said.times), said.added, said.removed, said.people) == (3, 9, 0, 0)
    assert [t.capacity for t in times(db, thread, day)] == [2, 2, 2]
    done = change(db, thread.he, wish)
    assert done == said
    assert [t.capacity for t in times(db, thread, day)] == [5, 5, 5]
    assert change(db, thread.he, wish) == Plan()
    assert [t.capacity for t in times(db, thread, day + timedelta(days=1))] == [2, 2, 2]


def test_places_never_fall_below_the_people_who_have_one_and_the_excess_is_listed(
    db: Database, thread: Thread
) -> None:
    slot = thread.slots[0]
    book(db, thread, slot, (0, 1))
    wish = Change(slot=slot, capacity=1)
    said = preview(db, thread.he, wish)
    assert [(hit.capacity, hit.people, hit.excess) for hit in said.times] == [(2, 2, 1)]
    assert said.excess == 1
    assert change(db, thread.he, wish) == said
    first = times(db, thread, soon())[0]
    assert (first.slot, first.capacity, first.taken, first.free) == (slot, 2, 2, 0)


def test_an_hour_closes_and_opens_again(db: Database, thread: Thread) -> None:
    slot = thread.slots[1]
    plan = change(db, thread.he, Change(slot=slot, open=False))
    assert (len(plan.closing), plan.removed, closures(db, thread)) == (1, 2, 0)
    assert [t.open for t in times(db, thread, soon())] == [True, False, True]
    with pytest.raises(bookings.SlotFull):
        book(db, thread, slot)
    assert change(db, thread.he, Change(slot=slot, open=True)).added == 2
    book(db, thread, slot)


def test_a_closed_day_stays_closed_when_the_slots_are_made_again(
    db: Database, thread: Thread
) -> None:
    near, far = soon(), soon(60)
    for number, day in enumerate((near, far), 1):
        plan = change(db, thread.he, Change(offering=thread.offering, day=day, open=False))
        assert [hit.capacity for hit in plan.days] == [0]
        assert closures(db, thread) == number
    partners.open_slots(db, days=90)
    assert [t.open for t in times(db, thread, near)] == [False] * 3
    assert times(db, thread, far) == []
    plan = change(db, thread.he, Change(offering=thread.offering, day=far, open=True))
    assert (plan.made, plan.made_places) == (3, 6)
    assert [t.open for t in times(db, thread, far)] == [True] * 3
    plan = change(db, thread.he, Change(offering=thread.offering, day=near, capacity=4))
    assert [(t.open, t.capacity) for t in times(db, thread, near)] == [(True, 4)] * 3
    assert plan.added == 12


def test_a_whole_site_closes_for_a_day(db: Database, thread: Thread) -> None:
    with db.read() as session:
        site = partners.find_offering(session, CLUB, thread.offering).site
    second = db.run(
        partners.create_offering,
        CLUB,
        site=site,
        service="health-check",
        name=TEXT,
        minutes=60,
        on_holidays=True,
    )
    week = [Hours(day, time(9), time(12), 60, 1) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB, offering=second, hours=week)
    partners.open_slots(db, days=30)
    plan = change(db, thread.he, Change(site=site, day=soon(), open=False))
    assert {hit.offering for hit in plan.closing} == {thread.offering, second}
    assert len(plan.closing) == 6
    assert closures(db, thread) == 1


def test_a_slot_is_overbooked_only_by_an_act_of_its_own_with_a_name_on_it(
    db: Database, thread: Thread
) -> None:
    """peers 2.15: a slot was overbooked although set not to (va.gov-team#49635)."""
    slot = thread.slots[0]
    with pytest.raises(partners.TimeNotFull):
        db.run(partners.overbook, thread.he, slot=slot, reason="Mr Lin has no other day")
    book(db, thread, slot, (0, 1))
    with pytest.raises(partners.TimeIsFull):
        change(db, thread.he, Change(slot=slot, capacity=3))
    with pytest.raises(partners.ReasonNeeded):
        db.run(partners.overbook, thread.he, slot=slot, reason="  ")
    hit = db.run(partners.overbook, thread.he, slot=slot, reason="Mr Lin has no other day")
    assert (hit.was_capacity, hit.capacity, hit.people) == (2, 3, 2)
    assert actions(db, "capacity.overbook") == [(thread.he.account_ref, "Mr Lin has no other day")]
    with pytest.raises(partners.TimeNotFull):
        db.run(partners.overbook, thread.he, slot=slot, reason="twice")
    book(db, thread, slot, (2,))


def test_a_bare_date_is_the_sites_local_day(db: Database, thread: Thread) -> None:
    """peers 2.10: a date query lost the morning and leaked the next day (cal#17844)."""
    place = partners.create_site
    site = db.run(
        place,
        CLUB,
        partner=thread.partner,
        name=TEXT,
        address=TEXT,
        city_code="990044",
        time_zone="Pacific/Auckland",
        region="NZ",
    )
    offering = db.run(
        partners.create_offering,
        CLUB,
        site=site,
        service="health-check",
        name=TEXT,
        minutes=60,
        on_holidays=True,
    )
    week = [Hours(day, time(0), time(23, 59), 180, 1) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB, offering=offering, hours=week)
    partners.open_slots(db, days=30)
    zone = ZoneInfo("Pacific/Auckland")
    day = clock.today("Pacific/Auckland") + timedelta(days=9)
    plan = change(db, thread.he, Change(offering=offering, day=day, open=False))
    assert [hit.start.strftime("%H:%M") for hit in plan.closing] == [
        "00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"
    ]  # fmt: skip
    assert {hit.start.date() for hit in plan.closing} == {day}
    with db.read() as session:
        closed = session.scalars(select(Slot.starts_at).where(Slot.open.is_(False))).all()
    assert {moment.astimezone(zone).date() for moment in closed} == {day}


def test_the_closing_hour_is_exclusive_and_the_visit_fits_in_a_new_week(
    db: Database, thread: Thread
) -> None:
    """peers 2.13: the finder offered times beyond closing (openemr#13803)."""
    week = [Hours(day, time(9), time(10, 45), 30, 1) for day in range(1, 8)]
    db.run(partners.change_week, thread.he, offering=thread.offering, from_day=soon(), hours=week)
    open_times = [t for t in times(db, thread, soon()) if t.open]
    assert [t.start.strftime("%H:%M") for t in open_times] == ["09:00", "09:30"]
    assert all(t.end.time() <= time(10, 45) for t in open_times)


def test_a_new_week_holds_from_its_day_on(db: Database, thread: Thread) -> None:
    """peers 2.11: changed hours left old bookings stranded (cal#8768): they are counted before."""
    day, slot = soon(), thread.slots[0]
    book(db, thread, slot)
    week = [Hours(n, time(10), time(13), 60, 3) for n in range(1, 8)]
    arguments: dict[str, Any] = {"offering": thread.offering, "from_day": day, "hours": week}
    with db.read() as session:
        said = partners.preview_week(session, thread.he, **arguments)
    done = db.run(partners.change_week, thread.he, **arguments)
    assert (said.times, said.made, said.people) == (done.times, done.made, 1)
    assert closures(db, thread) == 1

    before, after = day - timedelta(days=1), times(db, thread, day)
    assert [t.start.hour for t in times(db, thread, before) if t.open] == [9, 10, 11]
    assert [(t.start.hour, t.capacity) for t in after if t.open] == [(10, 3), (11, 3), (12, 3)]
    partners.open_slots(db, days=120)
    assert [t.start.hour for t in times(db, thread, before) if t.open] == [9, 10, 11]

    old = [Hours(n, time(9), time(12), 60, 2) for n in range(1, 8)]
    db.run(partners.change_week, thread.he, offering=thread.offering, from_day=day, hours=old)
    assert [t.start.hour for t in times(db, thread, day) if t.open] == [9, 10, 11]


def test_a_new_week_opens_nothing_that_the_partner_closed(db: Database, thread: Thread) -> None:
    day, slot = soon(), thread.slots[1]
    change(db, thread.he, Change(slot=slot, open=False))
    change(db, thread.he, Change(offering=thread.offering, day=day + timedelta(days=1), open=False))
    week = [Hours(n, time(9), time(12), 60, 7) for n in range(1, 8)]
    db.run(partners.change_week, thread.he, offering=thread.offering, from_day=day, hours=week)
    shown = times(db, thread, day, day + timedelta(days=2))
    assert [t.open for t in shown] == [True, False, True] + [False] * 3 + [True] * 3


def test_a_holiday_and_a_made_up_sunday_are_shown_and_a_holiday_can_be_opened(
    db: Database, thread: Thread
) -> None:
    """peers 2.16: make-up Sundays were missing from a holiday library (holidays#3293)."""
    day = soon()
    sunday = day + timedelta(days=(6 - day.weekday()) % 7)
    statement = text(
        "INSERT INTO calendar_day (region, day, working, name) VALUES ('CN', :day, :working, 'x') "
        "ON CONFLICT (region, day) DO UPDATE SET working = :working"
    ).bindparams(bindparam("day", type_=Date))
    for which, working in ((day, False), (sunday, True)):
        db.run(lambda s, d=which, w=working: s.execute(statement, {"day": d, "working": w}))
    db._info["calendars"].clear()
    with db.read() as session:
        place = partners.find_offering(session, thread.he, thread.offering)
        days = {
            d.day: d
            for d in partners.days_of_places(session, place, first=day, last=day + timedelta(7))
        }
    assert days[day].holiday
    assert days[sunday].made_up
    assert not days[day].made_up
    assert days[day].capacity == 6


def test_what_has_begun_is_not_changed(db: Database, thread: Thread) -> None:
    yesterday = clock.club_today() - timedelta(days=1)
    with pytest.raises(partners.TimeIsOver):
        change(db, thread.he, Change(offering=thread.offering, day=yesterday, open=False))
    past = datetime.now(ZoneInfo("UTC")) - timedelta(hours=3)

    def move(session: object) -> None:
        session.execute(  # type: ignore[attr-defined]
            update(Slot)
            .where(Slot.public_ref == thread.slots[0])
            .values(starts_at=past, ends_at=past + timedelta(hours=1))
        )

    db.run(move)
    with pytest.raises(partners.TimeIsOver):
        change(db, thread.he, Change(slot=thread.slots[0], open=False))


def test_another_partners_places_are_not_found(db: Database, thread: Thread) -> None:
    slot, day = thread.slots[0], soon()
    for wish in (
        Change(slot=slot, capacity=1),
        Change(offering=thread.offering, day=day, capacity=1),
    ):
        with pytest.raises(NotFound):
            change(db, thread.stranger, wish)
        with pytest.raises(NotFound):
            preview(db, thread.stranger, wish)
        with pytest.raises(Forbidden):
            change(db, thread.lin, wish)
    with pytest.raises(NotFound):
        db.run(partners.overbook, thread.stranger, slot=slot, reason="mine")
    with db.read() as session, pytest.raises(NotFound):
        partners.times_of_places(
            session, thread.stranger, first=day, last=day, offering=thread.offering
        )
    with db.read() as session:
        all_theirs = partners.times_of_places(session, thread.stranger, first=day, last=day)
    assert slot not in {t.slot for t in all_theirs.items}


@pytest.mark.parametrize(
    "wish",
    [
        Change(capacity=1),
        Change(slot="S-0000000000-0", day=date(2027, 1, 1), capacity=1),
        Change(offering="O-0000000000-0", capacity=1),
        Change(offering="O-0000000000-0", day=date(2027, 1, 1)),
        Change(offering="O-0000000000-0", day=date(2027, 1, 1), capacity=1001),
        Change(offering="O-0000000000-0", day=date(2027, 1, 1), capacity=0, open=True),
    ],
)
def test_a_wish_that_says_nothing_is_not_guessed_at(
    db: Database, thread: Thread, wish: Change
) -> None:
    with pytest.raises(Malformed):
        change(db, thread.he, wish)


def test_pages_of_times_follow_each_other(db: Database, thread: Thread) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        with db.read() as session:
            page = partners.times_of_places(
                session, thread.he, first=soon(0), last=soon(20), after=cursor, limit=7
            )
        cursor = page.next
        seen += [t.slot for t in page.items]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) > 40
    assert seen[-len(thread.slots) :][:3] != []
