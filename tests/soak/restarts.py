"""Rolling restarts one after another, by a second server and by HUP in turns, while 16 clients
book."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bookings.invariants import broken_invariants
from tests.databases import TEST_KEYS, Servers
from tests.restarts.booking_clients import Bystander, Clients, booked
from tests.restarts.club_processes import ClubProcess, free_port, serving
from tests.small_club import a_small_club
from tests.terminal import environment_of
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.wiring import REACTIONS

MEMBERS = 800
LONGEST = 2.0
BETWEEN_SECONDS = 2


def rolling_restarts(servers: Servers, seconds: float) -> dict[str, Any]:
    """What the clients saw. `kept`: nothing lost, contradicted, refused or reset, no answer over
    two seconds."""
    os.environ |= {
        "VIPCLUB_ENV": "development",
        "VIPCLUB_FIELD_KEYS": TEST_KEYS.dump(),
        "VIPCLUB_SECRET_KEY": "for-tests-only-0123456789-abcdefghijklmnop",
    }
    clock.settle_zone("Asia/Shanghai")
    url = servers.fresh("postgresql")
    db = Database(url, keys=TEST_KEYS, reactions=REACTIONS)
    club = a_small_club(db, members=MEMBERS, capacity=200)
    port, elsewhere = free_port(), free_port()
    clients, ways = Clients(club, port), {"second serve": 0, "HUP": 0}
    with TemporaryDirectory() as folder, ExitStack() as running:
        environment = environment_of(url, Path(folder))
        running.enter_context(serving(environment, elsewhere, workers=1))
        beside = running.enter_context(Bystander(club, elsewhere).asking())
        server = running.enter_context(serving(environment, port))
        seen = running.enter_context(clients.booking())
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(BETWEEN_SECONDS)
            if sum(ways.values()) % 2:
                _renew(server)
                ways["HUP"] += 1
            else:
                before, server = server, running.enter_context(serving(environment, port))
                before.send(signal.SIGTERM)
                if before.ended() != 0:
                    raise RuntimeError("".join(before.errors))
                ways["second serve"] += 1
        clients.stop()
    rows = dict(booked(db))
    lost = sum(rows.get(member) != ref for member, ref in seen.acknowledged.items())
    broken = broken_invariants(db)
    db.dispose()
    servers.drop(url)
    return {
        "restarts": ways,
        "requests": seen.statuses.total(),
        "booked": len(seen.acknowledged),
        "other answers": {str(k): n for k, n in seen.statuses.items() if k != 201},
        "resets": len(seen.resets),
        "lost": lost,
        "longest": round(seen.longest, 2),
        "longest beside": round(beside.longest, 2),
        "broken": broken,
        "kept": not (lost or broken or seen.resets or seen.contradicted)
        and set(seen.statuses) == {201}
        and seen.longest < LONGEST,
    }


def _renew(server: ClubProcess) -> None:
    """HUP, until the workers before are gone. Raises TimeoutError."""
    old = server.children()
    server.send(signal.SIGHUP)
    until = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in old):
        if time.monotonic() > until:
            raise TimeoutError("".join(server.errors))
        time.sleep(0.05)
