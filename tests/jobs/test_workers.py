"""Three real workers on one database: each due job is done once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from vipclub.core import audit, clock, timetable
from vipclub.core.db import Database
from vipclub.core.lease import WorkerBeat
from vipclub.core.timetable import TimedJob

WORKERS = 3

WORKER = """
import sys, time
from datetime import time as at
from pathlib import Path
from jobs.job import Daily, Every, Job
from jobs.scheduler import Worker
from vipclub import logs
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.settings import Settings

logs.configure("error")
url, keys, folder = sys.argv[1:]
actor = Actor.system("worker")

def effect(name):
    def run(database, settings):
        database.run(audit.write, actor, "test.effect", subject=("job", name))
        time.sleep(0.05)
    return run

def quick(name, trigger):
    return Job(name, trigger, effect(name))

class Often(Daily):
    look_seconds = 0.2

jobs = [
    quick("often", Every(0.3)),
    *(quick(f"nightly{n}", Often(at(1, 30))) for n in range(5)),
]
clock.settle_zone("Asia/Shanghai")
db = Database(url, keys=FieldKeys.parse(keys))
worker = Worker(db, Settings(env="development", instance=Path(folder)), jobs)
worker.start()
print("ready", flush=True)
sys.stdin.read()
worker.stop()
"""


def effects(db: Database) -> Counter[str]:
    with db.read() as session:
        return Counter(session.execute(select(audit.AuditRow.subject_ref)).scalars())


@pytest.mark.slow
@pytest.mark.race
def test_three_workers_do_each_due_job_once(db: Database, url: str, tmp_path: Path) -> None:
    from vipclub.core.crypto import FieldKeys

    keys = FieldKeys.generate().dump()
    command = [sys.executable, "-c", WORKER, url, keys, str(tmp_path)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    assert running(db) == WORKERS
    for night in range(1, 4):
        let_pass(db, night)
        due = clock.now()
        db.run(
            lambda session, due=due: session.execute(
                update(TimedJob).where(TimedJob.name.like("nightly%")).values(due_at=due)
            )
        )
    let_pass(db, 4)
    workers[0].send_signal(signal.SIGKILL)
    for worker in workers[1:]:
        assert worker.stdin is not None
        worker.stdin.close()
    for worker in workers:
        worker.wait(timeout=20)
    for worker in workers:
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                pipe.close()
    done = effects(db)
    with db.read() as session:
        runs = {name: row.runs for name, row in timetable.timetable(session).items()}
    assert {name: done[name] for name in runs if name != "often"} == {
        f"nightly{n}": 4 for n in range(5)
    }
    # The killed worker may have died between the claim and the effect.
    assert runs["often"] - 1 <= done["often"] <= runs["often"]
    assert done["often"] >= 8
    assert running(db) == 1  # the killed one is missed, the others said goodbye


def let_pass(db: Database, night: int) -> None:
    """Until all nightly jobs were done, and as long again as whoever would do one twice needs."""
    until = time.monotonic() + 30
    while any(effects(db)[f"nightly{n}"] < night for n in range(5)):
        assert time.monotonic() < until, f"night {night}: {effects(db)}"
        time.sleep(0.1)
    time.sleep(1.0)


def running(db: Database) -> int:
    with db.read() as session:
        return session.execute(select(func.count()).select_from(WorkerBeat)).scalar_one()


@pytest.mark.slow
def test_a_job_needs_no_longer_than_it_says(db: Database) -> None:
    turn = None
    db.run(timetable.plan, "long", clock.now())
    ahead = timedelta(minutes=1)
    turn = db.run(timetable.claim, "long", "one", seconds=0.05, ahead=ahead)
    assert turn is not None
    time.sleep(0.1)
    assert db.run(timetable.claim, "long", "two", seconds=60, ahead=ahead) is not None
    assert not db.run(timetable.finish, turn, next_due=clock.now(), outcome="done", detail=None)
