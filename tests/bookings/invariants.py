"""What must be true of the whole club after anything, as `vipclub verify` looks at it."""

from __future__ import annotations

from sqlalchemy import func, select

from vipclub.bookings import LIVE, Appointment
from vipclub.core.db import Database
from vipclub.core.invariants import verify
from vipclub.partners import Slot
from vipclub.wiring import INVARIANTS

SEATED = [*LIVE, "fulfilled", "noshow"]


def broken_invariants(db: Database) -> list[str]:
    """All that is broken, in words; nothing when all is well."""
    return [str(one) for outcome in verify(db, INVARIANTS) for one in outcome.broken]


def seats_and_capacity(db: Database) -> dict[str, tuple[int, int]]:
    """Slot -> (appointments that take a seat, capacity), for the slots that have any."""
    with db.read() as session:
        rows = session.execute(
            select(Slot.public_ref, func.count(), Slot.capacity)
            .join(Appointment, Appointment.slot_id == Slot.id)
            .where(Appointment.state.in_(SEATED))
            .group_by(Slot.id)
        )
        return {ref: (count, capacity) for ref, count, capacity in rows}
