"""The production server's settings."""

from __future__ import annotations

from vipclub.server import options


def test_the_server_writes_no_line_a_request_of_its_own() -> None:
    chosen = options("127.0.0.1", 8000, 2, 4)
    assert chosen["accesslog"] is None
    assert chosen["logger_class"] == "vipclub.server_log.ServerLog"


def test_workers_have_few_threads_and_bind_nothing_themselves() -> None:
    """Each has a listening socket of its own, which the first process holds (`web_processes`)."""
    chosen = options("127.0.0.1", 8000, 2, 4)
    assert "reuse_port" not in chosen
    assert chosen["worker_class"] == "vipclub.web_processes.WebWorker"
    assert (chosen["workers"], chosen["threads"]) == (2, 4)
    assert options("::1", 8000, 1, 2)["bind"] == "[::1]:8000"
