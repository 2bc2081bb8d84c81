"""A partner looks at its slots and wishes changes: what several tests of capacity do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import text

from tests.cast import Thread
from vipclub import bookings, partners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partners import Change, Plan, SlotCapacity

CLUB = Actor.system("tests")


def soon(days: int = 6) -> date:
    return clock.club_today() + timedelta(days=days)


def times(db: Database, thread: Thread, day: date, last: date | None = None) -> list[SlotCapacity]:
    with db.read() as session:
        found = partners.capacity_by_slot(
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
