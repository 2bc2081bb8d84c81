"""Where the processes of one `vipclub serve` put their counts together: a folder of its own, below
the machine's temporary one.

The counts are files that are mapped into memory. The folder is made by the process that begins
`serve` and removed when that ends. One that was killed leaves its folder behind: the next `serve`
removes it, and knows it by a lock that nobody holds any more. So a second `serve` beside the first
(a rolling restart) disturbs nothing.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from vipclub.core import clock

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""By which prometheus_client finds the folder; it is read when that is first imported."""
PREFIX = "vipclub-figures-"
LOCK = "in-use"
YOUNG_SECONDS = 60
"""A younger folder may just be in the making."""


class SharedFolder:
    """Made before the server forks; its lock is held by all that come of this process."""

    def __init__(self) -> None:
        remove_abandoned()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))  # nobody else may read it
        self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._owner = os.getpid()
        os.environ[VARIABLE] = str(self.path)
        atexit.register(self._remove)

    def hooks(self) -> dict[str, Callable[..., None]]:
        """For gunicorn's settings."""
        return {"child_exit": self._forget_gauges, "on_exit": self._remove}

    def _forget_gauges(self, _server: Any, worker: Any) -> None:  # noqa: ANN401 - gunicorn's own
        """A worker that ended holds no memory and no connections; what it counted stays."""
        for file in self.path.glob(f"gauge_live*_{worker.pid}.db"):
            file.unlink(missing_ok=True)

    def _remove(self, _server: Any = None) -> None:  # noqa: ANN401
        if os.getpid() == self._owner:
            shutil.rmtree(self.path, ignore_errors=True)


def remove_abandoned() -> None:
    """Folders of this user whose `serve` was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            told = folder.lstat()
            if (
                told.st_uid != os.getuid()
                or told.st_mtime > clock.now().timestamp() - YOUNG_SECONDS
            ):
                continue
            lock = os.open(folder / LOCK, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
