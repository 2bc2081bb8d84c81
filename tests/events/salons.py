"""Salons for tests: what is said of one, and one that is published."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from vipclub import events
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.types import Localized
from vipclub.events import Event, EventGiven, Guest, Registration, RegistrationMade

TITLE = Localized("茶与投资", "茶與投資", "Tea and investing")
VENUE = Localized("外滩会所", "外灘會所", "The Bund house")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def in_days(days: int, hour: int = 14) -> datetime:
    """That hour on Shanghai's wall, so many days ahead."""
    day = clock.now().astimezone(SHANGHAI).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def given(*, days: int = 10, **said: Any) -> EventGiven:
    """What is said of a salon: ten seats, one guest a member, in ten days."""
    start = in_days(days)
    usual: dict[str, Any] = {
        "kind": "wealth_salon",
        "title": TITLE,
        "summary": TITLE,
        "venue": VENUE,
        "address": VENUE,
        "city_code": "310000",
        "time_zone": "Asia/Shanghai",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "doors_at": start - timedelta(minutes=30),
        "register_until": start - timedelta(days=1),
        "cancel_until": start - timedelta(days=2),
        "seats": 10,
        "guests_at_most": 1,
        "benefit": "wealth-salon",
    }
    return EventGiven(**usual | said)


def a_salon(db: Database, **said: Any) -> str:
    """A published salon; gives its reference."""
    ref: str = db.run(events.draft_event, CLUB_ACTOR, given=given(**said))
    db.run(events.submit_event, CLUB_ACTOR, event=ref)
    db.run(events.publish_event, CLUB_ACTOR, event=ref)
    return ref


def register(
    db: Database, actor: Actor, salon: str, member: str, guests: int = 0
) -> RegistrationMade:
    """A member with so many guests."""
    named = [Guest(f"Guest {n}", 40) for n in range(1, guests + 1)]
    return db.run(events.register, actor, event=salon, member=member, guests=named)


def seats(db: Database, salon: str) -> tuple[int, int]:
    """Taken and reserved."""
    with db.read() as session:
        row = session.execute(
            select(Event.taken, Event.reserved).where(Event.public_ref == salon)
        ).one()
    return row.taken, row.reserved


def state(db: Database, registration: str) -> str:
    """Of a registration."""
    with db.read() as session:
        found = select(Registration.state).where(Registration.public_ref == registration)
        return str(session.execute(found).scalar_one())
