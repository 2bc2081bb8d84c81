"""Sealing all rows anew once a key was put in force, and closing the trail's older keys."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.audit_keys import CLOSE, SigningKeys
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.key_register import HELD, IN_FORCE, ClubKey, RegisteredKey, registered
from vipclub.core.sealing_anew import SOME, seal_some
from vipclub.keys.progress import COUNTED, count_all
from vipclub.keys.rotating import SETTLED
from vipclub.wiring import SEALED

CLUB = Actor.system("seal_anew")


def seal_anew(database: Database, *, seconds: float = 240, some: int = SOME) -> dict[str, object]:
    """Seal rows that are under an older key, for so long at most; tells how many, how many are
    left, and the part that is done. Nothing to do costs one statement."""
    database.learn_keys(at_once=True)
    with database.read() as session:
        known = registered(session)
    if _mac_to_close(known):
        database.run(_close_older)
    kinds = _under_way(known)
    if not kinds:
        return {"sealed": 0}
    until = time.monotonic() + seconds
    sealed = damaged = 0
    for table in SEALED:
        after: int | None = 0
        while after is not None and time.monotonic() < until:
            batch = database.run(seal_some, table, after=after, some=some)
            sealed, damaged = sealed + batch.sealed, damaged + batch.damaged
            after = batch.last_id
    return {"sealed": sealed, "damaged": damaged, **_left(database, kinds)}


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
    for key in kinds:
        with database.read() as session:
            of_kind, missing = count_all(session, key.kind, key.number)
        rows, left = rows + of_kind, left + missing
        if not missing and key.in_force_at and clock.now() - key.in_force_at >= SETTLED:
            database.run(_note_sealed, key)
    done = 100.0 if not left else int(1000 * (rows - left) / rows) / 10
    return {"left": left, "rows": rows, "per_cent": done}


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
