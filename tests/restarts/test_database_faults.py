"""The database is away, full, or the server is killed: nothing acknowledged is lost or doubled, and
all goes on by itself."""

from __future__ import annotations

import http.client
import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.bookings.invariants import broken_invariants
from tests.databases import TEST_KEYS
from tests.restarts.booking_clients import Clients, booked
from tests.restarts.club_processes import ClubProcess, free_port, running, serving
from tests.restarts.own_postgres import OwnPostgres
from tests.small_club import SmallClub, a_small_club
from tests.terminal import environment_of
from vipclub import migration
from vipclub.core import lease
from vipclub.core.db import Database
from vipclub.core.timetable import TimedJob
from vipclub.wiring import REACTIONS

pytestmark = pytest.mark.slow
AWAY_SECONDS = 7
MEMBERS = 300


@pytest.fixture
def own() -> Iterator[OwnPostgres]:
    """A PostgreSQL that the test may stop."""
    with OwnPostgres() as server:
        yield server


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    return environment_of(url, tmp_path)


@pytest.mark.promise("P30")
def test_a_database_that_is_away_for_seven_seconds_is_said_in_time_and_loses_nothing(
    own: OwnPostgres, port: int, tmp_path: Path
) -> None:
    db = Database(own.url, keys=TEST_KEYS, reactions=REACTIONS)
    migration.upgrade(db)
    club = a_small_club(db, members=MEMBERS, capacity=100)
    environment = environment_of(own.url, tmp_path)
    clients = Clients(club, port, again=True)
    with (
        serving(environment, port) as web,
        running(ClubProcess(environment, "worker")) as worker,
        clients.booking() as seen,
    ):
        clients.wait_for(40)
        until_the_worker_beats(db)
        own.stop()
        db.dispose()
        time.sleep(AWAY_SECONDS)
        own.start()
        back = time.monotonic()
        clients.wait_for(40)
        well = time.monotonic() - back
        runs = sealings(db)
        until_the_worker_beats(db)
        until = time.monotonic() + 30
        while sealings(db) <= runs:  # every ten seconds
            assert time.monotonic() < until
            time.sleep(0.2)
        clients.stop()
        assert (web.process.poll(), worker.process.poll()) == (None, None)
    assert (seen.resets, seen.contradicted) == ([], [])
    assert set(seen.statuses) == {201, 503}
    assert seen.without_retry_after == 0
    assert seen.longest < 6
    assert well < 6
    assert sorted(seen.acknowledged.items()) == sorted(booked(db))
    assert broken_invariants(db) == []
    db.dispose()


def until_the_worker_beats(db: Database) -> None:
    """A beat of the last seconds."""
    until = time.monotonic() + 40
    while True:
        with db.read() as session:
            age = lease.heartbeat_age(session)
        if age is not None and age < 3:
            return
        assert time.monotonic() < until
        time.sleep(0.2)


def sealings(db: Database) -> int:
    with db.read() as session:
        found = session.scalar(select(TimedJob.runs).where(TimedJob.name == "seal_audit"))
    return found or 0


@pytest.mark.promise("P10")
@pytest.mark.race
def test_a_server_that_is_killed_while_members_book_loses_and_doubles_nothing(
    db: Database, environment: dict[str, str], port: int
) -> None:
    club = a_small_club(db, members=MEMBERS, capacity=100)
    clients = Clients(club, port, again=True)
    with clients.booking() as seen:
        with serving(environment, port) as first:
            clients.wait_for(40)
            for pid in (*first.children(), first.process.pid):
                os.kill(pid, signal.SIGKILL)
            at_the_kill = dict(seen.acknowledged)
            assert first.ended() == -signal.SIGKILL
        assert at_the_kill.items() <= set(booked(db))
        with serving(environment, port):
            clients.wait_for(40)
            clients.stop()
    assert seen.resets != []
    assert seen.contradicted == []
    assert sorted(seen.acknowledged.items()) == sorted(booked(db))
    assert broken_invariants(db) == []


def asked(port: int, club: SmallClub, member: int) -> tuple[int, dict[str, Any], str | None]:
    """A booking: status, body, Retry-After."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = {
        "member": club.members[member],
        "offering": club.offering,
        "slot": club.slots[member],
    }
    headers = {"Authorization": f"Bearer {club.channel}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/appointments", json.dumps(body), headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told, answer.headers["Retry-After"]


def read(port: int, club: SmallClub) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Authorization": f"Bearer {club.channel}"}
    connection.request("GET", "/api/v1/services/health-check/slots?city=310000", headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def refused_and_read(port: int, club: SmallClub) -> None:
    """What is to be saved is refused with one sentence, what is read is read."""
    status, told, retry_after = asked(port, club, 1)
    assert (status, told["code"]) == (507, "storage_full")
    assert told["title"].startswith("Nothing can be saved at this moment")
    assert retry_after == "60"
    assert read(port, club) == 200


@pytest.mark.promise("P30")
@pytest.mark.only("sqlite")
def test_a_full_disk_refuses_to_save_in_one_sentence_and_reading_goes_on(
    db: Database, environment: dict[str, str], port: int
) -> None:
    club = a_small_club(db)
    with serving(environment, port, workers=1) as web:
        assert asked(port, club, 0)[0] == 201
        (worker,) = web.children()
        _, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (8192, hard))  # no file may grow further
        refused_and_read(port, club)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (hard, hard))
        assert asked(port, club, 1)[0] == 201
    assert len(booked(db)) == 2
    assert broken_invariants(db) == []


@pytest.fixture
def on_a_small_disk() -> Iterator[OwnPostgres]:
    """A PostgreSQL whose disk the test may fill."""
    if os.geteuid() != 0:
        pytest.skip("to mount a small disk takes root's rights")
    try:
        server = OwnPostgres(mebibytes=400)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no small disk can be mounted here: {error.stderr.decode().strip()}")
    with server:
        yield server


@pytest.mark.promise("P30")
def test_while_the_servers_disk_is_full_nothing_is_lost_and_all_goes_on_when_there_is_room(
    on_a_small_disk: OwnPostgres, port: int, tmp_path: Path
) -> None:
    """First a statement is refused; then PostgreSQL can't write its journal any more, stops, and
    is away until there is room and whoever keeps it has begun it again."""
    db = Database(on_a_small_disk.url, keys=TEST_KEYS, reactions=REACTIONS)
    migration.upgrade(db)
    club = a_small_club(db, members=MEMBERS, capacity=100)
    clients = Clients(club, port, again=True)
    with (
        serving(environment_of(on_a_small_disk.url, tmp_path), port),
        clients.booking() as seen,
    ):
        clients.wait_for(20)
        on_a_small_disk.fill()
        until = time.monotonic() + 60
        while len(seen.unwell) < 40:
            assert time.monotonic() < until, seen
            time.sleep(0.05)
        assert read(port, club) in {200, 503}
        on_a_small_disk.make_room()
        until, wanted = time.monotonic() + 60, seen.statuses[201] + 40
        while seen.statuses[201] < wanted:
            assert time.monotonic() < until, seen
            on_a_small_disk.start_if_ended()
            time.sleep(0.1)
        clients.stop()
    rows = booked(db)
    assert (seen.resets, seen.contradicted) == ([], [])
    assert set(seen.statuses) <= {201, 503, 507}
    assert seen.without_retry_after == 0
    assert seen.acknowledged.items() <= set(rows)
    assert len(rows) == len(dict(rows))
    assert broken_invariants(db) == []
    db.dispose()


@pytest.mark.promise("P30")
@pytest.mark.only("postgresql")
def test_a_server_without_room_on_its_disk_is_told_alike(
    db: Database, environment: dict[str, str], port: int
) -> None:
    """A trigger says what PostgreSQL says then, wherever no disk can be mounted to be filled."""
    club = a_small_club(db)
    with serving(environment, port, workers=1), db.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER no_room BEFORE INSERT ON appointment "
                "FOR EACH ROW EXECUTE FUNCTION no_room()"
            )
        )
        connection.commit()
        refused_and_read(port, club)
        with db.engine.begin() as other:
            other.execute(text("DROP TRIGGER no_room ON appointment"))
        assert asked(port, club, 1)[0] == 201
    assert broken_invariants(db) == []
