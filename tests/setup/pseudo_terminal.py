"""A command on a pseudo-terminal: what it asks is read, and answered as a person would."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

PATIENCE = 30.0


def _heed_interrupts() -> None:
    """Tests that a shell began in the background ignore Ctrl-C, and so would the command."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class PseudoTerminal:
    """`vipclub WORDS` with a terminal of its own; `said` is all that it wrote so far."""

    def __init__(self, environment: dict[str, str], folder: Path, *words: str) -> None:
        self._screen, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vipclub.cli", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment | {"TERM": "dumb"},
            cwd=folder,
            start_new_session=True,
            preexec_fn=_heed_interrupts,
        )
        os.close(theirs)
        self.said = ""
        self._seen = 0

    def expect(self, words: str) -> None:
        """Wait until it says them, after what was expected before."""
        until = time.monotonic() + PATIENCE
        while words not in self.said[self._seen :]:
            if not self._read(until):
                raise AssertionError(f"never said {words!r}: {self.said[self._seen :]!r}")
        self._seen = self.said.index(words, self._seen) + len(words)

    def answer(self, question: str, line: str = "") -> None:
        """Wait for the question, and type one line."""
        self.expect(question)
        os.write(self._screen, f"{line}\r".encode())

    def interrupt(self) -> None:
        """Ctrl-C; once more where it came in before the command was waiting for a line."""
        for _try in range(5):
            time.sleep(0.3)
            self._process.send_signal(signal.SIGINT)
            until = time.monotonic() + PATIENCE / 5
            while "Stopped." not in self.said[self._seen :]:
                if not self._read(until):
                    break
            else:
                return

    def end(self) -> int:
        """Its exit code, with all that it said."""
        until = time.monotonic() + PATIENCE
        while self._read(until):
            pass
        return self._process.wait(timeout=PATIENCE)

    def _read(self, until: float) -> bool:
        ready, _, _ = select.select([self._screen], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return False
        try:
            read = os.read(self._screen, 4096)
        except OSError:  # its other end is closed
            return False
        self.said += read.decode().replace("\r\n", "\n")
        return bool(read)

    def __enter__(self) -> PseudoTerminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._screen)
