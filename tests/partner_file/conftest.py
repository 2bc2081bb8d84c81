"""A club with benefits and rules, before any partner."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR
from tests.kept_clubs import KeptClubs
from vipclub import benefits, bookings
from vipclub.core.db import Database

_kept = KeptClubs()


@pytest.fixture
def club(db: Database) -> Database:
    if _kept.bring(db, "benefits and rules") is None:
        db.run(benefits.load_catalogue, CLUB_ACTOR)
        db.run(bookings.load_policies, CLUB_ACTOR)
        _kept.keep(db, "benefits and rules", True)
    return db
