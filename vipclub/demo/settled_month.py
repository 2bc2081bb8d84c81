"""Last month at the demo's own front desk: visits, a missed one, and the statement that came of
them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vipclub import bookings, settlement
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.demo.partners import Provider
from vipclub.demo.past_appointments import Story, as_partner

ASKED = timedelta(days=7)
NOON = time(12)


def settle(db: Database, actor: Actor, providers: list[Provider], *, home: str) -> None:
    """Play last month at `home`, and issue the statements of all months that are over."""
    story = Story(db, providers)
    desk = story.providers[home]
    for number, day in enumerate((-33, -32, -31, -31, -30, -29, -27, -26)):
        booked = story.book(home, day, place=2 * number, asked=ASKED)
        if booked is None or not story.confirm(booked, 30 + 5 * number):
            continue
        if number == 4:
            _missed(db, booked)
        else:
            story.visit(booked, ends=True)
    with db.read() as session:
        months = settlement.months_of(session, actor, partner=desk.partner)
    for month in sorted(months):
        issued_on = settlement_day(month)
        if issued_on > clock.today(desk.time_zone):
            continue
        with (
            suppress(Refused),
            clock.replaying(datetime.combine(issued_on, NOON, ZoneInfo(desk.time_zone))),
        ):
            db.run(settlement.issue_statement, actor, partner=desk.partner, month=month)


def _missed(db: Database, booked: tuple[Provider, str, datetime, datetime]) -> None:
    provider, ref, _, starts_at = booked
    with suppress(Refused), clock.replaying(starts_at + timedelta(minutes=45)):
        db.run(bookings.no_show, as_partner(provider), appointment=ref)


def settlement_day(month: date) -> date:
    """Statements are issued on the fifth.

    >>> settlement_day(date(2026, 12, 1))
    datetime.date(2027, 1, 5)
    """
    return (month + timedelta(days=32)).replace(day=5)
