"""Taking a seat and giving it back: a statement each, the last lock of a transaction."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from vipclub.core.added_rows import run_with_added
from vipclub.partners.models import Slot

_slot: Table = Slot.__table__  # type: ignore[assignment]

_take = (
    update(_slot)
    .where(
        _slot.c.id == bindparam("slot_id"),
        _slot.c.open.is_(True),
        _slot.c.taken + _slot.c.reserved < _slot.c.capacity,
    )
    .values(taken=_slot.c.taken + 1)
)
_give_back = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot_id"), _slot.c.taken >= bindparam("seats"))
    .values(taken=_slot.c.taken - bindparam("seats"))
)


def take_seat(session: Session, slot_id: int) -> bool:
    """One seat of a slot, by one guarded UPDATE; False when the slot is full or closed. The guard
    decides, nothing that was read before."""
    return run_with_added(session, _take, {"slot_id": slot_id}).rowcount == 1


def give_back_seat(session: Session, slot_id: int, seats: int = 1) -> bool:
    """Give `seats` of a slot back, by one UPDATE; False when so many were not taken."""
    done = run_with_added(session, _give_back, {"slot_id": slot_id, "seats": seats})
    return done.rowcount == 1
