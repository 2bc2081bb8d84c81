"""A new week from a day on: what closes, what opens, and whose hours may be changed."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from tests.cast import TEXT, Thread, partner_actor
from tests.partners.capacity.wishes import CLUB, book, change, closures, soon, times
from vipclub import partners
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.partners import Change, Hours, HoursNotAccepted


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


@pytest.mark.parametrize(
    "hours",
    [
        [Hours(1, time(9), time(9, 30), 60, 1)],
        [Hours(1, time(9), time(12), 60, 1), Hours(1, time(11), time(14), 60, 1)],
    ],
    ids=["no visit fits", "they overlap"],
)
def test_hours_that_cannot_be_are_refused(db: Database, thread: Thread, hours: list[Hours]) -> None:
    with pytest.raises(HoursNotAccepted):
        db.run(partners.set_weekly_capacity, CLUB, offering=thread.offering, hours=hours)


def test_a_partner_changes_its_own_hours_and_nobody_elses(db: Database, thread: Thread) -> None:
    hours = [Hours(1, time(9), time(12), 60, 9)]
    own, other = partner_actor(thread.partner), partner_actor(thread.other_partner)
    db.run(partners.set_weekly_capacity, own, offering=thread.offering, hours=hours)
    with pytest.raises(NotFound):
        db.run(partners.set_weekly_capacity, other, offering=thread.offering, hours=hours)
    with pytest.raises(Forbidden):
        db.run(partners.create_partner, own, name=TEXT)
