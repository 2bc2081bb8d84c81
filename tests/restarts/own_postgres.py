"""A PostgreSQL of one test, which it may stop and start again with the same data, or whose disk it
may fill."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from pathlib import Path

from tests import postgres


class OwnPostgres:
    """`url` is its only database, empty at first. `mebibytes` gives it a disk of its own in memory,
    of that size: data, journal and log lie on it."""

    def __init__(self, *, mebibytes: int | None = None) -> None:
        self._home = postgres.scratch("vipclub-own-")
        self._mounted = mebibytes is not None
        if mebibytes is not None:
            self._mount(mebibytes)
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self._home / 'sockets'}"

    def __enter__(self) -> OwnPostgres:
        postgres.initialise(self._home)
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._server is not None:
            self.stop()
        if self._mounted:
            subprocess.run(["umount", self._home], check=True)
        shutil.rmtree(self._home, ignore_errors=True)

    def _mount(self, mebibytes: int) -> None:
        """Raises CalledProcessError where that takes rights which nobody has here."""
        words = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=711", "small", self._home]
        try:
            subprocess.run(words, check=True, capture_output=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(self._home, ignore_errors=True)
            raise

    def fill(self) -> None:
        """Until not a byte more can be written."""
        with contextlib.suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass
        assert shutil.disk_usage(self._home).free == 0

    def make_room(self) -> None:
        """As it was before `fill`."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self._home / "ballast"

    def start(self) -> None:
        """Until it answers."""
        self._server = postgres.launch(self._home)

    def start_if_ended(self) -> None:
        """As whoever looks after services does."""
        if self._server is not None and self._server.poll() is not None:
            self.start()

    def stop(self) -> None:
        """At once: whoever is connected is cut off, what was committed stays."""
        assert self._server is not None
        self._server.send_signal(signal.SIGINT)
        self._server.wait(timeout=20)
        self._server = None
