"""Rows that are added and not looked at: together on PostgreSQL, and there for whoever asks."""

from __future__ import annotations

from typing import NoReturn

import pytest
from sqlalchemy import Table, bindparam, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.statements import statements
from vipclub.core import audit, clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.added_rows import (
    AT_MOST,
    _together,
    add_rows,
    change_along,
    guard_last,
)
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.core.outbox_rows import Entry, OutboxRow, put_many
from vipclub.partners import Partner

OUTBOX: Table = OutboxRow.__table__  # type: ignore[assignment]
ACTOR = Actor.system("test")
AUDITED = tuple(column.name for column in AuditRow.__table__.columns if column.name != "id")


def entry(number: int, *, key: str | None = None) -> Entry:
    return Entry("thing", ("thing", str(number)), {"n": number}, dedupe_key=key)


def put(session: Session, *numbers: int) -> None:
    for number in numbers:
        put_many(session, [entry(number)])


def subjects(session: Session) -> list[str]:
    return list(session.execute(select(OUTBOX.c.subject_ref).order_by(OUTBOX.c.id)).scalars())


def both(session: Session) -> None:
    put(session, 1, 2)
    audit.write(session, ACTOR, "thing.made", subject=("thing", "1"))
    put(session, 3)


def test_they_are_there_when_the_use_case_is_done_in_their_order(db: Database) -> None:
    db.run(both)
    with db.read() as session:
        assert subjects(session) == ["1", "2", "3"]
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 1


@pytest.mark.only("postgresql")
def test_on_postgresql_they_are_one_statement(db: Database) -> None:
    db.run(both)
    with statements(exactly=1):
        db.run(both)


def test_their_statement_is_compiled_once_however_many_they_are() -> None:
    columns = tuple(entry(1).values(clock.now()))
    for count in (1, 2, 3):
        shape = ((OUTBOX, columns, count), (AuditRow.__table__, AUDITED, 1))
        assert _together(shape)._generate_cache_key() is not None  # type: ignore[attr-defined]


def test_they_are_there_for_the_next_statement_of_the_same_transaction(db: Database) -> None:
    def look(session: Session) -> list[str]:
        put(session, 1, 2)
        return subjects(session)

    assert db.run(look) == ["1", "2"]


def test_they_are_there_for_a_statement_that_goes_to_the_driver_itself(db: Database) -> None:
    def look(session: Session) -> int:
        put(session, 1)
        found = session.connection().exec_driver_sql("SELECT count(*) FROM outbox")
        return int(found.scalar_one())

    assert db.run(look) == 1


def test_a_session_that_the_caller_commits_has_them_too(db: Database) -> None:
    with db.session() as session:
        put(session, 1)
        session.commit()
    with db.read() as session:
        assert subjects(session) == ["1"]


def test_what_is_rolled_back_is_in_no_later_transaction(db: Database) -> None:
    def fail(session: Session) -> None:
        put(session, 1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.run(fail)
    db.run(put, 2)
    with db.session() as session:  # and on one connection, without the pool between
        put(session, 3)
        session.rollback()
        session.execute(text("SELECT 1"))
        session.commit()
    with db.read() as session:
        assert subjects(session) == ["2"]


def test_more_than_go_together_keep_their_order(db: Database) -> None:
    db.run(put, *range(3 * AT_MOST + 1))
    with db.read() as session:
        assert subjects(session) == [str(number) for number in range(3 * AT_MOST + 1)]


def test_a_long_list_keeps_its_order(db: Database) -> None:
    numbers = range(2 * AT_MOST)
    db.run(put, 100)
    db.run(put_many, [entry(number) for number in numbers])
    with db.read() as session:
        assert subjects(session) == ["100", *(str(number) for number in numbers)]


def test_what_fails_ends_the_transaction(db: Database) -> None:
    def twice(session: Session) -> None:
        put_many(session, [entry(1, key="only one")])
        put_many(session, [entry(2, key="only one")])

    with pytest.raises(IntegrityError):
        db.run(twice)
    with db.read() as session:
        assert subjects(session) == []


def test_other_columns_of_one_table_are_no_hindrance(db: Database) -> None:
    def mixed(session: Session) -> None:
        put(session, 1)
        add_rows(session, OUTBOX, [{**entry(2).values(clock.now()), "error": "none"}])
        put(session, 3)

    db.run(mixed)
    with db.read() as session:
        assert subjects(session) == ["1", "2", "3"]


def test_a_row_without_a_value_for_a_default_is_refused(db: Database) -> None:
    values = entry(1).values(clock.now())
    del values["attempts"]
    with pytest.raises(TypeError, match="attempts"):
        db.run(add_rows, OUTBOX, [values])


def test_what_each_process_keeps_is_not_added_past_who_minds_it(db: Database) -> None:
    partner = Partner.__table__
    with pytest.raises(TypeError, match="mind_writes"):
        db.run(add_rows, partner, [dict.fromkeys(partner.columns.keys())])


@pytest.mark.only("postgresql")
def test_a_row_that_waits_does_not_outlive_its_transaction_in_memory(db: Database) -> None:
    with db.session() as session:
        put(session, 1)
        info = session.connection().info
    assert "added_rows" not in info


def test_an_insert_of_the_same_table_comes_after_what_waits(db: Database) -> None:
    def around(session: Session) -> None:
        put(session, 1)
        session.execute(insert(OUTBOX), entry(2).values(clock.now()))
        outbox.put(session, "thing", subject=("thing", "3"), payload={})

    db.run(around)
    with db.read() as session:
        assert subjects(session) == ["1", "2", "3"]


GUARDED = (
    update(OUTBOX)
    .where(OUTBOX.c.subject_ref == bindparam("ref"), OUTBOX.c.attempts == 0)
    .values(attempts=1)
)
RENAMED = update(OUTBOX).where(OUTBOX.c.subject_ref == bindparam("old")).values(kind="renamed")


class Taken(Refused):
    """Somebody else was first."""

    code = "taken"


def take(session: Session, ref: str, *, then: str = "") -> None:
    def refuse() -> NoReturn:
        raise Taken()

    audit.write(session, ACTOR, "thing.taken", subject=("thing", ref))
    guard_last(session, GUARDED, {"ref": ref}, refuse)
    audit.write(session, ACTOR, "thing.told", subject=("thing", ref))
    if then:
        change_along(session, RENAMED, {"old": then})


def told(db: Database) -> tuple[int, list[str]]:
    """How many rows of the trail there are, and the kinds of the things in their order."""
    with db.read() as session:
        kinds = session.scalars(select(OUTBOX.c.kind).order_by(OUTBOX.c.id))
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0, list(kinds)


def test_a_guard_goes_last_with_all_that_was_added_and_changed(db: Database) -> None:
    db.run(put, 1, 2)
    with statements(exactly=1 if db.dialect == "postgresql" else 4):
        db.run(take, "1", then="2")
    assert told(db) == (2, ["thing", "renamed"])


def test_what_a_guard_refuses_leaves_nothing(db: Database) -> None:
    db.run(put, 1, 2)
    db.run(take, "1")
    for _ in range(3):
        with pytest.raises(Taken):
            db.run(take, "1", then="2")
    assert told(db) == (2, ["thing", "thing"])


def test_a_guard_is_asked_before_the_next_statement(db: Database) -> None:
    def take_and_look(session: Session) -> list[str]:
        take(session, "1")
        return list(session.scalars(select(OUTBOX.c.subject_ref).where(OUTBOX.c.attempts == 1)))

    db.run(put, 1)
    assert db.run(take_and_look) == ["1"]
    with pytest.raises(Taken):
        db.run(take_and_look)


def test_two_guards_are_both_asked(db: Database) -> None:
    def take_both(session: Session) -> None:
        take(session, "1")
        take(session, "2")

    db.run(put, 1, 2)
    db.run(take_both)
    assert told(db)[0] == 4
    with pytest.raises(Taken):
        db.run(take, "2")


def test_a_change_without_a_guard_is_made_at_once(db: Database) -> None:
    db.run(put, 1)
    with statements(exactly=1):
        db.run(lambda session: change_along(session, RENAMED, {"old": "1"}))
    assert told(db) == (0, ["renamed"])
