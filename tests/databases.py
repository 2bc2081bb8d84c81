"""Fresh databases for tests, copied from a template: a file on SQLite, CREATE DATABASE on
PostgreSQL (12 ms by file copy). The template comes from the migrations."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.postgres import ask
from vipclub import migration
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database

BACKENDS = ("sqlite", "postgresql")
TEST_KEYS = FieldKeys({1: bytes(range(32))}, {1: bytes(range(32, 64))}, {1: bytes(range(64, 96))})


class Servers:
    """Where one process of a run gets its databases from; `home` is the keeper's folder."""

    def __init__(self, home: Path, keys: FieldKeys) -> None:
        self._home, self._keys = home, keys
        self._numbers = itertools.count(1)
        self._file: Path | None = None
        self._dsn: str | None = None

    def fresh(self, backend: str) -> str:
        """The URL of a new database with the whole schema."""
        number = next(self._numbers)
        if backend == "sqlite":
            copy = self._home / f"{os.getpid()}-{number}.db"
            shutil.copyfile(self._sqlite_template(), copy)
            return f"sqlite:///{copy}"
        name = f"{self._run}_{os.getpid()}_{number}"
        self.create(name, like=self._postgresql_template())
        return self._url(name)

    def empty(self, backend: str) -> str:
        """The URL of a new database without any table."""
        number = next(self._numbers)
        if backend == "sqlite":
            return f"sqlite:///{self._home / f'{os.getpid()}-{number}.db'}"
        name = f"{self._run}_{os.getpid()}_{number}"
        self.create(name, like="template0")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove it with all that is in it, whoever is still connected."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{parsed.database}{suffix}").unlink(missing_ok=True)
            return
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(parsed.database or "")
                )
            )

    def create(self, name: str, *, like: str) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(like)
                )
            )

    @property
    def dsn(self) -> str:
        """The server: the one named in the environment, or the wheel's."""
        if self._dsn is None:
            self._dsn = os.environ.get("VIPCLUB_TEST_PG_DSN") or ask(self._home)
            self._dsn = self._dsn.replace("postgresql+psycopg://", "postgresql://", 1)
        return self._dsn

    @property
    def _run(self) -> str:
        return _identifier(self._home.name)

    def _url(self, name: str) -> str:
        url = make_url(self.dsn).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _sqlite_template(self) -> Path:
        if self._file is None:
            path = self._home / f"{os.getpid()}-template.db"
            self._build(f"sqlite:///{path}")
            with sqlite3.connect(path) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._file = path
        return self._file

    def _postgresql_template(self) -> str:
        """Made once a run, by the process that is first."""
        name = f"{self._run}_template"
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(7470)")
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (name,)
            ).fetchone():
                draft = f"{name}_draft"
                self.create(draft, like="template0")
                self._build(self._url(draft))
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(draft), sql.Identifier(name)
                    )
                )
        return name

    def _build(self, url: str) -> None:
        """The whole schema, by the migrations."""
        database = Database(url, keys=self._keys)
        try:
            migration.upgrade(database)
        finally:
            database.dispose()


def clear(dsn: str, home: str) -> None:
    """Remove what a run left on a server that isn't the run's own."""
    with psycopg.connect(
        dsn.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True
    ) as connection:
        for (name,) in connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (_identifier(home),)
        ).fetchall():
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _identifier(home: str) -> str:
    return home.replace("-", "_").lower()
