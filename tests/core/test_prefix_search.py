"""Text that begins so, by the letter and by the index."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select, text

from vipclub.core.db import Database
from vipclub.core.prefix_search import begins_with


@pytest.mark.parametrize(
    ("start", "fits"),
    [("王", True), ("王_", True), ("王_%", True), ("王%", False), ("王_/", False), ("_", False)],
)
def test_a_beginning_is_taken_by_the_letter(db: Database, start: str, fits: bool) -> None:
    with db.read() as session:
        assert bool(session.scalar(select(begins_with(literal("王_%x"), start)))) is fits


@pytest.mark.only("sqlite")
def test_a_name_s_beginning_is_found_by_the_index(db: Database) -> None:
    from vipclub.people import by_name

    with db.read() as session:
        asked = by_name("wang")
        assert asked is not None
        compiled = asked.persons().compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    looked = [row.detail for row in plan if "source_record" in row.detail]
    assert len(looked) == 2
    assert all("ix_source_record_name_key" in detail for detail in looked)
