"""A deliverer that is killed at any moment loses nothing, and repeats only what it was
just sending."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.core import outbox
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow

ITEMS, KILLS = 300, 8

DELIVERER = """
import os, sys
from vipclub import logs
from vipclub.core import outbox
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database

logs.configure("error")
outbox.LEASE_SECONDS, outbox.DOING_SECONDS = 1.0, 0.2  # so that the test needn't wait for long
url, path = sys.argv[1:]
file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def send(database, item):
    os.write(file, f"{item.payload['text']}\\n".encode())

db = Database(url, keys=FieldKeys.generate())
print("ready", flush=True)
while True:
    outbox.deliver(db, {"note": send}, by=str(os.getpid()))
"""


def waiting(db: Database) -> int:
    with db.read() as session:
        return session.execute(
            select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "waiting")
        ).scalar_one()


def start(url: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", DELIVERER, url, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


@pytest.mark.promise("P21")
@pytest.mark.slow
@pytest.mark.race
def test_killed_again_and_again_nothing_is_lost(db: Database, url: str, tmp_path: Path) -> None:
    def fill(session: Session) -> None:
        for number in range(ITEMS):
            outbox.put(session, "note", subject=("test", "x"), payload={"text": str(number)})

    db.run(fill)
    path = tmp_path / "received"
    chance = random.Random(20261124)
    for _ in range(KILLS):
        process = start(url, path)
        time.sleep(chance.uniform(0.01, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = start(url, path)
    deadline = time.monotonic() + 60
    while waiting(db) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.kill()
    process.wait()
    received = Counter(path.read_text().split())
    lost = {str(number) for number in range(ITEMS)} - set(received)
    repeated = sum(count - 1 for count in received.values())
    assert lost == set()
    assert repeated <= KILLS  # one at most was being sent when a kill came
