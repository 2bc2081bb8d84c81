"""One human being in several rows: who stands for whom, asked by whoever joins persons."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import aliased

from vipclub import people
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.types import new_ref
from vipclub.people import Person

ELDEST, SAME, ALONE = 1, 2, 3


@pytest.fixture
def known(db: Database) -> Database:
    """Two rows that are one person, and a third who is another."""
    with db.session() as session, session.begin():
        for person_id, survivor in ((ELDEST, ELDEST), (SAME, ELDEST), (ALONE, ALONE)):
            session.execute(
                insert(Person).values(
                    id=person_id,
                    public_ref=new_ref("M"),
                    survivor_id=survivor,
                    full_name="林若溪",
                    created_at=clock.now(),
                )
            )
    return db


def test_a_cluster_is_all_rows_for_which_one_stands(known: Database) -> None:
    with known.read() as session:
        assert set(session.scalars(people.cluster_of(ELDEST))) == {ELDEST, SAME}
        assert set(session.scalars(people.cluster_of(ALONE))) == {ALONE}


def test_the_survivor_is_found_from_any_row(known: Database) -> None:
    with known.read() as session:
        for row, survivor in ((ELDEST, ELDEST), (SAME, ELDEST), (ALONE, ALONE)):
            assert session.scalar(select(people.survivor_behind(row))) == survivor


def test_rows_are_one_person_through_their_survivor(known: Database) -> None:
    one, other = aliased(Person), aliased(Person)
    pairs = select(one.id, other.id).select_from(one).join(other, people.same_person(one, other))
    with known.read() as session:
        assert {tuple(row) for row in session.execute(pairs)} == {
            (ELDEST, ELDEST),
            (ELDEST, SAME),
            (SAME, ELDEST),
            (SAME, SAME),
            (ALONE, ALONE),
        }


def test_one_row_stands_for_the_others_and_for_itself(known: Database) -> None:
    survivor, table = aliased(Person), Person.__table__
    both = select(survivor.id, table.c.id).select_from(survivor)
    pairs = both.join(table, people.stands_for(survivor, table))
    with known.read() as session:
        assert {tuple(row) for row in session.execute(pairs)} == {
            (ELDEST, ELDEST),
            (ELDEST, SAME),
            (ALONE, ALONE),
        }
        assert set(session.scalars(select(Person.id).where(people.is_survivor(Person)))) == {
            ELDEST,
            ALONE,
        }
