"""Removing the bytes of what was deleted: a row that is gone leaves them in the database's files
until something else needs the room (docs/decisions.md 67)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from vipclub.core.db import Base, Database
from vipclub.parts import import_models


class StillRead(RuntimeError):
    """Somebody reads what was there before, so that it can't go yet."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A table, or SQLite's whole file, with its bytes before and after."""

    name: str
    before: int
    after: int


def scrub(database: Database) -> list[Rewritten]:
    """Write anew what may hold bytes of people who are gone. Raises StillRead."""
    return _sqlite(database) if database.dialect == "sqlite" else _postgresql(database)


def tables_with_identity() -> list[str]:
    """The tables that name or reach somebody in any column."""
    import_models()
    return [
        table.name
        for table in Base.metadata.sorted_tables
        if any(column.info.get("class") == "identity" for column in table.columns)
    ]


def _sqlite(database: Database) -> list[Rewritten]:
    file = Path(database.url.database or "")
    before = file.stat().st_size
    with _raw(database) as cursor:
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StillRead(
            "Somebody reads the database, so that its log keeps what was deleted: stop `serve` "
            "and `worker`, and run it again."
        )
    return [Rewritten(file.name, before, file.stat().st_size)]


@contextmanager
def _raw(database: Database) -> Iterator[Any]:
    """A cursor outside any transaction, where SQLite takes VACUUM."""
    connection = database.engine.raw_connection()
    try:
        yield connection.cursor()
    finally:
        connection.close()


def _postgresql(database: Database) -> list[Rewritten]:
    """Table by table: each is closed to everybody only while it is written itself."""
    written = []
    plain = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        for name in tables_with_identity():
            before = _bytes_of(connection, name)
            connection.execute(text(f"VACUUM FULL {name}"))
            written.append(Rewritten(name, before, _bytes_of(connection, name)))
        connection.execute(text("RESET statement_timeout"))
    return written


def _bytes_of(connection: Connection, table: str) -> int:
    statement = text("SELECT pg_total_relation_size(to_regclass(:name))")
    return int(connection.execute(statement, {"name": table}).scalar_one())
