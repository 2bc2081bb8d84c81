"""What benchmarks share: fresh databases, and figures with what they are held against."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.databases import BACKENDS, TEST_KEYS, Servers
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.wiring import REACTIONS


@dataclass(frozen=True)
class Measured:
    """One figure. `against` names what `ratio` compares it with."""

    bench: str
    backend: str
    n: int
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None

    def row(self) -> dict[str, Any]:
        ratio = None if self.ratio is None else round(self.ratio, 3)
        return {**vars(self), "value": round(self.value, 1), "ratio": ratio}


class FreshDatabases:
    """Fresh databases with the whole schema, as tests have them."""

    backends = BACKENDS

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
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
