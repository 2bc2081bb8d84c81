"""What waits comes to its end: a wait that is over, a resolved case that nobody came back to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vipclub.assistance.cases.handling import Act
from vipclub.assistance.models import Case
from vipclub.assistance.steps import MACHINE
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database

BATCH = 200
ACTOR = Actor.system("end_cases")


def end_waits(db: Database) -> int:
    """Cases whose wait is over go on; gives how many."""
    now = clock.now()
    return sum(db.each(_refs(db, "waiting", Case.wait_until <= now), _end_wait, now=now))


def close_resolved(db: Database) -> int:
    """Cases that were resolved a week ago and not reopened are closed; gives how many."""
    now = clock.now()
    return sum(db.each(_refs(db, "resolved", Case.close_at <= now), _close, now=now))


def _refs(db: Database, state: str, over: ColumnElement[bool]) -> list[str]:
    with db.read() as session:
        rows = session.scalars(
            select(Case.public_ref).where(Case.state == state, over).order_by(Case.id).limit(BATCH)
        )
        return list(rows)


def _end_wait(session: Session, ref: str, now: datetime) -> bool:
    act = Act(session, ACTOR, ref)
    until = act.case.wait_until
    if act.case.state != "waiting" or until is None or until > now:
        return False
    act.wake()
    act.finish("case.wait_over", wait_until=None)
    return True


def _close(session: Session, ref: str, now: datetime) -> bool:
    act = Act(session, ACTOR, ref)
    at = act.case.close_at
    if act.case.state != "resolved" or at is None or at > now:
        return False
    act.step = MACHINE["close"]
    act.write("closed", for_member=True)
    act.finish("case.close", close_at=None)
    return True
