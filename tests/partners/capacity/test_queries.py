"""Days and slots with their seats, as a partner sees them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Date, bindparam, text

from tests.partners.capacity.wishes import soon
from tests.small_club import SmallClub
from vipclub import partners
from vipclub.core.db import Database


def test_a_holiday_and_a_made_up_sunday_are_shown_and_a_holiday_can_be_opened(
    db: Database, club: SmallClub
) -> None:
    """Make-up Sundays were missing from a library of holidays (vacanza/holidays#3293)."""
    day = soon()
    sunday = day + timedelta(days=(6 - day.weekday()) % 7 or 7)
    statement = text(
        "INSERT INTO calendar_day (region, day, working, name) VALUES ('CN', :day, :working, 'x') "
        "ON CONFLICT (region, day) DO UPDATE SET working = :working"
    ).bindparams(bindparam("day", type_=Date))
    for which, working in ((day, False), (sunday, True)):
        db.run(lambda s, d=which, w=working: s.execute(statement, {"day": d, "working": w}))
    with db.read() as session:
        offering = partners.find_offering(session, club.he, club.offering)
        days = {
            d.day: d
            for d in partners.capacity_by_day(session, offering, first=day, last=day + timedelta(7))
        }
    assert days[day].holiday
    assert days[sunday].made_up
    assert not days[day].made_up
    assert days[day].capacity == 6


def test_pages_of_times_follow_each_other(db: Database, club: SmallClub) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        with db.read() as session:
            page = partners.capacity_by_slot(
                session, club.he, first=soon(0), last=soon(20), after=cursor, limit=7
            )
        cursor = page.next
        seen += [t.slot for t in page.items]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) > 40
    assert seen[-len(club.slots) :][:3] != []
