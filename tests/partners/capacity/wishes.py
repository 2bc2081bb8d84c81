"""A partner looks at its slots and wishes changes: what several tests of capacity do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import text

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from vipclub import bookings, partners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partners import Change, Plan, SlotCapacity


def soon(days: int = 6) -> date:
    return clock.club_today() + timedelta(days=days)


def slots_between(
    db: Database, club: SmallClub, day: date, last: date | None = None
) -> list[SlotCapacity]:
    with db.read() as session:
        found = partners.capacity_by_slot(
            session, club.he, first=day, last=last or day, offering=club.offering
        )
    return found.items


def preview(db: Database, actor: Actor, *changes: Change) -> Plan:
    with db.read() as session:
        return partners.preview_change(session, actor, changes=changes)


def change(db: Database, actor: Actor, *changes: Change, reason: str | None = None) -> Plan:
    plan: Plan = db.run(partners.change_capacity, actor, changes=changes, reason=reason)
    return plan


def closures_counted(db: Database, club: SmallClub) -> int:
    """In how many of them somebody may be left to look after."""
    with db.read() as session:
        return len(bookings.list_closures(session, club.he))


def book_members(db: Database, club: SmallClub, slot: str, members: Sequence[int] = (0,)) -> None:
    for member in members:
        db.run(
            bookings.book,
            CLUB_ACTOR,
            member=club.members[member],
            offering=club.offering,
            slot=slot,
        )


def actors_and_reasons(db: Database, action: str) -> list[tuple[str, str | None]]:
    query = text("SELECT actor_ref, reason FROM audit WHERE action = :action ORDER BY id")
    with db.read() as session:
        return [(row[0], row[1]) for row in session.execute(query, {"action": action})]
