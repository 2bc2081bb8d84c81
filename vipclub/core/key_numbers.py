"""Which key of each kind is written with, asked of the register before anything else is: by every
process at its start and twice a minute from then on (`Database.learn_keys`).

This stands below the tables, so it asks in plain SQL; `key_register` has the table.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from vipclub.core.crypto import KINDS, KeysInForce
from vipclub.core.database_errors import is_absent
from vipclub.core.rows import AnyRow

LOOK_SECONDS = 30
AWAY_SECONDS = 2
"""So long a database that was away isn't asked again: a page would wait for it twice."""
QUESTION = text("SELECT kind, number, check_value, state FROM club_key")


def ask_in_force(connection: Connection) -> KeysInForce | None:
    """None for a club whose keys aren't in the register yet, or that has no register."""
    try:
        rows = connection.execute(QUESTION).all()
    except (OperationalError, ProgrammingError) as error:
        if is_absent(error, "club_key"):
            return None
        raise
    return in_force_of(rows)


def in_force_of(rows: Iterable[AnyRow]) -> KeysInForce | None:
    """What the register says, as a cipher wants it."""
    numbers: dict[str, int] = {}
    secret, retired = None, set()
    for kind, number, check_value, state in rows:
        if state == "retired":
            retired.add((kind, number if kind in KINDS else check_value))
        elif state == "in force" and kind in KINDS:
            numbers[kind] = number
        elif state == "in force":
            secret = check_value
    if set(numbers) != set(KINDS):
        return None
    return KeysInForce(**numbers, secret=secret, retired=frozenset(retired))
