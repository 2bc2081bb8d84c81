"""The line that the log has of each use case."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from vipclub.core import key_holders, lease
from vipclub.core.db import Database
from vipclub.core.use_case_log import quiet


def greet(session: Session, *, fail: bool = False) -> None:
    if fail:
        raise RuntimeError


def test_a_use_case_has_its_line(db: Database) -> None:
    with capture_logs() as lines:
        db.run(greet)
    assert [(line["event"], line["log_level"], line["outcome"]) for line in lines] == [
        ("greet", "info", "done")
    ]


def test_what_is_done_over_and_over_is_not_written_while_all_is_well(db: Database) -> None:
    with capture_logs() as lines:
        db.run(lease.beat, "host/1/a")
        db.run(key_holders.tell, "host/1/a", [])
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("beat", "debug"),
        ("tell", "debug"),
    ]


def test_what_is_done_over_and_over_is_written_when_it_fails(db: Database) -> None:
    often = quiet(lambda session: greet(session, fail=True))
    with capture_logs() as lines, pytest.raises(RuntimeError):
        db.run(often)
    assert [(line["log_level"], line["outcome"]) for line in lines] == [("info", "failed")]
