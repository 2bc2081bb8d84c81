"""A PostgreSQL of one test, which it may stop and start again with the same data."""

from __future__ import annotations

import shutil
import signal
import subprocess

from tests import postgres


class OwnPostgres:
    """`url` is its only database, empty at first."""

    def __init__(self) -> None:
        self._home = postgres.scratch("vipclub-own-")
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self._home / 'sockets'}"

    def __enter__(self) -> OwnPostgres:
        postgres.initialise(self._home)
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._server is not None:
            self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def start(self) -> None:
        """Until it answers."""
        self._server = postgres.launch(self._home)

    def stop(self) -> None:
        """At once: whoever is connected is cut off, what was committed stays."""
        assert self._server is not None
        self._server.send_signal(signal.SIGINT)
        self._server.wait(timeout=20)
        self._server = None
