"""The line for an event: one order, and where somebody stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from vipclub.events.models import Registration, registration_table

IN_ORDER = (
    Registration.tier_rank.desc(),
    Registration.wave,
    Registration.queued_at,
    Registration.id,
)
"""The highest tier first, then the wave of the invitation, then who came first."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line: how many parties and people are before, and how large the party is."""

    line: int
    people_before: int
    seats: int


def place_of(session: Session, registration_id: int) -> Place | None:
    """Where a party that waits stands; None for one that doesn't. One statement."""
    mine, r = registration_table.alias("mine"), Registration
    order: Any = tuple_(-r.tier_rank, r.wave, r.queued_at, r.id)
    own: Any = tuple_(-mine.c.tier_rank, mine.c.wave, mine.c.queued_at, mine.c.id)
    row = session.execute(
        select(
            func.count(r.id).filter(order < own).label("before"),
            func.coalesce(func.sum(r.size).filter(order < own), 0).label("people"),
            func.max(mine.c.size).label("size"),
        )
        .select_from(mine)
        .join(r, (r.event_id == mine.c.event_id) & (r.state == "waitlisted"))
        .where(mine.c.id == registration_id, mine.c.state == "waitlisted")
    ).one()
    if row.size is None:
        return None
    return Place(int(row.before) + 1, int(row.people), int(row.size))
