"""Text that begins so, by the letter and by the index."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select

from vipclub.core.db import Database
from vipclub.core.prefix_search import begins_with


@pytest.mark.parametrize(
    ("start", "fits"),
    [("王", True), ("王_", True), ("王_%", True), ("王%", False), ("王_/", False), ("_", False)],
)
def test_a_beginning_is_taken_by_the_letter(db: Database, start: str, fits: bool) -> None:
    with db.read() as session:
        assert bool(session.scalar(select(begins_with(literal("王_%x"), start)))) is fits
