"""What waits in the outbox and what was given up, for the figures: both are found by an index of
their own, however many rows are done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal_column, select
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.outbox_rows import OutboxRow
from vipclub.core.outbox_steps import GIVE_UP, PUT
from vipclub.core.types import UtcDateTime

_WAITING: ColumnElement[str] = literal_column(f"'{PUT.target}'")
_DEAD: ColumnElement[str] = literal_column(f"'{GIVE_UP.target}'")
"""Written out: an index of a part of the rows is used for no value that is sent apart."""
COUNTED = 10_000
"""So many that wait are counted, the first due first: more makes no difference to an alarm."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Of one kind: how much waits, how much of it was tried and failed, how much was given up, and
    how long the oldest has been due."""

    waiting: int = 0
    retrying: int = 0
    dead: int = 0
    oldest_seconds: float = 0.0


def backlog(session: Session) -> Mapping[str, Backlog]:
    """By kind, those only of which there is something. Two statements."""
    box, now = OutboxRow, clock.now()
    waits = (
        select(box.kind, box.attempts, box.due_at)
        .where(box.state == _WAITING)
        .order_by(box.due_at, box.id)
        .limit(COUNTED)
        .subquery()
    )
    waiting = session.execute(
        select(
            waits.c.kind,
            func.count(),
            func.sum(case((waits.c.attempts > 0, 1), else_=0)),
            func.min(waits.c.due_at, type_=UtcDateTime),
        ).group_by(waits.c.kind)
    )
    dead = session.execute(
        select(box.kind, func.count()).where(box.state == _DEAD).group_by(box.kind)
    )
    given_up = {row[0]: row[1] for row in dead}
    found = {kind: Backlog(dead=count) for kind, count in given_up.items()}
    for kind, count, tried, oldest in waiting:
        found[kind] = Backlog(count, tried, given_up.get(kind, 0), _overdue(oldest, now))
    return found


def _overdue(due: datetime, now: datetime) -> float:
    return max(0.0, (now - due).total_seconds())
