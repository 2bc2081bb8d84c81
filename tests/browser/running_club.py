"""A real club for a real browser: the demo filled into a folder of its own, served with its
worker."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class RunningClub:
    """A running demo: its address and what `instance/demo.json` says."""

    address: str
    demo: dict[str, Any]
    instance: Path
    start_server: Callable[[], subprocess.Popen[bytes]]
    servers: list[subprocess.Popen[bytes]]

    @contextmanager
    def without_server(self) -> Iterator[None]:
        """The server is gone; afterwards another one is there."""
        gone = self.servers.pop()
        gone.terminate()
        gone.wait(timeout=30)
        yield
        self.servers.append(self.start_server())
        _wait_for(self.address)

    def move_visit_to_now(self, ref: str) -> None:
        """The visit begins at this moment, so that its own day is today."""
        now = datetime.now(UTC)
        starts, ends = (
            moment.strftime("%Y-%m-%d %H:%M:%S.%f") for moment in (now, now + timedelta(hours=1))
        )
        day = now.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
        with closing(sqlite3.connect(self.instance / "vipclub.db", timeout=10)) as database:
            database.execute(
                "UPDATE appointment SET starts_at = ?, ends_at = ?, local_day = ? "
                "WHERE public_ref = ?",
                (starts, ends, day, ref),
            )
            database.commit()


@contextmanager
def running_club(instance: Path, *, people: int = 400) -> Iterator[RunningClub]:
    """A demo in its own folder, filled, served, with its worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIPCLUB_")}
    env = kept | {
        "VIPCLUB_ENV": "development",
        "VIPCLUB_INSTANCE": str(instance),
        "VIPCLUB_BASE_URL": address,
    }
    command = [sys.executable, "-m", "vipclub.cli"]
    subprocess.run([*command, "demo", "--people", str(people)], env=env, check=True, timeout=180)
    serve = [*command, "serve", "--port", str(port), "--workers", "1"]

    def start_server() -> subprocess.Popen[bytes]:
        return subprocess.Popen(serve, env=env)

    worker, servers = subprocess.Popen([*command, "worker"], env=env), [start_server()]
    try:
        _wait_for(address)
        told = json.loads((instance / "demo.json").read_text())
        yield RunningClub(address, told, instance, start_server, servers)
    finally:
        children = [worker, *servers]
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=30)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
