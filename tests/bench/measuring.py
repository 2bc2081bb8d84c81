"""What benchmarks share: fresh databases and filled clubs, and figures with what they are held
against."""

from __future__ import annotations

import fcntl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.clubs import Clubs
from tests.bench.durable_postgres import DurablePostgres
from tests.databases import BACKENDS, TEST_KEYS, Servers
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.wiring import REACTIONS


@dataclass(frozen=True)
class Measured:
    """One figure. `against` names what `ratio` compares it with; `more` is what stands beside it:
    milliseconds, cores, memory."""

    bench: str
    backend: str
    n: int
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        ratio = None if self.ratio is None else round(self.ratio, 3)
        row = {
            **vars(self),
            "value": round(self.value, 1 if self.value >= 10 else 3),
            "ratio": ratio,
            **self.more,
        }
        del row["more"]
        return row


class FreshDatabases:
    """Fresh databases with the whole schema, as tests have them; and clubs as they are run, on a
    PostgreSQL of their own, kept in a folder where one is given."""

    backends = BACKENDS

    def __init__(
        self,
        servers: Servers,
        *,
        kept: Path | None = None,
        rounds: int = 3,
        seconds: int = 3,
        people: int = 0,
        sizes: tuple[int, int] | None = None,
    ) -> None:
        self._servers = servers
        self._kept = kept
        self._stack = ExitStack()
        self.rounds, self.seconds = rounds, seconds
        self.people, self.sizes = people, sizes
        clock.settle_zone("Asia/Shanghai")

    @contextmanager
    def database(self, backend: str) -> Iterator[Database]:
        url = self._servers.fresh(backend)
        database = Database(url, keys=TEST_KEYS, reactions=REACTIONS)
        try:
            yield database
        finally:
            database.dispose()
            self._servers.drop(url)

    @cached_property
    def folder(self) -> Path:
        """For what a run writes: gone with it."""
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))

    @cached_property
    def clubs(self) -> Clubs:
        """The server is started when the first club is asked for."""
        home = self._kept.resolve() if self._kept else self.folder
        home.mkdir(parents=True, exist_ok=True)
        one_at_a_time = self._stack.enter_context((home / "lock").open("w"))
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)  # another run with this folder ends first
        self.folder.chmod(0o711)  # PostgreSQL may be another's than the run
        server = self._stack.enter_context(DurablePostgres(home / "postgresql"))
        return Clubs(server, home / "clubs")

    def close(self) -> None:
        self._stack.close()


def calls_a_second(n: int, *sides: Callable[[], object], rounds: int = 3) -> list[float]:
    """Calls a second of each side: `n` calls each in turns, the median of the rounds."""
    found: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, rows in zip(sides, found, strict=True):
            started = time.perf_counter()
            for _ in range(n):
                side()
            rows.append(n / (time.perf_counter() - started))
    return [median(rows) for rows in found]
