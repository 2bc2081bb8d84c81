"""Long lists of values in a condition: the same rows as by IN, found by an index."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Date, bindparam, literal, select

from tests.membership.inserted_persons import insert_persons, source_record
from tests.plans import plans
from vipclub.core.db import Database
from vipclub.core.query_plans import by_index
from vipclub.core.value_lists import among, one_of
from vipclub.people import Person

_BY_ID = select(Person.id).where(among(Person.id, bindparam("ids"))).order_by(Person.id)
_BY_REF = select(Person.id).where(among(Person.public_ref, bindparam("refs"))).order_by(Person.id)


@pytest.mark.parametrize("count", [0, 1, 3, 5_000])
def test_the_same_rows_are_found_as_by_in(db: Database, count: int) -> None:
    db.run(insert_persons, *([source_record()] for _ in range(4)))
    with db.read() as session:
        rows = session.execute(select(Person.id, Person.public_ref).order_by(Person.id)).all()
        ids = [rows[0].id + place for place in range(count)]
        refs = [row.public_ref for row in rows][:count] + ["'; --", '"', "{", "NULL"]
        by_id = select(Person.id).where(among(Person.id, ids)).order_by(Person.id)
        by_ref = select(Person.id).where(among(Person.public_ref, refs)).order_by(Person.id)
        assert session.scalars(by_id).all() == [row.id for row in rows if row.id in ids]
        assert session.scalars(by_ref).all() == [row.id for row in rows][:count]
        asked = {"ids": ids, "refs": refs}
        assert session.scalars(_BY_ID, asked).all() == [row.id for row in rows if row.id in ids]
        assert session.scalars(_BY_REF, asked).all() == [row.id for row in rows][:count]


def test_they_are_looked_up_by_an_index(db: Database) -> None:
    db.run(insert_persons, [source_record()])
    with db.read() as session:
        by_index(session)
        refs = session.scalars(select(Person.public_ref)).all()
        with plans() as found:
            session.scalars(select(Person.id).where(among(Person.public_ref, refs))).one()
    assert found[0].read_whole <= {"json_each"}, found


def test_words_of_the_code_stand_in_the_text() -> None:
    assert str(one_of(Person.sex, {"M", "F"})) == "person.sex IN ('F', 'M')"
    with pytest.raises(ValueError, match="not words of the code"):
        one_of(Person.sex, ["'; --"])


def test_days_are_among_days(db: Database) -> None:
    born = date(1980, 1, 15)
    with db.read() as session:
        day = literal(born, Date())
        for days, found in (([born], True), ([born - timedelta(1)], False), ([], False)):
            assert bool(session.scalar(select(among(day, days)))) is found
            assert bool(session.scalar(select(~among(day, days)))) is not found
