"""A small club as the first season's code wrote it, on its own schema (migration 0002): visits,
a statement, an offer, a hold, a closed day, letters that wait, a policy on trial.

`first_season.json` holds every row as SQLite had it, bytes as hexadecimal digits; the keys are the
tests'.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text, types

from vipclub import migration
from vipclub.core.db import Database

LAST_MIGRATION = "0002"
Rows = dict[str, list[dict[str, Any]]]
"""By table, each row by the names of its columns."""


@cache
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())
    return kept


def columns_then() -> dict[str, list[str]]:
    """Every table of the first season with its columns."""
    return {table: kept["columns"] for table, kept in _kept().items()}


def open_first_season(db: Database) -> None:
    """Bring an empty database to the first season's schema, and its club into it."""
    migration.upgrade(db, LAST_MIGRATION)
    write_first_season(db)


def write_first_season(db: Database) -> None:
    """Every row, with the columns of then, into whatever schema there is."""
    with _unchecked(db) as connection:
        for name, table in _tables(connection).items():
            kept = _kept()[name]
            rows = [
                {
                    column: _as_stored(table.c[column].type, value)
                    for column, value in zip(kept["columns"], row, strict=True)
                }
                for row in kept["rows"]
            ]
            if rows:
                connection.execute(insert(table), rows)
            if db.dialect == "postgresql" and "id" in kept["columns"]:
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), "
                        f'1 + coalesce((SELECT max(id) FROM "{name}"), 0), false)'
                    )
                )


@contextmanager
def _unchecked(db: Database) -> Iterator[Connection]:
    """Rows come table by table: foreign keys are looked at when all are there."""
    with db.engine.connect() as connection:
        if db.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        yield connection
        if db.dialect == "sqlite":
            assert not connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        connection.commit()
    db.dispose()


def _tables(connection: Connection) -> dict[str, Table]:
    """As the database has them now: what SQL says, not what the models say."""
    there = MetaData()
    with warnings.catch_warnings():
        # an index of an expression isn't read from SQLite, and nobody asks for it
        warnings.filterwarnings("ignore", ".*expression-based index")
        there.reflect(connection, only=set(columns_then()))
    return {name: there.tables[name] for name in columns_then()}


def rows_now(db: Database) -> Rows:
    """What stands in the columns of then, whatever columns came after."""
    found: Rows = {}
    with db.engine.connect() as connection:
        for name, table in _tables(connection).items():
            columns = [table.c[column] for column in columns_then()[name]]
            rows = connection.execute(select(*columns)).mappings()
            plain = [{column: _plain(value) for column, value in row.items()} for row in rows]
            found[name] = sorted(plain, key=repr)
    return found


def tables_now(db: Database) -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def _as_stored(kind: types.TypeEngine[Any], value: Any) -> Any:
    """A value of SQLite's for a column of either database."""
    if isinstance(value, dict):
        return bytes.fromhex(value["bytes"])
    if value is None:
        return None
    if isinstance(kind, types.JSON):
        return json.loads(value)
    if isinstance(kind, types.DateTime):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo or not kind.timezone else moment.replace(tzinfo=UTC)
    if isinstance(kind, types.Date):
        return date.fromisoformat(value)
    if isinstance(kind, types.Time):
        return time.fromisoformat(value)
    return bool(value) if isinstance(kind, types.Boolean) else value


def _plain(value: Any) -> Any:
    """The same for both databases, and fit to be compared."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC).isoformat()
    return bytes(value) if isinstance(value, memoryview | bytes) else value
