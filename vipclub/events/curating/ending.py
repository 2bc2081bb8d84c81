"""Events end by themselves: drafts whose day has passed are dropped, registration closes, and what
took place is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.steps import Step
from vipclub.events.finding import EventRow, lock_event
from vipclub.events.models import Event, event_table
from vipclub.events.steps import EVENT_STEPS

CLUB = Actor.system("end_events")
DROP, CLOSE, HOLD = EVENT_STEPS["drop"], EVENT_STEPS["close"], EVENT_STEPS["hold"]
BATCH = 500


def end_events(db: Database) -> int:
    """Gives how many went on to another state."""
    with db.read() as session:
        ids = session.scalars(
            select(Event.id).where(_due(clock.now())).order_by(Event.starts_at).limit(BATCH)
        ).all()
    return sum(db.each(ids, _end_one))


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(DROP.at(Event.state), Event.starts_at <= now),
        and_(CLOSE.at(Event.state), Event.register_until <= now),
        and_(HOLD.at(Event.state), Event.ends_at <= now),
    )


def _end_one(session: Session, event_id: int) -> bool:
    now, row = clock.now(), lock_event(session, event_id)
    step = _step(row, now)
    if step is None:
        return False
    EVENT_STEPS.move(
        session, event_table, row.id, step, row.state, step.target, version=row.version + 1
    )
    audit.write(session, CLUB, f"event.{step.name}", subject=("event", row.ref), at=now)
    return True


def _step(row: EventRow, now: datetime) -> Step[Any] | None:
    if row.state in HOLD.sources and row.ends_at <= now:
        return HOLD
    if row.state in CLOSE.sources and row.register_until <= now:
        return CLOSE
    if row.state in DROP.sources and row.starts_at <= now:
        return DROP
    return None
