"""`python -m tests.bench.upgrading [--people 20000] [--commit v0.4.0]`: a large club made by the
code of then, on both databases, brought to today's schema, and served by the code of then while its
workers are changed. Needs the repository's history; a JSON object a line.

What has to hold of every upgrade `tests/test_upgrade.py` holds at a small size.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, inspect, text

from tests.databases import TEST_KEYS, Servers
from tests.postgres import Keeper

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "vipclub.cli"]
BESIDE_SECONDS = 15
"""That workers of both codes run at once."""


class Club:
    """A club in a folder, and the commands of either code upon it."""

    def __init__(self, url: str, instance: Path) -> None:
        self.url = url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if "VIPCLUB_" not in name}
        self.env = kept | {
            "VIPCLUB_ENV": "development",
            "VIPCLUB_DATABASE_URL": url,
            "VIPCLUB_INSTANCE": str(instance),
            "VIPCLUB_BASE_URL": self.address,
        }

    def call(self, code: Path, *words: str) -> tuple[str, float]:
        """A command to its end: what it said, and its seconds. Raises CalledProcessError."""
        began = time.perf_counter()
        done = subprocess.run(
            [*COMMAND, *words], cwd=code, env=self.env, check=True, capture_output=True, text=True
        )
        return done.stdout, round(time.perf_counter() - began, 2)

    @contextlib.contextmanager
    def running(self, code: Path, *words: str) -> Iterator[None]:
        """A server or a worker, as long as the block."""
        process = subprocess.Popen([*COMMAND, *words], cwd=code, env=self.env)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)

    def serving(self, code: Path) -> contextlib.AbstractContextManager[None]:
        return self.running(code, "serve", "--port", str(self.port), "--workers", "1")

    def sums(self, like: dict[str, list[str]] | None = None) -> dict[str, tuple[int, str]]:
        """Of each table its rows and a hash over them, in the columns of `like`."""
        engine = create_engine(self.url)
        there = MetaData()
        there.reflect(engine)
        found = {}
        with engine.connect() as connection:
            for name, columns in (like or self.columns()).items():
                table = there.tables[name]
                chosen = [table.c[column] for column in columns]
                keys = [str(chosen.index(key) + 1) for key in table.primary_key if key in chosen]
                rows, digest = 0, hashlib.sha256()
                query = table.select().with_only_columns(*chosen).order_by(text(", ".join(keys)))
                for row in connection.execution_options(yield_per=2000).execute(query):
                    rows += 1
                    plain = (bytes(v) if isinstance(v, memoryview) else v for v in row)
                    digest.update(repr(tuple(plain)).encode())
                found[name] = (rows, digest.hexdigest()[:16])
        engine.dispose()
        return found

    def columns(self) -> dict[str, list[str]]:
        engine = create_engine(self.url)
        look = inspect(engine)
        names = set(look.get_table_names()) - {"alembic_version"}
        found = {name: [c["name"] for c in look.get_columns(name)] for name in sorted(names)}
        engine.dispose()
        return found


class Visitor:
    """A browser by HTTP alone, and a program with the demo's tokens."""

    def __init__(self, club: Club, demo: dict[str, Any]) -> None:
        self._club, self._demo = club, demo
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(jar)

    def sign_in(self) -> None:
        """The member signs in and sees her own page. Raises AssertionError, HTTPError."""
        form = self._browser.open(f"{self._club.address}/sign-in", timeout=20).read().decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert found is not None
        fields = {"csrf_token": found[1], **self._demo["sign_ins"]["member"]}
        sent = urllib.parse.urlencode(fields).encode()
        page = self._browser.open(f"{self._club.address}/sign-in", sent, timeout=20)
        assert page.status == 200
        assert not page.url.endswith("/sign-in"), page.url

    def book_and_confirm(self, members: Iterator[str], most: int) -> int:
        """So many appointments, each confirmed by its partner, or as many as these members still
        may have. Raises HTTPError."""
        first = date.today() + timedelta(days=20)
        days = {"from": first.isoformat(), "to": (first + timedelta(days=20)).isoformat()}
        asked = urllib.parse.urlencode({**days, "offering": self._demo["offering"]})
        slots = self._ask("channel", f"/services/{self._demo['service']}/slots?{asked}")["items"]
        done = 0
        for member in members:
            slot = slots[done % len(slots)]["slot"]
            wanted = {"member": member, "offering": self._demo["offering"], "slot": slot}
            try:
                made = self._ask("channel", "/appointments", wanted)
            except urllib.error.HTTPError as error:
                if error.code in {409, 422}:  # has one already, or nothing left
                    continue
                raise
            self._ask("partner", f"/appointments/{made['appointment']}/confirm", {})
            done += 1
            if done == most:
                break
        return done

    def _ask(self, who: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        asked = urllib.request.Request(
            f"{self._club.address}/api/v1{path}",
            None if body is None else json.dumps(body).encode(),
            {
                "Authorization": f"Bearer {self._demo['tokens'][who]}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found


def upgrade(club: Club, old: Path, instance: Path, people: int) -> Iterator[dict[str, Any]]:
    """The whole way of one club; each step as it is done."""
    if not (instance / "demo.json").exists():
        _, seconds = club.call(old, "demo", "--people", str(people))
        yield {"step": "filled by the code of then", "seconds": seconds}
    columns, before = club.columns(), club.sums()
    _, seconds = club.call(ROOT, "db", "upgrade")
    after = club.sums(columns)
    changed = [name for name in before if before[name] != after[name]]
    rows = sum(count for count, _ in before.values())
    yield {"step": "upgraded", "seconds": seconds, "rows": rows, "changed": changed}
    said, seconds = club.call(ROOT, "verify", "--json")
    yield {"step": "verified", "seconds": seconds, "broken": _broken(said)}
    visitor = Visitor(club, json.loads((instance / "demo.json").read_text()))
    every = json.loads((instance / "demo.json").read_text())["members"]
    then, beside, worked, now = (iter(every[n::4]) for n in range(4))  # some each, also of few
    booked = {}
    with club.serving(old):
        _wait_for(club.address)
        with club.running(old, "worker"):
            visitor.sign_in()
            booked["then"] = visitor.book_and_confirm(then, 20)
            with club.running(ROOT, "worker"):
                until = time.monotonic() + BESIDE_SECONDS
                booked["workers of both"] = 0
                while time.monotonic() < until:
                    booked["workers of both"] += visitor.book_and_confirm(beside, 2)
                    time.sleep(1)
        with club.running(ROOT, "worker"):
            booked["worker of today"] = visitor.book_and_confirm(worked, 5)
    with club.serving(ROOT), club.running(ROOT, "worker"):
        _wait_for(club.address)
        visitor.sign_in()
        booked["today"] = visitor.book_and_confirm(now, 20)
        time.sleep(12)  # letters are due eight seconds after a confirmation
    assert all(booked.values()), f"too few members could book: {booked}"
    said, _ = club.call(ROOT, "verify", "--json")
    told = {"broken": _broken(said), "booked": booked, **_machinery(club)}
    yield {"step": "served by both codes", **told}


def _broken(said: str) -> list[str]:
    return [check["name"] for check in json.loads(said)["checks"] if check["broken"]]


def _machinery(club: Club) -> dict[str, Any]:
    """Jobs that failed, and what the outbox holds by state."""
    engine = create_engine(club.url)
    with engine.connect() as connection:
        jobs = connection.execute(text("SELECT name FROM timed_job WHERE outcome = 'failed'"))
        states = connection.execute(
            text("SELECT state, count(*) AS rows FROM outbox GROUP BY state")
        )
        found = {
            "failed_jobs": [row[0] for row in jobs],
            "outbox": {row.state: row.rows for row in states},
        }
    engine.dispose()
    return found


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--commit", default="v0.4.0")
    parser.add_argument("--home", type=Path, help="a folder whose clubs are kept")
    given = parser.parse_args()
    keeper = Keeper()
    with tempfile.TemporaryDirectory() as folder:
        home, old = given.home or Path(folder), Path(folder) / "then"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", old, given.commit], check=True)
        try:
            servers = Servers(keeper.home, TEST_KEYS)
            for backend in ("sqlite", "postgresql"):
                instance = home / backend
                instance.mkdir(parents=True, exist_ok=True)
                place = f"sqlite:///{instance / 'vipclub.db'}"
                url = place if backend == "sqlite" else servers.empty(backend)
                for told in upgrade(Club(url, instance), old, instance, given.people):
                    print(json.dumps({"backend": backend, **told}), flush=True)
        finally:
            subprocess.run([*git, "remove", "--force", old], check=True)
            keeper.close()


if __name__ == "__main__":
    main()
