"""A database as one file and back again, by each database's own means, while others write."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, inspect, select, table, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from vipclub.backup.postgresql_programs import find_program
from vipclub.backup.refusals import CannotBackUp, CannotRestore
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.migration import current

NAMES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}


@dataclass(frozen=True, slots=True)
class Copied:
    """What is in a copy: the schema's migration, the rows of each table; and of which server."""

    revision: str
    rows: dict[str, int]
    server: str


def copy(database: Database, path: Path) -> Copied:
    """The whole database as it is at one moment, into a new file. Raises CannotBackUp."""
    return (_copy_sqlite if database.dialect == "sqlite" else _copy_postgresql)(database, path)


def _copy_sqlite(database: Database, path: Path) -> Copied:
    source = Path(database.url.database or "")
    if not source.is_file():
        raise CannotBackUp(f"There is no database at {source}.")
    path.touch(mode=0o600)
    connection = sqlite3.connect(source, isolation_level=None, timeout=30)
    try:
        connection.execute("VACUUM INTO ?", (str(path),))
    finally:
        connection.close()
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        with engine.connect() as copied:
            return Copied(_revision(copied), rows_of(copied), sqlite3.sqlite_version)
    finally:
        engine.dispose()


def _copy_postgresql(database: Database, path: Path) -> Copied:
    """pg_dump looks at the moment that this transaction sees, so that the rows that are counted are
    those that are dumped."""
    with database.read(one_snapshot=True) as session:
        connection = session.connection()
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {name} = 0"))
        server = str(connection.execute(text("SHOW server_version")).scalar_one())
        dump = find_program("pg_dump", server)
        moment = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        revision, rows = _revision(connection), rows_of(connection)
        path.touch(mode=0o600)
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}"]
        _call(dump, [*options, f"--file={path}"], database.url, CannotBackUp)
    return Copied(revision, rows, server)


def _revision(connection: Connection) -> str:
    found = next(iter(current(connection)), None)
    if found is None:
        raise CannotBackUp("The database has no tables of the club.")
    return found


def rows_of(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    counted = {}
    for name in sorted(inspect(connection).get_table_names()):
        statement = select(func.count()).select_from(table(name))
        counted[name] = int(connection.execute(statement).scalar_one())
    return counted


def load(path: Path, database: Database) -> None:
    """A copy into an empty database. Raises CannotRestore."""
    if database.dialect == "sqlite":
        target = Path(database.url.database or "")
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600))
        with sqlite3.connect(path) as source, sqlite3.connect(target) as restored:
            source.backup(restored)
        source.close()
        restored.close()
        return
    with database.read() as session:
        server = str(session.execute(text("SHOW server_version")).scalar_one())
    options = ["--exit-on-error", "--no-owner", "--no-privileges", "--jobs=2", str(path)]
    _call(find_program("pg_restore", server), options, database.url, CannotRestore)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("ANALYZE"))  # a plan without figures takes hours
        connection.execute(text("RESET statement_timeout"))


def is_empty(database: Database) -> bool:
    """Whether a database has no table at all; an SQLite file that isn't there has none."""
    if database.dialect == "sqlite" and not Path(database.url.database or "").exists():
        return True
    with database.read() as session:
        return not inspect(session.connection()).get_table_names()


@contextmanager
def opened(url: URL, keys: FieldKeys) -> Iterator[Database]:
    """Another database than the club's own."""
    database = Database(url, keys=keys)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def fresh(club: Database, keys: FieldKeys, folder: Path) -> Iterator[Database]:
    """A database that is there for a while: a file in the folder, or one beside the club's on its
    server. Raises CannotRestore."""
    if club.dialect == "sqlite":
        with opened(URL.create("sqlite", database=str(folder / "restored.db")), keys) as database:
            yield database
        return
    name = f"{club.url.database}_check_{secrets.token_hex(4)}"
    try:
        _on_server(club, f'CREATE DATABASE "{name}" TEMPLATE template0')
    except DBAPIError as error:
        first = str(error.orig).strip().splitlines()[0]
        raise CannotRestore(
            f"No database can be made for the check ({first}): name an empty one by --into."
        ) from error
    try:
        with opened(club.url.set(database=name), keys) as database:
            yield database
    finally:
        _on_server(club, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(club: Database, statement: str) -> None:
    with club.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(statement))


def _address(url: URL) -> str:
    """For PostgreSQL's programs: without the password, which others could read in the list of
    processes."""
    plain = url.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)


def _call(
    program: Path,
    options: list[str],
    url: URL,
    refusal: type[CannotBackUp] | type[CannotRestore],
) -> None:
    environment = {**os.environ, "PGAPPNAME": "vipclub backup"}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(
        [program, f"--dbname={_address(url)}", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise refusal(f"{program.name} failed: {said[0] if said else done.returncode}")
