"""Rows that travel are classes, built by the names of their columns."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, literal, select

from vipclub.core.db import Database
from vipclub.core.rows import columns_of, row_as, rows_as


@dataclass(frozen=True, slots=True)
class Seat:
    number: int
    taken: bool


number, taken = literal(7).label("number"), literal(False).label("taken")


def test_a_row_is_known_by_the_names_of_its_columns_in_whatever_order(db: Database) -> None:
    with db.read() as session:
        for columns in ((number, taken), (taken, number)):
            assert row_as(Seat, session.execute(select(*columns)).one()) == Seat(7, False)


def test_a_row_with_a_column_too_few_or_too_many_is_no_such_thing(db: Database) -> None:
    for columns in ((number,), (number, taken, literal(1).label("row"))):
        with db.read() as session, pytest.raises(TypeError, match="Seat and the columns differ"):
            row_as(Seat, session.execute(select(*columns)).one())


def test_all_rows_of_a_statement_are_made_alike(db: Database) -> None:
    with db.read() as session:
        twice = select(taken, number).union_all(select(taken, number))
        assert rows_as(Seat, session.execute(twice)) == [Seat(7, False), Seat(7, False)]
        assert rows_as(Seat, session.execute(select(taken, number).where(literal(False)))) == []


def test_of_a_table_only_the_columns_are_read_that_the_class_holds() -> None:
    seats = Table(
        "seat",
        MetaData(),
        Column("taken", Boolean),
        Column("note", String),
        Column("number", Integer),
    )
    assert [column.name for column in columns_of(Seat, seats)] == ["number", "taken"]
