"""How many rows are under which key: counted in the tables themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from vipclub.core.key_register import IN_FORCE, RegisteredKey, registered
from vipclub.core.sealing_anew import (
    count_ending,
    count_rows,
    count_under,
    kinds_of,
    unreadable_rows,
    unreadable_under,
)
from vipclub.wiring import ENDING, SEALED

COUNTED = ("encryption", "index")


@dataclass(frozen=True, slots=True)
class Standing:
    """A key as it stands. Of a key in force `left` rows of `rows` are not under it yet; None for
    kinds whose rows are never written anew. `unreadable` has the ids, by table, of those that never
    will be, since they open with no key."""

    key: RegisteredKey
    rows: int | None
    left: int | None
    unreadable: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def per_cent(self) -> float | None:
        """Of all rows, those that need nothing more; rounded down, so that 100 is all."""
        if self.rows is None or self.left is None:
            return None
        done = self.rows - self.left
        return 100.0 if not self.left else int(1000 * done / self.rows) / 10


def standings(session: Session) -> list[Standing]:
    """All keys of the register; rows are counted for those in force."""
    found = []
    for key in registered(session):
        if key.state == IN_FORCE and key.kind in COUNTED:
            counts = count_all(session, key.kind, key.number)
            found.append(Standing(key, *counts, unreadable(session, key.kind, key.number)))
        else:
            found.append(Standing(key, None, None))
    return found


def count_all(session: Session, kind: str, number: int) -> tuple[int, int]:
    """Rows that are written with a key of a kind, and those not under this one."""
    counts = [count_rows(session, t, kind, number) for t in SEALED if kind in kinds_of(t)]
    return sum(rows for rows, _ in counts), sum(left for _, left in counts)


def unreadable(session: Session, kind: str, number: int) -> dict[str, list[int]]:
    """By table, the ids of rows that don't come under this key, since they open with none."""
    found = {
        t.name: unreadable_rows(session, t, kind, number) for t in SEALED if kind in kinds_of(t)
    }
    return {name: ids for name, ids in found.items() if ids}


def unreadable_needing(session: Session, kind: str, number: int) -> dict[str, list[int]]:
    """By table, the ids of rows that are under this key and open with none."""
    found = {
        t.name: unreadable_under(session, t, kind, number) for t in SEALED if kind in kinds_of(t)
    }
    return {name: ids for name, ids in found.items() if ids}


def count_needed(session: Session, kind: str, number: int) -> dict[str, int]:
    """By table, the rows that need a key, those that open with none among them."""
    found = {
        table.name: count_under(session, table, kind, number)
        for table in SEALED
        if kind in kinds_of(table)
    }
    if kind == "index":
        found |= {
            ending.model.__tablename__: count_ending(session, ending, number) for ending in ENDING
        }
    return {name: rows for name, rows in found.items() if rows}
