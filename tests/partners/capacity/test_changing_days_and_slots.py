"""Changing days and slots: what the preview says is what is done; nobody loses a seat by it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from tests.cast import CLUB_ACTOR
from tests.partners.capacity.wishes import (
    book_members,
    change,
    closures_counted,
    preview,
    slots_between,
    soon,
)
from tests.small_club import ANY_NAME, SmallClub
from vipclub import bookings, partners
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.partners import Change, Hours, Plan, Slot


def test_the_preview_says_what_the_change_does_and_changes_nothing(
    db: Database, club: SmallClub
) -> None:
    day = soon()
    wish = Change(offering=club.offering, day=day, capacity=5)
    said = preview(db, club.he, wish)
    assert (len(said.times), said.added, said.removed, said.people) == (3, 9, 0, 0)
    assert [t.capacity for t in slots_between(db, club, day)] == [2, 2, 2]
    done = change(db, club.he, wish)
    assert done == said
    assert [t.capacity for t in slots_between(db, club, day)] == [5, 5, 5]
    assert change(db, club.he, wish) == Plan()
    assert [t.capacity for t in slots_between(db, club, day + timedelta(days=1))] == [2, 2, 2]


@pytest.mark.promise("P1")
def test_places_never_fall_below_the_people_who_have_one_and_the_excess_is_listed(
    db: Database, club: SmallClub
) -> None:
    slot = club.slots[0]
    book_members(db, club, slot, (0, 1))
    wish = Change(slot=slot, capacity=1)
    said = preview(db, club.he, wish)
    assert [(hit.capacity, hit.people, hit.excess) for hit in said.times] == [(2, 2, 1)]
    assert said.excess == 1
    assert change(db, club.he, wish) == said
    first = slots_between(db, club, soon())[0]
    assert (first.slot, first.capacity, first.taken, first.free) == (slot, 2, 2, 0)


def test_an_hour_closes_and_opens_again(db: Database, club: SmallClub) -> None:
    slot = club.slots[1]
    plan = change(db, club.he, Change(slot=slot, open=False))
    assert (len(plan.closing), plan.removed, closures_counted(db, club)) == (1, 2, 0)
    assert [t.open for t in slots_between(db, club, soon())] == [True, False, True]
    with pytest.raises(bookings.SlotFull):
        book_members(db, club, slot)
    assert change(db, club.he, Change(slot=slot, open=True)).added == 2
    book_members(db, club, slot)


def test_a_closed_day_stays_closed_when_the_slots_are_made_again(
    db: Database, club: SmallClub
) -> None:
    near, far = soon(), soon(60)
    for number, day in enumerate((near, far), 1):
        plan = change(db, club.he, Change(offering=club.offering, day=day, open=False))
        assert [hit.capacity for hit in plan.days] == [0]
        assert closures_counted(db, club) == number
    partners.open_slots(db, days=90)
    assert [t.open for t in slots_between(db, club, near)] == [False] * 3
    assert slots_between(db, club, far) == []
    plan = change(db, club.he, Change(offering=club.offering, day=far, open=True))
    assert (plan.made, plan.made_seats) == (3, 6)
    assert [t.open for t in slots_between(db, club, far)] == [True] * 3
    plan = change(db, club.he, Change(offering=club.offering, day=near, capacity=4))
    assert [(t.open, t.capacity) for t in slots_between(db, club, near)] == [(True, 4)] * 3
    assert plan.added == 12


def test_a_whole_site_closes_for_a_day(db: Database, club: SmallClub) -> None:
    with db.read() as session:
        site = partners.find_offering(session, CLUB_ACTOR, club.offering).site
    second = db.run(
        partners.create_offering,
        CLUB_ACTOR,
        site=site,
        service="health-check",
        name=ANY_NAME,
        minutes=60,
        on_holidays=True,
    )
    week = [Hours(day, time(9), time(12), 60, 1) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB_ACTOR, offering=second, hours=week)
    partners.open_slots(db, days=30)
    plan = change(db, club.he, Change(site=site, day=soon(), open=False))
    assert {hit.offering for hit in plan.closing} == {club.offering, second}
    assert len(plan.closing) == 6
    assert closures_counted(db, club) == 1


@pytest.mark.pain(10)
def test_a_bare_date_is_the_sites_local_day(db: Database, club: SmallClub) -> None:
    """Elsewhere a day's query lost the morning and leaked the next day (calcom/cal.com#17844)."""
    site = db.run(
        partners.create_site,
        CLUB_ACTOR,
        partner=club.partner,
        name=ANY_NAME,
        address=ANY_NAME,
        city_code="990044",
        time_zone="Pacific/Auckland",
        region="NZ",
    )
    offering = db.run(
        partners.create_offering,
        CLUB_ACTOR,
        site=site,
        service="health-check",
        name=ANY_NAME,
        minutes=60,
        on_holidays=True,
    )
    week = [Hours(day, time(0), time(23, 59), 180, 1) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB_ACTOR, offering=offering, hours=week)
    partners.open_slots(db, days=30)
    zone = ZoneInfo("Pacific/Auckland")
    day = clock.today("Pacific/Auckland") + timedelta(days=9)
    plan = change(db, club.he, Change(offering=offering, day=day, open=False))
    assert [hit.start.strftime("%H:%M") for hit in plan.closing] == [
        "00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"
    ]  # fmt: skip
    assert {hit.start.date() for hit in plan.closing} == {day}
    with db.read() as session:
        closed = session.scalars(select(Slot.starts_at).where(Slot.open.is_(False))).all()
    assert {moment.astimezone(zone).date() for moment in closed} == {day}


def test_what_has_begun_is_not_changed(db: Database, club: SmallClub) -> None:
    yesterday = clock.club_today() - timedelta(days=1)
    with pytest.raises(partners.TimeIsOver):
        change(db, club.he, Change(offering=club.offering, day=yesterday, open=False))
    past = datetime.now(ZoneInfo("UTC")) - timedelta(hours=3)

    def move(session: object) -> None:
        session.execute(  # type: ignore[attr-defined]
            update(Slot)
            .where(Slot.public_ref == club.slots[0])
            .values(starts_at=past, ends_at=past + timedelta(hours=1))
        )

    db.run(move)
    with pytest.raises(partners.TimeIsOver):
        change(db, club.he, Change(slot=club.slots[0], open=False))


def test_another_partners_places_are_not_found(db: Database, club: SmallClub) -> None:
    slot, day = club.slots[0], soon()
    for wish in (
        Change(slot=slot, capacity=1),
        Change(offering=club.offering, day=day, capacity=1),
    ):
        with pytest.raises(NotFound):
            change(db, club.stranger, wish)
        with pytest.raises(NotFound):
            preview(db, club.stranger, wish)
        with pytest.raises(Forbidden):
            change(db, club.lin, wish)
    with pytest.raises(NotFound):
        db.run(partners.overbook, club.stranger, slot=slot, reason="mine")
    with db.read() as session, pytest.raises(NotFound):
        partners.capacity_by_slot(
            session, club.stranger, first=day, last=day, offering=club.offering
        )
    with db.read() as session:
        all_theirs = partners.capacity_by_slot(session, club.stranger, first=day, last=day)
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
    db: Database, club: SmallClub, wish: Change
) -> None:
    with pytest.raises(Malformed):
        change(db, club.he, wish)
