"""A start: how soon the first page is there, what a worker holds in memory, and how long a demo
takes from nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.bench_http import PEOPLE
from tests.bench.club_requests import ClubRequests, ask
from tests.bench.clubs import ROOT
from tests.bench.durable_postgres import free_port
from tests.bench.http_loads import LOADS, club_side
from tests.bench.measuring import FreshDatabases, Measured
from tests.bench.processes import memory_mb, serving_club, stop, tree_of

DEMO_PEOPLE = 2_000
PATIENCE = 300
"""Seconds a demo may take."""


def bench_start_first_page(ground: FreshDatabases) -> Iterator[Measured]:
    """From the moment when a server that was just started takes a connection."""
    clubs, log = ground.clubs, ground.folder / "club.log"
    filled = clubs.filled(ground.people or PEOPLE)
    took = []
    with (
        clubs.copy(filled) as club,
        clubs.server.ask(club.url.rpartition("/")[2]) as connection,
    ):
        with serving_club(club, log):
            home = ClubRequests(club, connection, ground.folder).page("/", "member")
        for _ in range(ground.rounds):
            with serving_club(club, log, ready=""):
                began = time.perf_counter()
                status, said = ask(home, club.port)
                took.append(time.perf_counter() - began)
                if status != 200:
                    raise RuntimeError(f"the first page answered {status}: {said[:200]}")
    yield Measured("first page after a start", "postgresql", len(took), median(took), "s")


def bench_start_memory(ground: FreshDatabases) -> Iterator[Measured]:
    """What a worker holds after requests of each kind."""
    clubs = ground.clubs
    filled = clubs.filled(ground.people or PEOPLE)
    with (
        clubs.copy(filled) as copy,
        club_side(clubs.server, copy, ground.folder) as club,
    ):
        for name in LOADS:
            club.load(name, ground.seconds)
        _, *workers = tree_of(club.watched["application"])
        held = [memory_mb(pid) for pid in workers]
    yield Measured("memory of a worker", "postgresql", len(held), max(held), "MB")


def bench_start_demo(ground: FreshDatabases) -> Iterator[Measured]:
    """`make demo` with all packages there, on SQLite: until it is ready, and until it is whole."""
    people, port = ground.people or DEMO_PEOPLE, free_port()
    kept = {name: value for name, value in os.environ.items() if "VIPCLUB_" not in name}
    with tempfile.TemporaryDirectory() as instance:
        env = kept | {"VIPCLUB_ENV": "development", "VIPCLUB_INSTANCE": instance}
        command = [sys.executable, "-m", "vipclub.demo", "--port", str(port)]
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--people", str(people)],
            cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            ready = whole = 0.0
            while not whole:
                passed = time.perf_counter() - began
                if process.poll() is not None or passed > PATIENCE:
                    raise RuntimeError(f"the demo isn't open after {passed:.0f} s")
                if not ready and _ready(port):
                    ready = time.perf_counter() - began
                if ready and (Path(instance) / "demo.json").exists():
                    whole = time.perf_counter() - began
                time.sleep(0.05)
        finally:
            stop(process)
    yield Measured("make demo, ready", "sqlite", people, ready, "s")
    yield Measured("make demo, whole", "sqlite", people, whole, "s")


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except (urllib.error.HTTPError, OSError):
        return False
