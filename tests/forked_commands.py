"""Commands of the club in processes of their own, forked from one that has imported the club.

To import it takes longer than most commands do. Each still has its own memory, environment, folder
and end; whatever is about the start itself, or goes on until it is told to stop, is begun anew
(`terminal.COMMAND`). The process that is forked from runs nothing itself, and ends with whoever
began it, when their end of the socket closes.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 1 << 20
"""Bytes of a request: words, environment, folder."""


class Forks:
    """The side that asks: `forks()`, one a process of the tests."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forked_commands", str(theirs.fileno())],
                pass_fds=[theirs.fileno()], cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self._lock = threading.Lock()
        atexit.register(self.close)

    def close(self) -> None:
        self._ours.close()
        self._process.wait(timeout=30)

    def run(
        self, words: tuple[str, ...], environment: Mapping[str, str], folder: Path, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """`vipclub WORDS` to its end, without anybody to ask. Raises TimeoutExpired."""
        asked = {
            "words": [*map(str, words)],
            "environment": dict(environment),
            "folder": str(folder),
        }
        ended, tells = os.pipe()
        with (
            open(ended, encoding="ascii") as told,
            open(os.devnull, "rb") as nothing,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as errors,
        ):
            try:
                with self._lock:
                    given = [nothing.fileno(), out.fileno(), errors.fileno(), tells]
                    socket.send_fds(self._ours, [json.dumps(asked).encode()], given)
            finally:
                os.close(tells)
            pid = int(told.readline())
            watch = threading.Timer(seconds, _kill, [pid])
            watch.start()
            status = int(told.readline())
            if watch.finished.is_set():
                raise subprocess.TimeoutExpired(["vipclub", *words], seconds)
            watch.cancel()
            texts = []
            for file in (out, errors):
                file.seek(0)
                texts.append(file.read().decode())
        return subprocess.CompletedProcess(
            ["vipclub", *words], os.waitstatus_to_exitcode(status), *texts
        )


@cache
def forks() -> Forks:
    """Begun when first wanted."""
    return Forks()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _serve(asking: socket.socket) -> int | None:
    """Fork a process for each request and tell how it ended. In a forked one, its exit code."""
    watched: dict[int, tuple[int, int]] = {}
    with selectors.DefaultSelector() as events:
        events.register(asking, selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                if key.fileobj is asking:
                    request, given, *_ = socket.recv_fds(asking, LONGEST, 4)
                    if not request:
                        return None
                    pid = os.fork()
                    if pid == 0:
                        return _become(json.loads(request), [*given])
                    *files, tells = given
                    for file in files:
                        os.close(file)
                    os.write(tells, b"%d\n" % pid)
                    handle = os.pidfd_open(pid)
                    watched[handle] = pid, tells
                    events.register(handle, selectors.EVENT_READ)
                else:
                    handle = key.fd
                    pid, tells = watched.pop(handle)
                    events.unregister(handle)
                    os.close(handle)
                    with contextlib.suppress(OSError):
                        os.write(tells, b"%d\n" % os.waitpid(pid, 0)[1])
                    os.close(tells)


def _become(asked: dict[str, Any], given: list[int]) -> int:
    """The command that was asked for, as if it had been begun so."""
    from vipclub.cli import main

    *files, tells = given
    os.close(tells)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = ["vipclub", *asked["words"]]
    main()
    return 0


def _import_all() -> None:
    from vipclub.cli import COMMANDS

    for place in COMMANDS.values():
        importlib.import_module(place.partition(":")[0])
    for name in ("vipclub.wiring", "vipclub.app"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # nothing of it is garbage, and who is forked need not look and copy


if __name__ == "__main__":
    _import_all()
    code = _serve(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(code or 0)
