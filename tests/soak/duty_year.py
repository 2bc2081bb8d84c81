"""A year of duty on both databases: at every change of roster or case nobody's case is without an
owner on duty."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tests.assistance.duty_through_time import through_time
from tests.databases import TEST_KEYS, Servers
from tests.small_club import a_small_club
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.invariants import verify
from vipclub.wiring import REACTIONS

DAYS = 366


def duty_through_a_year(servers: Servers, _seconds: float) -> dict[str, Any]:
    """What was seen on each database. `kept`: no case without an owner, no invariant broken."""
    clock.settle_zone("Asia/Shanghai")
    told: dict[str, Any] = {}
    for backend in ("sqlite", "postgresql"):
        url = servers.fresh(backend)
        db = Database(url, keys=TEST_KEYS, reactions=REACTIONS)
        a_small_club(db)
        found = through_time(db, days=DAYS, seed=12)
        found.broken = sum(len(one.broken) for one in verify(db, assistance.INVARIANTS))
        told[backend] = {**asdict(found), "kept": found.kept}
        db.dispose()
        servers.drop(url)
    return {**told, "kept": all(found["kept"] for found in told.values())}
