"""Events of `salons.toml`: a salon that is full, with a waiting list; a seminar on its way; a salon
in Hong Kong for which nobody has registered yet; one that was held; a private visit in review. Each
step is by the person whose step it is, under the clock of its day."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from vipclub import benefits, events, membership, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.core.types import Localized
from vipclub.demo import cast
from vipclub.demo.in_progress import as_staff
from vipclub.demo.past_appointments import as_member
from vipclub.events import AgendaItem, EventGiven, Guest

SOURCE = Path(__file__).with_name("salons.toml")
SHANGHAI = "310000"
DRAFTED = timedelta(days=16)
"""So long ago events were drafted and published, the one that was held twice as long."""
PARTIES = (2, 1, 2, 2, 1, 2, 1, 2, 1, 2, 1, 2, 2, 1)
"""How many people come together, in the order in which they register."""
REGISTERED = {"full": 10, "seminar": 12, "held": 3}
"""So many parties, of which those who find no seat wait."""
NAMES = ("周雅琴", "林小满", "郑一鸣", "何嘉怡")


@dataclass(frozen=True)
class Salons:
    """References: an event on its way, and one that is full."""

    event: str
    full_event: str


def play(db: Database, *, lin: str) -> Salons:
    """All of it."""
    manager = _staff(db, "manager", ("portfolio", "/".join(cast.MANAGER)))
    operator = _staff(db, "operations", ("all", "*"))
    said = tomllib.loads(SOURCE.read_text("utf-8"))
    with clock.replaying(clock.now() - 2 * DRAFTED):
        held = _published(db, manager, operator, said["held"], DRAFTED * 2)
        _register(db, held, _members(db, "wealth-salon", lin), REGISTERED["held"])
    _arrive(db, operator, held)
    with clock.replaying(clock.now() - DRAFTED):
        full = _published(db, manager, operator, said["full"], DRAFTED)
        seminar = _published(db, manager, operator, said["seminar"], DRAFTED)
        _published(db, manager, operator, said["open"], DRAFTED)
    with clock.replaying(clock.now() - timedelta(days=3)):
        salon_goers = _members(db, "wealth-salon", lin)
        _register(db, full, salon_goers, REGISTERED["full"])
        _register(db, seminar, _members(db, "health-seminar", lin), REGISTERED["seminar"])
        _join(db, full, lin, 2)
    with clock.replaying(clock.now() - timedelta(hours=20)):
        review = db.run(
            events.draft_event, operator, given=_given(said["review"], timedelta(hours=20))
        )
        db.run(events.submit_event, operator, event=review)
    events.end_events(db)
    events.end_registrations(db)
    return Salons(event=seminar, full_event=full)


def _arrive(db: Database, operator: Actor, held: str) -> None:
    """At the door all come but the last, who is absent."""
    with db.read() as session:
        doors = events.event(session, operator, held).doors
        parties = events.registrations_of_event(session, operator, event=held)
        tickets = [events.ticket_of(session, one.id) for one in parties]
    for number, code in enumerate(tickets[:-1]):
        with clock.replaying(doors + timedelta(minutes=4 * number)):
            db.run(events.check_in, operator, event=held, code=code, nonce=f"door-{number:08}")


def _staff(db: Database, role: str, *scopes: tuple[str, str]) -> Actor:
    somebody = next(one for one in cast.STAFF if one.role == role)
    return as_staff(db, somebody, frozenset(scopes))


def _published(
    db: Database, manager: Actor, operator: Actor, said: dict[str, Any], ago: timedelta
) -> str:
    event: str = db.run(events.draft_event, manager, given=_given(said, ago))
    db.run(events.submit_event, manager, event=event)
    db.run(events.publish_event, operator, event=event)
    return event


def _given(said: dict[str, Any], ago: timedelta) -> EventGiven:
    """What is said of an event; its day counts from the present, which lies `ago` ahead."""
    zone = ZoneInfo(said.get("time_zone", clock.club_zone()))
    today = (clock.now() + ago).astimezone(zone).date()
    day = today + timedelta(days=said["days"])
    start = datetime(day.year, day.month, day.day, said["hour"], tzinfo=zone)
    texts: dict[str, Any] = {
        name: Localized.from_json(said[name]) if name in said else None
        for name in ("title", "summary", "venue", "address", "travel", "dress")
    }
    return EventGiven(
        kind=said["kind"],
        city_code=said.get("city_code", SHANGHAI),
        time_zone=zone.key,
        starts_at=start,
        ends_at=start + timedelta(hours=said["hours"]),
        doors_at=start - timedelta(minutes=30),
        register_until=start - timedelta(days=1),
        cancel_until=start - timedelta(days=2),
        seats=said["seats"],
        guests_at_most=said["guests"],
        benefit=said.get("benefit"),
        languages=said.get("languages", ["mandarin"]),
        agenda=[AgendaItem.from_json(item) for item in said.get("agenda", ())],
        picture=said["picture"],
        series=said.get("series", ""),
        **texts,
    )


def _members(db: Database, benefit: str, lin: str) -> list[str]:
    """Who may come, the manager's own members among them: the latest first."""
    p, m, a = people.Person, membership.Membership, benefits.EntitlementAccount
    today = clock.club_today()
    with db.read() as session:
        found = session.scalars(
            select(p.public_ref)
            .join(m, m.person_id == p.id)
            .join(a, a.person_id == p.id)
            .join(benefits.Benefit, benefits.Benefit.id == a.benefit_id)
            .where(
                people.is_survivor(p),
                membership.running_on(today),
                benefits.Benefit.code == benefit,
                a.year == today.year,
                a.remaining >= 2,
                p.public_ref != lin,
            )
            .order_by(p.id.desc())
            .limit(4 * max(REGISTERED.values()))
        )
        return list(dict.fromkeys(found))


def _register(db: Database, event: str, members: list[str], parties: int) -> None:
    """So many parties, an hour after each other. What a rule refuses didn't happen."""
    begun = clock.now()
    for number, member in enumerate(members[:parties]):
        with clock.replaying(begun + timedelta(hours=number)):
            _join(db, event, member, PARTIES[number % len(PARTIES)])


def _join(db: Database, event: str, member: str, size: int) -> None:
    guests = [Guest(NAMES[number % len(NAMES)], 40) for number in range(size - 1)]
    with suppress(Refused):
        db.run(events.register, as_member(member), event=event, member=member, guests=guests)
