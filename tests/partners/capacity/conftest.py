"""The cast before a partner whose slots are open, and three members who can book them."""

from __future__ import annotations

import pytest

from tests.small_club import SmallClub, a_small_club
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=3)
