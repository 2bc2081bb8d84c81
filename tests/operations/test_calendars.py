"""A calendar of working days that ends is seen in time."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from tests.cast import CLUB_ACTOR
from vipclub import operations
from vipclub.core.db import Database
from vipclub.core.working_days import CalendarDay


@pytest.mark.pain(16)
def test_the_calendar_alarms_before_its_decree_ends(db: Database) -> None:
    """Working days are decreed yearly; a calendar that runs out says so in time."""
    with db.engine.begin() as connection:
        connection.execute(
            insert(CalendarDay).values(
                region="CN", day=date(2027, 10, 1), working=False, name="National Day"
            )
        )
    with db.read() as session:
        (end,) = operations.calendar_ends(session, CLUB_ACTOR)
    assert end.valid_through == date(2027, 12, 31)
    assert not end.ends_soon(date(2027, 9, 2))
    assert end.ends_soon(date(2027, 9, 3))
