"""`vipclub serve` stops, takes over and renews its workers without losing a connection."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.bookings.invariants import broken_invariants
from tests.restarts.booking_clients import Bystander, Clients, booked
from tests.restarts.club_processes import (
    LINGERING,
    SLOW_NEW_WORKERS,
    UNGUARDED,
    WITHOUT_NEW_WORKERS,
    ClubProcess,
    free_port,
    running,
    serving,
)
from tests.small_club import a_small_club
from tests.terminal import environment_of
from vipclub.core.db import Database
from vipclub.core.key_holders import KeyHolder

pytestmark = pytest.mark.slow
MEMBERS = 300
ENDS_WITHIN = 25
"""Seconds, after TERM: what workers may take to end, and some for whoever counts."""
LONGEST = 2.0
"""Seconds that an answer may take, beyond what somebody waits at that time who asks a server that
nobody restarts: other tests run on this machine. `make soak` asks for it flat."""


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    return environment_of(url, tmp_path)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.mark.promise("P37")
@pytest.mark.only("postgresql")
@pytest.mark.parametrize("way", ["second serve", "HUP"])
def test_clients_that_book_notice_nothing_of_a_rolling_restart(
    db: Database, environment: dict[str, str], port: int, way: str
) -> None:
    club = a_small_club(db, members=MEMBERS, capacity=100)
    clients, elsewhere = Clients(club, port), free_port()
    with (
        serving(environment, elsewhere, workers=1),
        serving(environment, port) as first,
        Bystander(club, elsewhere).asking() as beside,
        clients.booking() as seen,
    ):
        clients.wait_for(50)
        if way == "HUP":
            old = first.children()
            first.send(signal.SIGHUP)
            wait_until_gone(old)
            clients.wait_for(50)
            clients.stop()
        else:
            with serving(environment, port):
                first.send(signal.SIGTERM)
                assert first.ended() == 0
                clients.wait_for(50)
                clients.stop()
    assert (seen.resets, seen.contradicted) == ([], [])
    assert set(seen.statuses) == {201}
    assert sorted(seen.acknowledged.items()) == sorted(booked(db))
    assert set(beside.statuses) == {200}
    assert seen.longest < LONGEST + beside.longest
    assert broken_invariants(db) == []


@pytest.mark.promise("P37")
@pytest.mark.only("postgresql")
@pytest.mark.parametrize("guarded", [True, False])
def test_clients_that_connect_anew_are_all_let_in_by_the_one_that_stays(
    db: Database, environment: dict[str, str], port: int, guarded: bool
) -> None:
    """Where the closing socket goes on letting them in, some are reset."""
    club = a_small_club(db, members=MEMBERS, capacity=100)
    clients = Clients(club, port, kept=False, pause=0.02)
    changed = LINGERING if guarded else LINGERING + UNGUARDED
    with (
        serving(environment, port, changed=changed) as first,
        serving(environment, port),
        clients.booking() as seen,
    ):
        clients.wait_for(50)
        first.send(signal.SIGTERM)
        assert first.ended() == 0
        clients.wait_for(20)
        clients.stop()
    assert set(seen.statuses) == {201}
    assert seen.contradicted == []
    assert seen.resets == [] if guarded else seen.resets != []


def wait_until_gone(pids: list[int]) -> None:
    until = time.monotonic() + 40
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("guarded", [True, False])
def test_connections_that_wait_to_be_accepted_are_answered_by_the_one_that_stops(
    environment: dict[str, str], port: int, guarded: bool
) -> None:
    with serving(environment, port, changed="" if guarded else UNGUARDED) as first:
        for pid in first.children():
            os.kill(pid, signal.SIGSTOP)  # so that nobody accepts
        waiting = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(32)]
        for one in waiting:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        first.send(signal.SIGTERM)
        time.sleep(1)
        for pid in first.children():
            os.kill(pid, signal.SIGCONT)
        answers = [first_line(one) for one in waiting]
        assert first.ended() == 0
    well = answers.count("HTTP/1.1 200 OK")
    assert well == 32 if guarded else well < 32


def first_line(connection: socket.socket) -> str:
    with connection:
        try:
            return connection.recv(4096).decode().partition("\r\n")[0]
        except OSError as error:
            return type(error).__name__


def asked(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    answer.read()
    return answer


@pytest.mark.only("postgresql")
def test_a_kept_connection_is_told_that_it_ends_and_an_idle_one_is_closed_without_a_reset(
    environment: dict[str, str], port: int
) -> None:
    with serving(environment, port, workers=1) as club:
        talking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        idle = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        assert asked(talking).headers["Connection"] == "keep-alive"
        assert asked(idle).headers["Connection"] == "keep-alive"
        assert idle.sock is not None
        club.send(signal.SIGTERM)
        time.sleep(0.8)
        assert asked(talking).headers["Connection"] == "close"
        assert idle.sock.recv(100) == b""  # the end of the stream; a reset would raise
        assert club.ended(10) == 0
        talking.close()
        idle.close()


@pytest.mark.only("postgresql")
def test_a_booking_under_way_is_finished_before_the_server_ends(
    db: Database, environment: dict[str, str], port: int
) -> None:
    club = a_small_club(db)
    clients = Clients(club, port, count=1)
    with serving(environment, port, workers=1) as server, db.session() as other:
        other.execute(text("SELECT 1 FROM slot FOR UPDATE"))  # it waits for this
        with clients.booking() as seen:
            until_it_waits(db)
            server.send(signal.SIGTERM)
            clients.stop_after_this()
            time.sleep(1.0)
            other.rollback()
            clients.stop()
        assert server.ended() == 0
    with db.read() as session:
        assert session.scalar(select(func.count(KeyHolder.owner))) == 0  # it writes no more
    assert (seen.resets, dict(seen.statuses)) == ([], {201: 1})
    assert booked(db) == list(seen.acknowledged.items())


def until_it_waits(db: Database) -> None:
    until = time.monotonic() + 10
    with db.read() as session:
        while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.only("sqlite")
def test_new_workers_that_do_not_start_leave_the_old_at_work(
    environment: dict[str, str], port: int
) -> None:
    with serving(environment, port, changed=WITHOUT_NEW_WORKERS) as club:
        old = club.children()
        club.send(signal.SIGHUP)
        club.wait_until_said("the old go on")
        for _ in range(10):
            assert asked(http.client.HTTPConnection("127.0.0.1", port, timeout=10)).status == 200
        time.sleep(1.5)
        assert club.children() == old


@pytest.mark.only("sqlite")
def test_a_server_that_is_told_to_end_while_it_renews_its_workers_does_so_in_time(
    environment: dict[str, str], port: int
) -> None:
    """New workers may take a minute to load, and the old ones twenty seconds to end."""
    with serving(environment, port, changed=SLOW_NEW_WORKERS) as club:
        club.send(signal.SIGHUP)
        until = time.monotonic() + 20
        while len(club.children()) < 4:
            assert time.monotonic() < until
            time.sleep(0.05)
        begun = time.monotonic()
        club.send(signal.SIGTERM)
        assert club.ended(40) == 0
        assert time.monotonic() - begun < ENDS_WITHIN


def test_workers_renewed_before_the_first_accept_are_said_to_be_ready_all_the_same(
    environment: dict[str, str], port: int
) -> None:
    words = ("serve", "--port", str(port), "--workers", "2")
    with running(ClubProcess(environment, *words)) as club:
        until = time.monotonic() + 40
        while len(club.children()) < 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        club.send(signal.SIGHUP)
        club.wait_until_said("ready on", 60)
