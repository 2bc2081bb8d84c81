"""A chunk's rows are looked up by their indexes, whatever PostgreSQL knows of its tables."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from tests.membership.inserted_persons import insert_many_persons
from tests.plans import plans
from vipclub.core.db import Database
from vipclub.core.query_plans import by_index, renew_statistics
from vipclub.people import Person, SourceRecord

TABLES = (Person.__table__, SourceRecord.__table__)


def known_rows(db: Database, table: str) -> int:
    with db.read() as session:
        asked = text("SELECT reltuples FROM pg_class WHERE relname = :table")
        return int(session.execute(asked, {"table": table}).scalar_one())


@pytest.mark.only("postgresql")
def test_a_small_table_too_is_looked_up_once_that_is_asked_for_and_until_the_end(
    db: Database,
) -> None:
    db.run(insert_many_persons, 0)
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE person"))
    statement = select(Person.public_ref).where(Person.id == 1)
    read_whole = []
    for asked in (False, True, False):
        with db.read() as session, plans() as found:
            if asked:
                by_index(session)
            session.execute(statement).all()
        read_whole.append("person" in found[-1].read_whole)
    assert read_whole == [True, False, True]


@pytest.mark.only("postgresql")
def test_a_table_that_has_outgrown_what_is_known_of_it_is_looked_at_again(db: Database) -> None:
    db.run(renew_statistics, TABLES)
    before = known_rows(db, "person")
    db.run(insert_many_persons, *range(6_000))
    db.run(renew_statistics, TABLES)
    with db.read() as session:
        persons = session.scalar(select(func.count()).select_from(Person)) or 0
    assert before < persons
    assert known_rows(db, "person") == persons
    with plans() as found:
        db.run(renew_statistics, TABLES)
    assert len(found) == 1, "what is known still holds: it only asks"


def test_where_nothing_is_to_be_done_nothing_is(db: Database) -> None:
    db.run(renew_statistics, TABLES)
    with db.read() as session:
        by_index(session)
        assert session.scalar(select(func.count()).select_from(Person)) == 0
