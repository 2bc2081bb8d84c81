"""What processes keep (docs/decisions.md 49): every table that a source reads raises the number,
and the database has the triggers for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import FromClause, Table, event, inspect, text

from vipclub.core.db import Base, Database
from vipclub.core.reference_data import WATCHED, Source
from vipclub.wiring import SOURCES


def read_by(db: Database, source: Source[object]) -> set[str]:
    """The tables in what a source's `load` asks, whatever else it reads."""
    found: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.update(re.findall(r"\b(?:FROM|JOIN) (\w+)", statement))

    with db.read() as session:
        event.listen(session.connection().engine, "before_cursor_execute", note)
        try:
            source.load(session)
        finally:
            event.remove(session.connection().engine, "before_cursor_execute", note)
    return found - {"reference_version"}


def unwatched(tables: Iterable[FromClause]) -> list[str]:
    return sorted(
        table.name for table in tables if isinstance(table, Table) and WATCHED not in table.info
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_source_reads_its_own_tables_and_all_of_them_are_watched(
    db: Database, source: Source[object]
) -> None:
    mine = {table.name for table in source.tables if isinstance(table, Table)}
    others = {t.name for s in SOURCES for t in s.tables if isinstance(t, Table)}
    assert mine <= read_by(db, source) <= others
    assert unwatched(source.tables) == []


def test_the_check_bites() -> None:
    assert unwatched([Base.metadata.tables["slot"], Base.metadata.tables["partner"]]) == ["slot"]


def test_every_watched_table_is_some_source_s_and_its_triggers_stand(db: Database) -> None:
    watched = {name for name, table in Base.metadata.tables.items() if WATCHED in table.info}
    assert watched == {t.name for s in SOURCES for t in s.tables if isinstance(t, Table)}
    wanted = {f"{name}_{verb}_raises_version" for name in watched for verb in VERBS}
    with db.read() as session:
        names = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
            if db.dialect == "postgresql"
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        found = set(session.scalars(text(names)))
        assert inspect(session.connection()).has_table("reference_version")
    assert {name for name in found if name.endswith("_raises_version")} == wanted


VERBS = ("insert", "update", "delete")
