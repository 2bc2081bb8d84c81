"""Ten thousand requests for help while servers and workers are killed in turn and the mail server
is away, on both databases."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.assistance.outages import ask_through_outages
from tests.cast import CLUB_ACTOR
from tests.databases import TEST_KEYS, Servers
from tests.small_club import a_small_club
from tests.terminal import environment_of
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.wiring import REACTIONS

REQUESTS, EVERY = 10_000, 250


def help_through_outages(servers: Servers, _seconds: float) -> dict[str, Any]:
    """What came of them on each database. `kept`: none lost or doubled, every level one row."""
    os.environ |= {
        "VIPCLUB_ENV": "development",
        "VIPCLUB_FIELD_KEYS": TEST_KEYS.dump(),
        "VIPCLUB_SECRET_KEY": "for-tests-only-0123456789-abcdefghijklmnop",
    }
    clock.settle_zone("Asia/Shanghai")
    told: dict[str, Any] = {}
    for backend in ("sqlite", "postgresql"):
        url = servers.fresh(backend)
        db = Database(url, keys=TEST_KEYS, reactions=REACTIONS)
        a_small_club(db)
        agent = an_agent(db, "ping")
        on_shift(db, agent, hours=12)
        db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(agent.account_ref))
        with TemporaryDirectory() as folder:
            environment = environment_of(url, Path(folder))
            found = ask_through_outages(db, environment, requests=REQUESTS, every=EVERY)
        told[backend] = {**asdict(found), "kept": found.kept}
        db.dispose()
        servers.drop(url)
    return {**told, "kept": all(found["kept"] for found in told.values())}
