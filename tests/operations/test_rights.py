"""What those who run the club look at, and nobody else."""

from __future__ import annotations

import pytest

from tests.cast import sun
from vipclub import operations
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden


def test_what_only_operations_and_auditors_read_is_refused_to_the_desk(db: Database) -> None:
    with db.read() as session:
        for asked in (
            operations.calendar_ends,
            operations.machinery_now,
            operations.timed_jobs,
            operations.dead_letters,
            operations.trail_standing,
        ):
            with pytest.raises(Forbidden):
                asked(session, sun())
        with pytest.raises(Forbidden):
            operations.acts(session, sun(), operations.ActsAsked())
