"""A proxy that the settings don't count is said in the log."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from vipclub.app import create_app
from vipclub.core.db import Database
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
