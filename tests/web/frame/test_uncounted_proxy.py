"""A proxy that the settings don't count is said in the log, and is on record without an address."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.core.notices import UNCOUNTED_PROXY, Notice, last_noted
from vipclub.settings import Settings

THROUGH = {"X-Forwarded-For": "203.0.113.7"}


@pytest.mark.parametrize(("proxies", "times"), [(0, 1), (1, 0)])
def test_it_is_said_once(db: Database, proxies: int, times: int) -> None:
    app = create_app(Settings.load(proxies=proxies), database=db)
    client = app.test_client()
    with capture_logs() as lines:
        client.get("/healthz")
        assert not [line for line in lines if line["event"] == "uncounted_proxy"]
        for _ in range(3):
            client.get("/healthz", headers=THROUGH)
    said = [line for line in lines if line["event"] == "uncounted_proxy"]
    assert len(said) == times
    assert all(line["setting"] == "VIPCLUB_PROXIES" for line in said)
    assert "203.0.113.7" not in repr(lines), "an address is personal"


def test_it_is_on_record_once_for_all_processes_and_never_whose(db: Database) -> None:
    for _process in range(2):
        client = create_app(Settings.load(proxies=0), database=db).test_client()
        for _again in range(2):
            assert client.get("/sign-in", headers=THROUGH).status_code == 200
    with db.read() as session:
        rows = session.scalars(select(Notice)).all()
        assert [row.name for row in rows] == [UNCOUNTED_PROXY]
        assert rows[0].last_at > rows[0].first_at, "the second process saw it too"


def test_what_asks_for_health_waits_for_no_database(db: Database) -> None:
    client = create_app(Settings.load(proxies=0), database=db).test_client()
    client.get("/healthz", headers=THROUGH)
    with db.read() as session:
        assert last_noted(session, [UNCOUNTED_PROXY]) == {}
