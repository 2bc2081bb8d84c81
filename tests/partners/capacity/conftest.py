"""The cast before a partner whose slots are open, and three members who can book them."""

from __future__ import annotations

import pytest

from tests.cast import Thread, a_thread
from vipclub.core.db import Database


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=3)
