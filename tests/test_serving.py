"""The production server's settings."""

from __future__ import annotations

from vipclub.serving import options


def test_the_access_log_holds_no_query_string_and_no_referer() -> None:
    """Both may hold what a person typed: %(q)s, %(r)s and %(f)s never appear."""
    form = options("127.0.0.1", 8000, 2, 4)["access_log_format"]
    assert not any(letter in form for letter in ("%(q)s", "%(r)s", "%(f)s", "%(a)s"))
    assert "%(U)s" in form


def test_each_worker_has_a_socket_of_its_own_and_few_threads() -> None:
    chosen = options("127.0.0.1", 8000, 2, 4)
    assert chosen["reuse_port"] is True
    assert (chosen["worker_class"], chosen["workers"], chosen["threads"]) == ("gthread", 2, 4)
    assert options("::1", 8000, 1, 2)["bind"] == "[::1]:8000"
