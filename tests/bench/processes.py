"""Servers under measurement: started, waited for, and what they took of the machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import _GeneratorContextManager, contextmanager
from pathlib import Path

from tests.bench.clubs import COMMAND, ROOT, BenchClub

WORKERS = 2
BARE_THREADS = 2
"""What bare Flask is quickest with; the club has its own default."""
PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def tree_of(pid: int) -> list[int]:
    """A process and all below it; nothing where there is no /proc."""
    children: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        fields = _stat(int(stat.parent.name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        left += children.get(one, [])
    return found


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU of a process and all below it, those that have ended too."""
    total = 0
    for number, one in enumerate(tree_of(pid)):
        fields = _stat(one)
        if fields:
            total += int(fields[11]) + int(fields[12])
            total += int(fields[13]) + int(fields[14]) if number == 0 else 0
    return total / TICKS


def memory_mb(pid: int) -> float:
    """What a process alone holds in memory (RSS), in MB."""
    return _memory(pid, "VmRSS")


def most_memory_mb(pid: int) -> float:
    """The most that it has held since it began; 0 once it has ended. What `wait4` tells of a child
    counts what its parent held as well."""
    return _memory(pid, "VmHWM")


def _memory(pid: int, name: str) -> float:
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def settle(pid: int, most: float = 15.0) -> None:
    """Until a server has answered what was still in its queues when a load ended: at once it would
    take from the next."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        before = cpu_seconds(pid)
        time.sleep(0.2)
        if cpu_seconds(pid) - before < 0.02:
            return


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@contextmanager
def running(
    command: list[str], *, env: Mapping[str, str], port: int, ready: str, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A server, from when it answers on `ready`, to the end of the block."""
    with log.open("ab") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=written, stderr=written)
    try:
        wait_for(port, ready, process)
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Politely, then not."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(port: int, ready: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until it answers on `ready`, whatever it says; until it takes a connection where that is
    empty. Raises RuntimeError when the process ends before."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"port {port}: the server ended with {process.returncode}")
        try:
            if ready:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=5).close()
            else:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(f"nobody answers on port {port}")


def serving_club(
    club: BenchClub, log: Path, *, workers: int = WORKERS, ready: str = "/healthz"
) -> _GeneratorContextManager[subprocess.Popen[bytes]]:
    """`vipclub serve` as a club runs it."""
    command = [*COMMAND, "serve", "--port", str(club.port), "--workers", str(workers)]
    return running(command, env=club.env, port=club.port, ready=ready, log=log)


def serving_bare(
    url: str, port: int, log: Path, *, workers: int = WORKERS
) -> _GeneratorContextManager[subprocess.Popen[bytes]]:
    """The bare application on its own database."""
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--workers", str(workers)]
    command += ["--threads", str(BARE_THREADS), "--reuse-port", "--log-level", "warning"]
    command += ["--keep-alive", "15", "-b", f"127.0.0.1:{port}"]
    command += ["tests.bench.bare.application:application()"]
    env = os.environ | {"BARE_DATABASE_URL": url, "BARE_CONNECTIONS": str(BARE_THREADS)}
    return running(command, env=env, port=port, ready="/null", log=log)
