"""The benches measure what they say: run small, on a club that the demo fills."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from tests.bench import large_club, profiling
from tests.bench.bench_http import bench_http
from tests.bench.http_loads import LOADS
from tests.bench.load import request, write_plan
from tests.bench.measuring import FreshDatabases
from tests.bench.small_client import run
from tests.bench.starting_point import StartingPoint
from tests.cast import CLUB_ACTOR
from tests.databases import Servers
from tests.small_club import a_small_club
from vipclub import bookings
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.idempotency import IdempotencyRow
from vipclub.core.invariants import verify
from vipclub.core.outbox import OutboxRow
from vipclub.partners import Slot
from vipclub.wiring import INVARIANTS

PEOPLE = 400


@pytest.fixture(scope="module")
def ground(servers: Servers) -> Iterator[FreshDatabases]:
    """A small club on a PostgreSQL that keeps what was committed; not in pytest's own folder, which
    each run closes to everybody else anew."""
    with tempfile.TemporaryDirectory(prefix="vipclub-benches-") as kept:
        Path(kept).chmod(0o711)
        made = FreshDatabases(servers, kept=Path(kept), rounds=0, seconds=1, people=PEOPLE)
        yield made
        made.close()


@pytest.mark.slow
@pytest.mark.only("postgresql")
def test_a_club_is_measured_beside_the_bare_application(ground: FreshDatabases) -> None:
    found = {measured.bench: measured for measured in bench_http(ground)}
    assert list(found) == [*LOADS, "booking, spread, of two"]
    assert all(measured.ratio and measured.value for measured in found.values())
    assert found["booking, spread"].more["cores"].keys() == {
        "generator",
        "application",
        "postgresql",
    }


@pytest.mark.slow
@pytest.mark.only("postgresql")
def test_a_profile_names_statements_and_functions(
    ground: FreshDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiling, "REQUESTS", 3)
    monkeypatch.setattr(profiling, "WARM", 1)
    told = profiling.profile(ground, "home", "booking")
    assert "WRITE idempotency, ledger_entry, appointment, audit, outbox, slot: WITH" in told
    assert "web/member/home.py" in told


@pytest.mark.slow
@pytest.mark.only("postgresql")
def test_a_club_that_was_made_large_is_well(ground: FreshDatabases) -> None:
    with ground.clubs.copy(ground.clubs.filled(PEOPLE)) as club:
        large_club.grow(club, people=3 * PEOPLE, offerings=22, appointments=40)
        said = club.call("verify")
    assert "seats" in said
    assert "bookings on record" in said


@pytest.mark.only("postgresql")
def test_a_load_leaves_the_club_as_it_was(db: Database) -> None:
    club = a_small_club(db)
    with psycopg.connect(
        db.url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as connection:
        start, before = StartingPoint(connection), counts(db)
        for member in club.members[:2]:
            db.run(
                bookings.book,
                CLUB_ACTOR,
                member=member,
                offering=club.offering,
                slot=club.slots[0],
            )
        assert counts(db) != before
        start.again()
    assert counts(db) == before
    assert [outcome.broken for outcome in verify(db, INVARIANTS) if outcome.count] == []


def counts(db: Database) -> list[int]:
    """Rows of what a booking writes, and the seats that are taken."""
    tables = (bookings.Appointment, AuditRow, OutboxRow, IdempotencyRow)
    with db.read() as session:
        rows = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        return [*(count or 0 for count in rows), session.scalar(select(func.sum(Slot.taken))) or 0]


class Answering(BaseHTTPRequestHandler):
    """Says yes to GET and no to POST."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(200)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(409)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_said: object) -> None:
        """Nothing."""


def test_the_small_client_sends_each_once_and_counts_refusals(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_port
    plan = write_plan(
        tmp_path / "plan",
        [
            *(request("GET", "/?page", port=port) for _ in range(30)),
            *(request("POST", "/?book", port=port, body='{"seat": 1}') for _ in range(10)),
        ],
    )
    # a browser that an earlier test of this process drives keeps a loop of its own in this thread
    with ThreadPoolExecutor(1) as elsewhere:
        found = elsewhere.submit(
            asyncio.run, run(plan, port, clients=4, seconds=20, again=False)
        ).result(timeout=40)
    server.shutdown()
    server.server_close()
    thread.join()
    assert (found["answers"], found["refused"], found["lost"]) == (40, 10, 0)
    assert 0 < found["ms_50"] <= found["ms_95"] <= found["ms_99"]
