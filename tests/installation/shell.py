"""One bash, to which a document's blocks are given as somebody at a terminal would."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import threading
import time
from pathlib import Path


class Shell:
    """`run` gives what a block printed; a command in it that fails fails the test. Whatever it left
    running ends with it."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.commands = 0
        self.seconds = 0.0
        self._bash = subprocess.Popen(
            ["bash", "-euo", "pipefail"],
            env=environment, cwd=folder, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, block: str, *, within: float = 120) -> str:
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        begun, end = time.monotonic(), f"done-{secrets.token_hex(8)}"
        self._bash.stdin.write(f"{block}\nprintf '\\n%s\\n' {end}\n")
        self._bash.stdin.flush()
        watch = threading.Timer(within, self.close)
        watch.start()
        said = []
        try:
            for line in self._bash.stdout:
                if line.strip() == end:
                    break
                said.append(line)
            else:
                raise AssertionError(
                    f"stopped within:\n{block}\n--- said:\n{''.join(said)[-3000:]}"
                )
        finally:
            watch.cancel()
        self.seconds += time.monotonic() - begun
        self.commands += commands_in(block)
        return "".join(said).rstrip("\n")

    def close(self) -> None:
        """End it, with all that it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._bash.pid, sign)
            except ProcessLookupError:
                return
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and _alive(self._bash):
                time.sleep(0.1)


def _alive(leader: subprocess.Popen[str]) -> bool:
    leader.poll()
    try:
        os.killpg(leader.pid, 0)
    except ProcessLookupError:
        return False
    return True


def commands_in(block: str) -> int:
    """How many commands somebody types: lines that aren't the inside of a document or a loop.

    >>> commands_in("cat > a <<TOML\\nx = 1\\nTOML\\nls\\n")
    2
    """
    count, until = 0, ""
    for line in block.splitlines():
        if until:
            until = "" if line == until else until
            continue
        words = line.strip()
        if "<<" in words:
            until = words.rsplit("<<", 1)[1].strip("-'\" ")
        count += bool(words) and not words.startswith(("#", ": ", "done", "for "))
    return count
