"""A real `vipclub serve`, and what it wrote to its log."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.messages.mail_server import free_port
from tests.telemetry.scraping import Figures, answer_of
from tests.terminal import COMMAND


@dataclass(frozen=True)
class Serving:
    """A server that answers at `address`."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def figures(self) -> Figures:
        status, text = answer_of(f"{self.address}/metrics")
        assert status == 200, text
        return Figures(text)

    def raw_lines(self) -> list[str]:
        """The log so far, cut wherever any program would begin a new line."""
        return self.log.read_text().splitlines()

    def lines(self, event: str) -> list[dict[str, Any]]:
        """What the log says of an event."""
        return [line for line in map(json.loads, self.raw_lines()) if line["event"] == event]


@contextmanager
def serving(environment: Mapping[str, str], folder: Path, *, workers: int) -> Iterator[Serving]:
    """Until the block ends; `folder` gets its log and its temporary files."""
    port, log = free_port(), folder / "serve.log"
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    command = [*COMMAND, "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, env={**environment, "TMPDIR": str(temporary)}, stdout=written, stderr=written
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
        yield Serving(f"http://127.0.0.1:{port}", process, log)
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers. Raises TimeoutError."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if answer_of(address)[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(log.read_text())
