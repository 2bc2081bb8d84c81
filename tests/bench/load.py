"""Many clients at once: wrk where it is there, else a small client of our own; what came back, and
the cores that generator, application and PostgreSQL took meanwhile."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.processes import cpu_seconds

CLIENTS = 32
END = b"\n====\n"
"""What ends a request of a plan."""
SCRIPT = Path(__file__).with_name("replay.lua")


@dataclass(frozen=True)
class Load:
    """What a load came to; milliseconds, cores by who took them."""

    answers: int
    refused: int
    seconds: float
    ms_50: float
    ms_95: float
    ms_99: float
    cores: dict[str, float]

    @property
    def a_second(self) -> float:
        return self.answers / self.seconds if self.seconds else 0.0


def generator() -> str:
    """Which program sends the requests."""
    return "wrk" if shutil.which("wrk") else "a client in Python"


def request(
    method: str,
    path: str,
    *,
    port: int,
    headers: Mapping[str, str] | None = None,
    body: str = "",
    kind: str = "application/json",
) -> bytes:
    """A whole request, as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method == "POST":
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body.encode())}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def write_plan(path: Path, requests: Iterable[bytes]) -> Path:
    """The requests of a load, in a file that both generators read."""
    path.write_bytes(b"".join(one + END for one in requests))
    return path


def drive(plan: Path, port: int, *, seconds: int, again: bool, watched: Mapping[str, int]) -> Load:
    """Send a plan for some seconds, or to its end. `watched` names processes by what they are.
    Raises RuntimeError when answers were lost."""
    if shutil.which("wrk"):
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "20s"]
        command += ["-s", str(SCRIPT), f"http://127.0.0.1:{port}/", "--", str(plan)]
        command += ["again" if again else "once"]
    else:
        command = [sys.executable, "-m", "tests.bench.small_client", str(plan), str(port)]
        command += [str(CLIENTS), str(seconds), "again" if again else "once"]
    before = {name: cpu_seconds(pid) for name, pid in watched.items()}
    own, began = _of_children(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    cores = {"generator": (_of_children() - own) / took}
    cores |= {name: (cpu_seconds(pid) - before[name]) / took for name, pid in watched.items()}
    line = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    if done.returncode or line is None:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
    said: dict[str, Any] = json.loads(line)
    if said.pop("lost"):
        raise RuntimeError(f"answers were lost: {line}")
    return Load(**said, cores={name: round(value, 2) for name, value in cores.items()})


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
