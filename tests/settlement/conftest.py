"""A club with visits to settle."""

from __future__ import annotations

import pytest

from tests.settlement.club_with_visits import ClubWithVisits, a_club_with_visits
from vipclub.core.db import Database


@pytest.fixture
def season(db: Database) -> ClubWithVisits:
    return a_club_with_visits(db)
