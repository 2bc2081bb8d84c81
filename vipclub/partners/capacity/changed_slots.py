"""The slots that a change of capacity reads, under their locks, and writes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from vipclub.core.db import for_no_key_update
from vipclub.core.rows import AnySelect, columns_of, rows_as
from vipclub.partners.capacity.change_plan import SlotRow, TimeHit
from vipclub.partners.models import Slot

_slot: Table = Slot.__table__  # type: ignore[assignment]
_write = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot_id"))
    .values(capacity=bindparam("seats"), open=bindparam("is_open"), planned=bindparam("is_planned"))
)
SLOTS = select(*columns_of(SlotRow, _slot)).order_by(_slot.c.id)
"""Slots in the order of their locks, for a change to narrow."""


def slots_meant(session: Session, statement: AnySelect, *, lock: bool) -> list[SlotRow]:
    """The slots of a statement narrowed from `SLOTS`; with `lock` they stay locked until the
    transaction ends. One statement."""
    rows = session.execute(for_no_key_update(statement, of=_slot) if lock else statement)
    return rows_as(SlotRow, rows)


def write_slots(session: Session, hits: Iterable[TimeHit | None]) -> None:
    """The slots as they shall be, in the order of their ids. One statement; the CHECK that no slot
    is oversold stands behind it."""
    values = [
        {
            "slot_id": hit.id,
            "seats": hit.capacity,
            "is_open": hit.open,
            "is_planned": hit.planned,
        }
        for hit in sorted((h for h in hits if h and h.changes), key=lambda hit: hit.id)
    ]
    if values:
        session.connection().execute(_write, values)
