"""What one process tells of itself: memory, open files, its connections to the database."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, Histogram
from sqlalchemy import event

from vipclub.core.db import Database
from vipclub.core.watched_pool import WatchedPool

_ITSELF = Path("/proc/self")
FRESH_SECONDS = 5.0
WAITS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 5.0)


class ProcessFigures:
    """Registered once a process. Where several tell theirs together, memory and files are told of
    each (label `pid`) and connections are added up."""

    def __init__(self, registry: CollectorRegistry, database: Database) -> None:
        self._memory = Gauge(
            "vipclub_process_resident_memory_bytes",
            "Memory that the process holds",
            registry=registry,
            multiprocess_mode="liveall",
        )
        self._files = Gauge(
            "vipclub_process_open_files",
            "Files and connections that the process has open",
            registry=registry,
            multiprocess_mode="liveall",
        )
        self._most_files = Gauge(
            "vipclub_process_open_files_most",
            "Files and connections that the process may have open",
            registry=registry,
            multiprocess_mode="liveall",
        )
        self._lock = threading.Lock()
        self._refreshed = 0.0
        _watch_connections(registry, database)
        self.refresh()

    def refresh(self) -> None:
        """Look again, but not more often than every few seconds. Needs /proc."""
        now = time.monotonic()
        with self._lock:
            if now - self._refreshed < FRESH_SECONDS and self._refreshed:
                return
            self._refreshed = now
        if not _ITSELF.exists():
            return
        pages = int((_ITSELF / "statm").read_text().split()[1])
        self._memory.set(pages * os.sysconf("SC_PAGE_SIZE"))
        self._files.set(len(os.listdir(_ITSELF / "fd")))
        self._most_files.set(_most_files())


def _most_files() -> int:
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _watch_connections(registry: CollectorRegistry, database: Database) -> None:
    """The pool's own events; each costs a few microseconds."""
    in_use = Gauge(
        "vipclub_database_connections_in_use",
        "Connections of the pool that are in use at this moment",
        registry=registry,
        multiprocess_mode="livesum",
    )
    most = Gauge(
        "vipclub_database_connections_most",
        "Connections that may be in use at once",
        registry=registry,
        multiprocess_mode="livesum",
    )
    waited = Histogram(
        "vipclub_database_connection_wait_seconds",
        "Time until a connection of the pool was there, those that had to be opened among them",
        buckets=WAITS,
        registry=registry,
    )
    for engine in database.engines:
        pool = engine.pool
        assert isinstance(pool, WatchedPool)
        most.inc(pool.size() + max(0, pool._max_overflow))
        pool.watchers = (*pool.watchers, waited.observe)
        event.listen(engine, "checkout", lambda *_given: in_use.inc())
        event.listen(engine, "checkin", lambda *_given: in_use.dec())
