"""Taking a seat and giving it back: a statement each, the last lock of a transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from vipclub.core.added_rows import guard_last
from vipclub.core.built_statements import run_built
from vipclub.partners.models import Slot

_slot: Table = Slot.__table__  # type: ignore[assignment]

_take = (
    update(_slot)
    .where(
        _slot.c.id == bindparam("of_slot"),
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
    return run_built(session, _take, {"of_slot": slot_id}).rowcount == 1


def take_seat_last(session: Session, slot_id: int, refuse: Callable[[], NoReturn]) -> None:
    """The same as the last statement of a transaction; `refuse` raises when the slot is full or
    closed, on PostgreSQL perhaps only when the transaction ends (`guard_last`)."""
    guard_last(session, _take, {"of_slot": slot_id}, refuse)


def give_back_seat(session: Session, slot_id: int, seats: int = 1) -> bool:
    """Give `seats` of a slot back, by one UPDATE; False when so many were not taken."""
    done = run_built(session, _give_back, {"slot_id": slot_id, "seats": seats})
    return done.rowcount == 1
