"""A pool of connections that tells how long somebody waited for one."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.pool import PoolProxiedConnection, QueuePool


class WatchedPool(QueuePool):
    """Each of `watchers` is told the seconds until a connection was there, or wasn't to be had;
    opening a new one counts."""

    watchers: tuple[Callable[[float], None], ...] = ()

    def connect(self) -> PoolProxiedConnection:
        if not self.watchers:
            return super().connect()
        began = time.perf_counter()
        try:
            return super().connect()
        finally:
            for told in self.watchers:
                told(time.perf_counter() - began)

    def recreate(self) -> QueuePool:
        """After `dispose`: the new pool is watched as well."""
        fresh = super().recreate()
        assert isinstance(fresh, WatchedPool)
        fresh.watchers = self.watchers
        return fresh
