"""A connection to PostgreSQL keeps what it has planned, whatever way a transaction ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import Connection
from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.databases import TEST_KEYS
from vipclub.core.audit import AuditRow
from vipclub.core.built_statements import run_built
from vipclub.core.db import Database, end_reading
from vipclub.core.errors import Busy, Refused
from vipclub.core.prepared_statements import PREPARED_AT_MOST, PREPARED_FROM

ONE = select(AuditRow.id).where(AuditRow.id == bindparam("row_id"))
KINDS = select(AuditRow.reason).where(AuditRow.id == bindparam("row_id"))


class NotToday(Refused):
    """Said by a use case that has read something."""

    code = "not_today"


def look(session: Session) -> None:
    session.execute(ONE, {"row_id": 1}).all()


def look_and_refuse(session: Session) -> None:
    look(session)
    raise NotToday


def prepared(engine: Engine) -> list[str]:
    """What the one connection of this engine has planned, of the statement above."""
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%audit%'")
        )
        return list(found.scalars())


@pytest.fixture
def alone(url: str) -> Iterator[Database]:
    """With one connection, which all transactions here take."""
    database = Database(url, keys=TEST_KEYS, pool_size=1)
    yield database
    database.dispose()


@pytest.mark.only("postgresql")
def test_a_statement_stays_planned_after_a_page_has_been_read(alone: Database) -> None:
    for _ in range(PREPARED_FROM + 2):
        with alone.read() as session:
            look(session)
    assert len(prepared(alone.engines[1])) == 1


@pytest.mark.only("postgresql")
def test_a_statement_stays_planned_after_a_refusal(alone: Database) -> None:
    for _ in range(PREPARED_FROM + 2):
        with pytest.raises(NotToday):
            alone.run(look_and_refuse)
    assert len(prepared(alone.engine)) == 1


@pytest.mark.only("postgresql")
def test_psycopg_alone_would_have_given_it_up(alone: Database) -> None:
    for _ in range(PREPARED_FROM + 2):
        with pytest.raises(NotToday):
            alone.run(look_and_refuse)
    with alone.engine.connect() as connection:
        inner = connection.connection.driver_connection
        assert isinstance(inner, Connection)
        inner.execute("SELECT 1")
        inner.rollback()
    with pytest.raises(NotToday):
        alone.run(look_and_refuse)
    assert prepared(alone.engine) == []


@pytest.mark.only("postgresql")
def test_what_failed_is_rolled_back_and_the_connection_serves_on(alone: Database) -> None:
    for _ in range(3):
        with pytest.raises(DBAPIError), alone.session() as session:
            session.execute(text("SELECT 1 / 0"))
    with alone.read() as session:
        look(session)
        inner = session.connection().connection.driver_connection
        assert isinstance(inner, Connection)
        assert inner.prepared_max == PREPARED_AT_MOST


@pytest.mark.only("postgresql")
def test_a_connection_that_is_gone_is_told_as_by_psycopg(alone: Database) -> None:
    with alone.session() as session, pytest.raises(DBAPIError) as gone:
        number = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with alone.engine.execution_options().connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:n)"), {"n": number})
        session.execute(text("SELECT 1"))
    assert gone.value.connection_invalidated
    with alone.read() as session:
        look(session)


@pytest.mark.only("postgresql")
def test_a_reading_whose_database_goes_at_its_end_was_read(alone: Database) -> None:
    with alone.read() as session:
        number = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        look(session)
        with alone.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:n)"), {"n": number})
    with alone.read() as session:
        look(session)


def read_a_page(db: Database) -> None:
    session = db.reading_session()
    with db.reading():
        try:
            run_built(session, KINDS, {"row_id": 1})
        finally:
            end_reading(session)


@pytest.mark.only("postgresql")
def test_a_plan_that_no_longer_fits_its_table_is_met_once(alone: Database) -> None:
    for _ in range(PREPARED_FROM + 3):
        read_a_page(alone)
    alone.run(
        lambda session: session.execute(text("ALTER TABLE audit ALTER reason TYPE varchar(900)"))
    )
    with pytest.raises(Busy):
        read_a_page(alone)
    read_a_page(alone)


@pytest.mark.only("postgresql")
def test_plans_that_somebody_else_threw_away_are_missed_once(alone: Database) -> None:
    """As a pooler between the two does that resets its connections."""
    for _ in range(PREPARED_FROM + 3):
        read_a_page(alone)
    session = alone.reading_session()
    inner = session.connection().connection.driver_connection
    assert isinstance(inner, Connection)
    inner.pgconn.exec_(b"DEALLOCATE ALL")
    end_reading(session)
    with pytest.raises(Busy):
        read_a_page(alone)
    read_a_page(alone)
