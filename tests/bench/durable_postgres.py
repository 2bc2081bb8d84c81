"""A PostgreSQL as a club has it: the tests' own server on a disk, where what was committed stays.

What speeds the tests up (no fsync, no autovacuum, all in memory) would measure another club.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from tests import postgres

SETTINGS = {
    "checkpoint_timeout": "15min",
    "fsync": "on",
    "max_connections": "100",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "512MB",
    "synchronous_commit": "on",
    "wal_level": "minimal",
}


class DurablePostgres:
    """A server in a folder, which is kept or not by whoever made the folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._server: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    def __enter__(self) -> DurablePostgres:
        if not (self._home / "data" / "PG_VERSION").exists():
            self._home.mkdir(parents=True, exist_ok=True)
            postgres.initialise(self._home)
        _stop_one_left_over(self._home / "data" / "postmaster.pid")
        self._server = postgres.launch(self._home, settings=SETTINGS, durable=True, port=self.port)
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=120)

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def dsn(self, name: str = "postgres") -> str:
        """For psycopg."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def url(self, name: str) -> str:
        """For SQLAlchemy and the club's settings."""
        return self.dsn(name).replace("postgresql", "postgresql+psycopg", 1)

    def ask(self, name: str = "postgres") -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(self.dsn(name), autocommit=True)

    def names(self) -> set[str]:
        """The databases that are there."""
        with self.ask() as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}

    def version(self) -> str:
        with self.ask() as connection:
            return str(connection.execute("SHOW server_version").fetchone()[0]).split()[0]  # type: ignore[index]

    def create(self, name: str, *, like: str = "template0") -> None:
        """A database, copied file by file from another one."""
        with self.ask() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(like)
                )
            )

    def rename(self, name: str, other: str) -> None:
        with self.ask() as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(name), sql.Identifier(other)
                )
            )

    def drop(self, name: str) -> None:
        """With all that is in it, whoever is still connected."""
        with self.ask() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    @contextlib.contextmanager
    def hurrying(self) -> Iterator[None]:
        """While a club is filled nothing needs to be kept; at the end all of it is on the disk."""
        self._say("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        try:
            yield
        finally:
            self._say("ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()")
            time.sleep(0.5)  # until all processes have heard it
            self._say("CHECKPOINT")
            os.sync()

    def _say(self, *statements: str) -> None:
        with self.ask() as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _stop_one_left_over(record: Path) -> None:
    """A server of this folder that outlived a run which was killed."""
    if not record.exists():
        return
    with contextlib.suppress(ProcessLookupError, ValueError):
        pid = int(record.read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)
        for _ in range(200):
            os.kill(pid, 0)
            time.sleep(0.1)
