"""The production server's settings."""

from __future__ import annotations

import pytest

from vipclub.access_log import without_secret
from vipclub.server import options


def test_the_access_log_holds_no_query_string_and_no_referer() -> None:
    """Both may hold what a person typed: %(q)s, %(r)s and %(f)s never appear."""
    form = options("127.0.0.1", 8000, 2, 4)["access_log_format"]
    assert not any(letter in form for letter in ("%(q)s", "%(r)s", "%(f)s", "%(a)s"))
    assert "%(U)s" in form


def test_workers_have_few_threads_and_bind_nothing_themselves() -> None:
    """Each has a listening socket of its own, which the first process holds (`web_processes`)."""
    chosen = options("127.0.0.1", 8000, 2, 4)
    assert "reuse_port" not in chosen
    assert chosen["worker_class"] == "vipclub.web_processes.WebWorker"
    assert (chosen["workers"], chosen["threads"]) == (2, 4)
    assert options("::1", 8000, 1, 2)["bind"] == "[::1]:8000"


@pytest.mark.parametrize("door", ["reset", "invitation", "join", "calendar"])
def test_the_access_log_holds_no_secret_of_a_link(door: str) -> None:
    assert options("127.0.0.1", 8000, 2, 4)["logger_class"] == "vipclub.access_log.AccessLog"
    assert "s3cret" not in without_secret(f"/{door}/s3cret")
    assert "s3cret" not in without_secret(f"/{door}/s3cret.ics")
    assert without_secret(f"/{door}") == f"/{door}"
