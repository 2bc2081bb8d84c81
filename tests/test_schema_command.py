"""`vipclub db`: how far the schema is, back and forth, and bytes that are gone for good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import inspect, text

from tests.databases import TEST_KEYS, Servers
from tests.keys.changing import settings_with
from vipclub import migration
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.schema_command import db as command
from vipclub.scrubbing import tables_with_identity

MARKER = "zz-nobody-may-find-this-name-any-more"


@pytest.fixture
def empty(backend: str, servers: Servers) -> Iterator[Database]:
    """A database without any table."""
    url = servers.empty(backend)
    database = Database(url, keys=TEST_KEYS)
    yield database
    database.dispose()
    servers.drop(url)


class Club:
    """A database with the settings that it was opened by, as the command gets it."""

    def __init__(self, db: Database) -> None:
        self._database = db
        self.settings = settings_with(db, TEST_KEYS, Path("instance"))

    def __getattr__(self, name: str) -> object:
        return getattr(self._database, name)


def call(db: Database, *words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(command, words, obj=Club(db), input=answer)


def told(db: Database, *words: str) -> Any:
    return json.loads(call(db, *words, "--json").output)


def newest() -> str:
    return migration.history()[-1].revision


def test_a_database_says_where_it_stands(db: Database, empty: Database) -> None:
    assert call(db, "current").output == f"The database is at {newest()}, the newest.\n"
    assert told(db, "current") == {"at": newest(), "newest": newest(), "missing": []}
    assert "has no tables of the club yet" in call(empty, "current").output
    migration.upgrade(empty, "0002")
    assert "is at 0002; `vipclub db upgrade` brings 0003 (" in call(empty, "current").output
    assert told(empty, "current")["missing"][0] == "0003"


def test_the_history_marks_what_the_database_has(empty: Database) -> None:
    migration.upgrade(empty, "0002")
    lines = call(empty, "history").output.splitlines()
    assert lines[:3] == [
        "* 0001  The first tables",
        "* 0002  the first season",
        "  0003  a term whose end was told",
    ]
    items = told(empty, "history")["items"]
    assert [item["applied"] for item in items[:3]] == [True, True, False]


@pytest.mark.promise("P37")
def test_a_migration_is_taken_back_when_somebody_says_so(db: Database) -> None:
    db.run(audit.write, Actor.system("tests"), "test.note", subject=("test", "a"))
    refused = call(db, "downgrade", "0002", answer="n\n")
    assert refused.exit_code == 1
    assert "Take back 0003 (a term whose end was told)" in refused.output
    assert migration.standing(db) == newest()
    done = call(db, "downgrade", "0002", "--yes")
    assert done.exit_code == 0, done.output
    assert "The database is at 0002.\n" in done.output
    columns = {column["name"] for column in inspect(db.engine).get_columns("membership")}
    assert "end_told_at" not in columns
    assert call(db, "upgrade").exit_code == 0
    with db.read() as session:
        kept = text("SELECT count(*) FROM audit WHERE action = 'test.note'")
        assert session.execute(kept).scalar_one() == 1


@pytest.mark.parametrize(
    ("revision", "code", "why"),
    [("0099", 2, "is no migration"), ("base", 2, "is no migration"), ("", 2, "is no migration")],
)
def test_only_a_migration_that_is_there_is_gone_back_to(
    db: Database, revision: str, code: int, why: str
) -> None:
    refused = call(db, "downgrade", revision, "--yes")
    assert (refused.exit_code, why in refused.output) == (code, True)
    assert migration.standing(db) == newest()


def test_there_is_nothing_to_take_back(db: Database, empty: Database) -> None:
    assert "not beyond" in call(db, "downgrade", newest(), "--yes").output
    assert "nothing to take back" in call(empty, "downgrade", "0001", "--yes").output


def test_the_bytes_of_somebody_who_was_deleted_are_gone(db: Database) -> None:
    """Without it they stay: SQLite leaves them in free pages, PostgreSQL in dead rows."""
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO person (id, public_ref, survivor_id, full_name, created_at) "
                "VALUES (:id, :ref, 1, :name, '2026-01-01 00:00:00+00:00')"
            ),
            [{"id": n, "ref": f"M-{n}", "name": MARKER} for n in range(1, 201)],
        )
    assert MARKER.encode() in _bytes_of(db)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM person WHERE id <> 1"))
        connection.execute(text("UPDATE person SET full_name = 'Somebody'"))
    assert MARKER.encode() in _bytes_of(db)
    assert call(db, "scrub", answer="n\n").exit_code == 1
    done = call(db, "scrub", "--yes")
    assert done.exit_code == 0, done.output
    assert MARKER.encode() not in _bytes_of(db)


def test_the_tables_with_identities_are_those_that_are_written_anew() -> None:
    named = tables_with_identity()
    assert {"person", "source_record", "account", "own_details"} <= set(named)
    assert not {"audit", "ledger_entry", "slot"} & set(named)


@pytest.mark.only("sqlite")
def test_a_reader_who_holds_the_old_bytes_is_named(db: Database) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (b)"))
    with db.read() as session:
        session.execute(text("SELECT * FROM a")).all()
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO a VALUES (1)"))
        refused = call(db, "scrub", "--yes")
    assert refused.exit_code == 1
    assert "stop `serve` and `worker`" in str(refused.exception)


def _bytes_of(db: Database) -> bytes:
    """All of the database's files, SQLite's log too; the table's file on PostgreSQL."""
    if db.dialect == "sqlite":
        file = Path(db.url.database or "")
        beside = [file, file.with_name(f"{file.name}-wal")]
        return b"".join(path.read_bytes() for path in beside if path.exists())
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
        content = connection.execute(
            text("SELECT pg_read_binary_file(pg_relation_filepath('person'))")
        ).scalar_one()
    return bytes(content)
