"""`vipclub serve` and `vipclub worker` as processes, and a port for them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.terminal import COMMAND

LINGERING = """
import time
from vipclub import web_processes

settle = web_processes.WebWorker.set_accept_enabled

def settle_slowly(self, enabled):
    settle(self, enabled)
    if not enabled:
        time.sleep(0.3)

web_processes.WebWorker.set_accept_enabled = settle_slowly
"""
"""Some time goes by between a worker's last accept and the end of its socket, as on a machine that
has much to do."""

UNGUARDED = """
from vipclub import listening_sockets, web_processes

def nothing(*_given):
    pass

listening_sockets.let_nobody_begin = nothing
web_processes.WebWorker._accept_all = nothing
"""
"""Without what keeps connections from being lost."""

WITHOUT_NEW_WORKERS = """
import os
from pathlib import Path
from vipclub import app

make, loaded = app.create_app, Path(os.environ["VIPCLUB_INSTANCE"]) / "loaded"

def only_two(settings, **more):
    with loaded.open("a") as file:
        file.write("x")
        if file.tell() > 2:
            raise RuntimeError("this code is broken")
    return make(settings, **more)

app.create_app = only_two
"""
"""The third worker that is begun can't load the application."""

SLOW_NEW_WORKERS = WITHOUT_NEW_WORKERS.replace(
    'raise RuntimeError("this code is broken")',
    """import time
            time.sleep(50)""",
)
"""The same command, in which every worker after the second takes long to load the application."""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ClubProcess:
    """A command of the club that goes on until it is told to stop. `errors` grows line by line."""

    def __init__(
        self, environment: Mapping[str, str], *words: str, command: Sequence[str] = COMMAND
    ) -> None:
        self.errors: list[str] = []
        self._heard = threading.Condition()
        self.process = subprocess.Popen(
            [*command, *words], env=environment, stderr=subprocess.PIPE, text=True
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                with self._heard:
                    self.errors.append(line)
                    self._heard.notify_all()

    def wait_until_said(self, words: str, seconds: float = 40, *, times: int = 1) -> None:
        """Until its standard error holds the words so many times."""
        with self._heard:
            assert self._heard.wait_for(
                lambda: sum(words in line for line in self.errors) >= times, timeout=seconds
            ), "".join(self.errors)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float = 40) -> int:
        """Its exit code, once it has ended."""
        code = self.process.wait(timeout=seconds)
        self._listener.join(timeout=5)
        return code

    def children(self) -> list[int]:
        """The processes that it started."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]


@contextmanager
def serving(
    environment: Mapping[str, str], port: int, *, workers: int = 2, changed: str = ""
) -> Iterator[ClubProcess]:
    """`vipclub serve`, ready; killed at the end if it is there. `changed` is done to its code
    first."""
    begun = (
        f"{changed}\nimport sys\nfrom vipclub.cli import main\nsys.argv[0] = 'vipclub'\nmain()\n"
    )
    command = [sys.executable, "-c", begun] if changed else COMMAND
    words = ("serve", "--port", str(port), "--workers", str(workers))
    with running(ClubProcess(environment, *words, command=command)) as process:
        process.wait_until_said("ready on")
        yield process


@contextmanager
def running(process: ClubProcess) -> Iterator[ClubProcess]:
    """Ends it and its children, whatever happened."""
    try:
        yield process
    finally:
        if process.process.poll() is None:
            for pid in process.children():
                os.kill(pid, signal.SIGKILL)
            process.process.kill()
        process.ended()
