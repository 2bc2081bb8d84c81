"""Statements that are built once: the same rows, values, errors and events as by SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg
import pytest
from sqlalchemy import Boolean, Engine, Integer, bindparam, event, insert, literal, select, update
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    MultipleResultsFound,
    NoResultFound,
    StatementError,
)
from sqlalchemy.orm import Session

from tests.statements import statements
from vipclub.core import clock
from vipclub.core.added_rows import add_rows
from vipclub.core.built_statements import run_built
from vipclub.core.db import Database
from vipclub.core.outbox_rows import Entry, OutboxRow, put_many
from vipclub.core.reference_data import _changes_of
from vipclub.core.rows import AnyRow
from vipclub.partners import Partner
from vipclub.partners.models import Slot

TABLE = OutboxRow.__table__
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
BY_KIND = select(TABLE.c.id, TABLE.c.kind, TABLE.c.payload, TABLE.c.created_at).where(
    TABLE.c.kind == bindparam("kind")
)
RENAMED = update(TABLE).where(TABLE.c.kind == bindparam("old")).values(kind=bindparam("new"))


@contextmanager
def told() -> Iterator[list[str]]:
    """What listeners of all engines hear."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        heard.append(text)

    event.listen(Engine, "before_cursor_execute", hear)
    event.listen(Engine, "after_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
        event.remove(Engine, "after_cursor_execute", hear)


def put(session: Session, *kinds: str) -> None:
    for kind in kinds:
        put_many(session, [Entry(kind, ("thing", "1"), {"it's": "50 %"})])


def rows_of(session: Session, kind: str) -> list[AnyRow]:
    return list(run_built(session, BY_KIND, {"kind": kind}))


def test_rows_are_the_same_by_sqlalchemy_and_past_it(db: Database) -> None:
    db.run(put, "one", "two", "two")
    fresh = BY_KIND.order_by(TABLE.c.id)
    with db.read() as session:
        found = [run_built(session, fresh, {"kind": "two"}).all() for _ in range(3)]
        theirs = session.connection().execute(fresh, {"kind": "two"}).all()
    assert found[0] == found[1] == found[2] == list(map(tuple, theirs))
    assert type(found[0][0]) is not type(found[1][0])  # the second came past SQLAlchemy
    row = found[1][0]
    assert (row.kind, row.payload, row._fields) == ("two", {"it's": "50 %"}, theirs[0]._fields)
    assert row.created_at.utcoffset() is not None


def test_what_it_is_asked_with_beyond_its_values_does_no_harm(db: Database) -> None:
    with db.read() as session:
        for _ in range(2):
            assert run_built(session, BY_KIND, {"kind": "one", "more": 1}).all() == []


def test_a_value_that_is_missing_is_told(db: Database) -> None:
    with db.read() as session:
        rows_of(session, "one")
        for _ in range(2):
            with pytest.raises(StatementError, match="kind"):
                run_built(session, BY_KIND, {})


def test_values_that_stand_in_it_and_those_that_are_given_instead(db: Database) -> None:
    asked = select(
        literal(3).label("fixed"),
        bindparam("own", 7, Integer).label("own"),
        bindparam("day", type_=TABLE.c.created_at.type).label("day"),
        literal(True, Boolean).label("yes"),
    )
    with db.read() as session:
        for _ in range(2):
            assert tuple(run_built(session, asked, {"day": NOON}).one()) == (3, 7, NOON, True)
        assert run_built(session, asked, {"day": NOON, "own": 8}).one().own == 8


def test_lists_of_whatever_length_go_by_sqlalchemy(db: Database) -> None:
    db.run(put, "one", "two")
    among = select(TABLE.c.kind).where(TABLE.c.kind.in_(bindparam("kinds", expanding=True)))
    with db.read() as session:
        for kinds in (["one"], ["one", "two"], ["three"]):
            assert len(run_built(session, among, {"kinds": kinds}).all()) == len(
                {"one", "two"} & {*kinds}
            )


def test_changes_are_counted(db: Database) -> None:
    def rename(session: Session) -> list[int]:
        pairs = [("one", "two"), ("two", "three"), ("one", "two")]
        return [run_built(session, RENAMED, {"old": a, "new": b}).rowcount for a, b in pairs]

    db.run(put, "one", "two")
    assert db.run(rename) == [1, 2, 0]


def test_one_row_is_asked_for_as_of_sqlalchemy(db: Database) -> None:
    db.run(put, "one", "two", "two")
    with db.read() as session:
        for _ in range(2):
            none, one, two = (run_built(session, BY_KIND, {"kind": k}) for k in ("x", "one", "two"))
            assert none.first() is None
            assert none.one_or_none() is None
            assert none.scalar_one_or_none() is None
            assert one.one().kind == "one"
            assert one.scalar_one() == one.one().id
            for ask in (none.one, none.scalar_one):
                with pytest.raises(NoResultFound):
                    ask()
            for ask in (two.one, two.one_or_none, two.scalar_one, two.scalar_one_or_none):
                with pytest.raises(MultipleResultsFound):
                    ask()
            assert two.first() == two.all()[0]


def test_whoever_listens_is_told_before_and_after(db: Database) -> None:
    with db.read() as session:
        rows_of(session, "one")
        with told() as heard, statements(exactly=1):
            rows_of(session, "one")
    assert len(heard) == 2
    assert heard[0] == heard[1]


def test_rows_that_were_added_are_there(db: Database) -> None:
    def add_and_look(session: Session) -> int:
        rows_of(session, "one")
        row = Entry("one", ("thing", "1"), {}).values(clock.now())
        add_rows(session, TABLE, [row])  # type: ignore[arg-type]
        return len(rows_of(session, "one"))

    assert db.run(add_and_look) == 1


def test_an_error_is_sqlalchemys_and_the_connection_serves_on(db: Database) -> None:
    twice = insert(TABLE).values(
        **{c.name: bindparam(c.name, type_=c.type) for c in TABLE.c if c.name != "id"}
    )
    row = Entry("one", ("thing", "1"), {}, dedupe_key="k").values(clock.now())
    row = {c.name: row.get(c.name) for c in TABLE.c if c.name != "id"}

    def add(session: Session) -> None:
        run_built(session, twice.inline(), row)

    db.run(add)
    for _ in range(3):
        with pytest.raises(IntegrityError) as failed:
            db.run(add)
        assert "INSERT INTO outbox" in str(failed.value)
    with db.read() as session:
        assert len(rows_of(session, "one")) == 1


@pytest.mark.only("postgresql")
def test_a_connection_that_is_gone_is_told(db: Database) -> None:
    with db.session() as session, pytest.raises(DBAPIError) as gone:
        rows_of(session, "one")
        rows_of(session, "one")
        inner = session.connection().connection.driver_connection
        assert isinstance(inner, psycopg.Connection)
        inner.close()
        rows_of(session, "one")
    assert gone.value.connection_invalidated
    with db.read() as session:
        assert rows_of(session, "one") == []


@pytest.mark.only("postgresql")
def test_it_is_planned_once_a_connection_and_its_text_has_dollars(db: Database) -> None:
    with db.read() as session:
        with told() as heard:
            rows_of(session, "one")
            rows_of(session, "one")
        for _ in range(6):
            rows_of(session, "one")
        kept = session.connection().exec_driver_sql(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE position('kind = $1' in statement) > 0"
        )
        assert "$1" in heard[-1]
        assert sum(kept.scalars()) >= 4


def test_a_change_of_reference_data_is_counted(db: Database) -> None:
    """So that what each process keeps of it is given up."""
    renamed = update(Partner.__table__).values(key=bindparam("new_key"))
    with db.session() as session:
        session.begin()
        for _ in range(3):
            run_built(session, renamed, {"new_key": "sunrise"})
        assert _changes_of(session) == 3


def test_a_day_and_a_moment_come_back_as_they_were_asked(db: Database) -> None:
    asked = select(
        bindparam("day", type_=Slot.local_day.type).label("day"),
        bindparam("at", type_=Slot.starts_at.type).label("at"),
    )
    with db.read() as session:
        for _ in range(2):
            row = run_built(session, asked, {"day": date(2026, 2, 28), "at": NOON}).one()
            assert (row.day, row.at) == (date(2026, 2, 28), NOON)
