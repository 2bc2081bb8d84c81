"""Sealing all rows anew once a key was put in force, and closing the trail's older keys."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.audit_keys import CLOSE, SigningKeys
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.key_register import HELD, IN_FORCE, ClubKey, RegisteredKey, registered
from vipclub.core.sealed_columns import SealedTable
from vipclub.core.sealing_anew import SOME, Batch, seal_noted, seal_some
from vipclub.core.unreadable_rows import noted_before
from vipclub.keys.progress import COUNTED, count_all, unreadable
from vipclub.keys.rotating import SETTLED
from vipclub.wiring import SEALED

CLUB = Actor.system("seal_anew")
AGAIN = timedelta(hours=1)
"""So often a row that opens with no key is tried again: a backup may have mended it."""


class Step(Protocol):
    def __call__(self, session: Session, table: SealedTable, *, after: int, some: int) -> Batch: ...


def seal_anew(database: Database, *, seconds: float = 240, some: int = SOME) -> dict[str, object]:
    """Seal rows that are under an older key, for so long at most; tells how many, how many are
    left, and the part that is done. Nothing to do costs two statements."""
    database.learn_keys(at_once=True)
    with database.read() as session:
        known = registered(session)
        kinds = _under_way(known)
        since = max([clock.now() - AGAIN, *(key.in_force_at for key in kinds if key.in_force_at)])
        noted = noted_before(session, since)
    if _mac_to_close(known):
        database.run(_close_older)
    until = time.monotonic() + seconds
    again = [table for table in SEALED if table.name in noted]
    sealed, damaged = _walk(database, again, partial(seal_noted, before=since), until, some)
    if not kinds:
        return {"sealed": sealed}
    more, found = _walk(database, SEALED, seal_some, until, some)
    return {"sealed": sealed + more, "damaged": damaged + found, **_left(database, kinds)}


def _walk(
    database: Database, tables: Sequence[SealedTable], step: Step, until: float, some: int
) -> tuple[int, int]:
    """Through tables by their ids, a transaction a step: how many rows were sealed, and how many
    open with no key."""
    sealed = damaged = 0
    for table in tables:
        after: int | None = 0
        while after is not None and time.monotonic() < until:
            batch = database.run(step, table, after=after, some=some)
            sealed, damaged = sealed + batch.sealed, damaged + batch.damaged
            after = batch.last_id
    return sealed, damaged


def _under_way(known: Sequence[RegisteredKey]) -> list[RegisteredKey]:
    """The keys in force under which not all rows are yet."""
    older = {key.kind for key in known if key.state == HELD and key.needed}
    return [
        key
        for key in known
        if key.kind in COUNTED
        and key.kind in older
        and key.state == IN_FORCE
        and key.sealed_at is None
    ]


def _left(database: Database, kinds: Sequence[RegisteredKey]) -> dict[str, object]:
    """How many rows are left, and of all how much is done; a key under which all are is noted, once
    nobody can be writing with another."""
    rows = left = 0
    unread: set[tuple[str, int]] = set()
    for key in kinds:
        with database.read() as session:
            of_kind, missing = count_all(session, key.kind, key.number)
            without = unreadable(session, key.kind, key.number)
        rows, left = rows + of_kind, left + missing
        unread |= {(name, row) for name, ids in without.items() for row in ids}
        if not missing and key.in_force_at and clock.now() - key.in_force_at >= SETTLED:
            database.run(_note_sealed, key)
    done = 100.0 if not left else int(1000 * (rows - left) / rows) / 10
    return {"left": left, "rows": rows, "per_cent": done, "unreadable": len(unread)}


def _note_sealed(session: Session, key: RegisteredKey) -> None:
    session.execute(
        update(ClubKey)
        .where(ClubKey.kind == key.kind, ClubKey.number == key.number, ClubKey.state == IN_FORCE)
        .values(sealed_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _mac_to_close(known: Sequence[RegisteredKey]) -> bool:
    """Whether an older MAC key was in force, and long enough ago that nobody signs with it."""
    keys = [key for key in known if key.kind == "mac" and key.in_force_at is not None]
    newest = next((key for key in keys if key.state == IN_FORCE), None)
    return (
        newest is not None
        and len(keys) > 1
        and newest.sealed_at is None
        and newest.in_force_at is not None
        and clock.now() - newest.in_force_at >= SETTLED
    )


def _close_older(session: Session) -> None:
    """From this record on, no older key signs (`audit_keys`)."""
    number = cipher_of(session).in_force.mac
    if number not in SigningKeys.of(session).closed:
        audit.write(session, CLUB, CLOSE, subject=("key", f"mac/{number}"))
    key = next(k for k in registered(session) if k.kind == "mac" and k.number == number)
    _note_sealed(session, key)
