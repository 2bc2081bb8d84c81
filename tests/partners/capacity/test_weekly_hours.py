"""A new week from a day on: what closes, what opens, and whose hours may be changed."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from tests.cast import CLUB_ACTOR, partner_actor
from tests.partners.capacity.wishes import (
    book_members,
    change,
    closures_counted,
    slots_between,
    soon,
)
from tests.small_club import ANY_NAME, SmallClub
from vipclub import partners
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.partners import Change, Hours, HoursNotAccepted


@pytest.mark.pain(13)
def test_the_closing_hour_is_exclusive_and_the_visit_fits_in_a_new_week(
    db: Database, club: SmallClub
) -> None:
    """Elsewhere times beyond closing were offered (openemr/openemr#13803)."""
    week = [Hours(day, time(9), time(10, 45), 30, 1) for day in range(1, 8)]
    db.run(partners.change_week, club.he, offering=club.offering, from_day=soon(), hours=week)
    open_times = [t for t in slots_between(db, club, soon()) if t.open]
    assert [t.start.strftime("%H:%M") for t in open_times] == ["09:00", "09:30"]
    assert all(t.end.time() <= time(10, 45) for t in open_times)


def test_a_new_week_holds_from_its_day_on(db: Database, club: SmallClub) -> None:
    """Who would be stranded by changed hours (calcom/cal.com#8768) is counted before."""
    day, slot = soon(), club.slots[0]
    book_members(db, club, slot)
    week = [Hours(n, time(10), time(13), 60, 3) for n in range(1, 8)]
    arguments: dict[str, Any] = {"offering": club.offering, "from_day": day, "hours": week}
    with db.read() as session:
        said = partners.preview_week(session, club.he, **arguments)
    done = db.run(partners.change_week, club.he, **arguments)
    assert (said.times, said.made, said.people) == (done.times, done.made, 1)
    assert closures_counted(db, club) == 1

    before, after = day - timedelta(days=1), slots_between(db, club, day)
    assert [t.start.hour for t in slots_between(db, club, before) if t.open] == [9, 10, 11]
    assert [(t.start.hour, t.capacity) for t in after if t.open] == [(10, 3), (11, 3), (12, 3)]
    partners.open_slots(db, days=120)
    assert [t.start.hour for t in slots_between(db, club, before) if t.open] == [9, 10, 11]

    old = [Hours(n, time(9), time(12), 60, 2) for n in range(1, 8)]
    db.run(partners.change_week, club.he, offering=club.offering, from_day=day, hours=old)
    assert [t.start.hour for t in slots_between(db, club, day) if t.open] == [9, 10, 11]


def test_a_new_week_opens_nothing_that_the_partner_closed(db: Database, club: SmallClub) -> None:
    day, slot = soon(), club.slots[1]
    change(db, club.he, Change(slot=slot, open=False))
    change(db, club.he, Change(offering=club.offering, day=day + timedelta(days=1), open=False))
    week = [Hours(n, time(9), time(12), 60, 7) for n in range(1, 8)]
    db.run(partners.change_week, club.he, offering=club.offering, from_day=day, hours=week)
    shown = slots_between(db, club, day, day + timedelta(days=2))
    assert [t.open for t in shown] == [True, False, True] + [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    "hours",
    [
        [Hours(1, time(9), time(9, 30), 60, 1)],
        [Hours(1, time(9), time(12), 60, 1), Hours(1, time(11), time(14), 60, 1)],
    ],
    ids=["no visit fits", "they overlap"],
)
def test_hours_that_cannot_be_are_refused(
    db: Database, club: SmallClub, hours: list[Hours]
) -> None:
    with pytest.raises(HoursNotAccepted):
        db.run(partners.set_weekly_capacity, CLUB_ACTOR, offering=club.offering, hours=hours)


def test_a_partner_changes_its_own_hours_and_nobody_elses(db: Database, club: SmallClub) -> None:
    hours = [Hours(1, time(9), time(12), 60, 9)]
    own, other = partner_actor(club.partner), partner_actor(club.other_partner)
    db.run(partners.set_weekly_capacity, own, offering=club.offering, hours=hours)
    with pytest.raises(NotFound):
        db.run(partners.set_weekly_capacity, other, offering=club.offering, hours=hours)
    with pytest.raises(Forbidden):
        db.run(partners.create_partner, own, name=ANY_NAME)
