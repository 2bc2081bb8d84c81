"""When a visit is: its time, a clock set to it, and a visit moved to now."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.bookings import Appointment
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.partners import Slot


def start_of(db: Database, slot: str) -> datetime:
    with db.read() as session:
        return session.execute(select(Slot.starts_at).where(Slot.public_ref == slot)).scalar_one()


def at_the_visit(
    db: Database, slot: str, after: timedelta = timedelta(minutes=-15)
) -> AbstractContextManager[None]:
    """A quarter of an hour before the visit in a slot begins, or so long after."""
    return clock.replaying(start_of(db, slot) + after)


def move_visit_to_now(db: Database, ref: str) -> None:
    """The visit begins at this moment, so that its own day is today."""
    now = clock.now()

    def change(session: Session) -> None:
        session.execute(
            update(Appointment)
            .where(Appointment.public_ref == ref)
            .values(
                starts_at=now,
                ends_at=now + timedelta(hours=1),
                local_day=now.astimezone(ZoneInfo("Asia/Shanghai")).date(),
            )
        )

    db.run(change)
