"""The cast's club as it was built once, for every further test of the process that wants the same:
building it again would take most of the tests' time."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import text

from vipclub.core import clock
from vipclub.core.db import Database

GOOD_FOR = timedelta(minutes=10)
EMPTY = ("person", "account", "benefit", "partner", "api_token", "audit")
_started = (datetime.now(UTC), time.monotonic())


class KeptClubs:
    """Databases by what they were built for."""

    def __init__(self) -> None:
        self._by_key: dict[Any, tuple[datetime, Any, Any]] = {}
        self._clean = False

    def bring(self, db: Database, key: Any) -> Any:
        """What the builder returned, with its rows now in `db`; None when it is to be built."""
        self._clean = _of_today(clock.now()) and _one_of_many(db) and _untouched(db)
        if not self._clean:
            return None
        built_at, place, result = self._by_key.get(_of(db, key), (None, None, None))
        if built_at is None or clock.now() - built_at > GOOD_FOR:
            return None
        if clock.club_today() != clock.club_day(built_at):
            return None
        db.dispose()
        if db.dialect == "sqlite":
            with sqlite3.connect(str(db.engine.url.database)) as file:
                place.backup(file)
            file.close()
        else:
            name = db.engine.url.database or ""
            with _server(db) as connection:
                _do(connection, "DROP DATABASE {} WITH (FORCE)", name)
                _do(connection, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, place)
        return result

    def keep(self, db: Database, key: Any, result: Any) -> None:
        """Remember `db` as it is now, when there was nothing else in it before."""
        if not self._clean:
            return
        place: Any
        if db.dialect == "sqlite":
            place = sqlite3.connect(":memory:", check_same_thread=False)
            with sqlite3.connect(str(db.engine.url.database)) as file:
                file.backup(place)
            file.close()
        else:
            db.dispose()
            name = db.engine.url.database or ""
            place = f"{name}_kept"
            with _server(db) as connection:
                _do(connection, "DROP DATABASE IF EXISTS {}", place)
                _do(connection, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", place, name)
        self._by_key[_of(db, key)] = (clock.now(), place, result)


def _of(db: Database, key: Any) -> tuple[str, str, Any]:
    """What a club is kept by: a club of another zone is another club."""
    return db.dialect, clock.club_zone(), key


def _of_today(now: datetime) -> bool:
    """Whether the clock stands where it really is: a club of another day is built for itself."""
    began, tick = _started
    really = began + timedelta(seconds=time.monotonic() - tick)
    return abs(now - really) < timedelta(minutes=1)


def _one_of_many(db: Database) -> bool:
    """Not the only database of a server that a test has for itself."""
    return db.engine.url.database != "postgres"


def _untouched(db: Database) -> bool:
    with db.read() as session:
        return not any(
            session.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() for table in EMPTY
        )


def _server(db: Database) -> psycopg.Connection[Any]:
    url = db.engine.url.set(drivername="postgresql", database="postgres")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _do(connection: psycopg.Connection[Any], command: str, *names: str) -> None:
    connection.execute(sql.SQL(command).format(*(sql.Identifier(name) for name in names)))
