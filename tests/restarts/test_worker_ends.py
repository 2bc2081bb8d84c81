"""The worker's end: in good order it hands back what it has, killed it leaves it to run out."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from tests.restarts.club_processes import ClubProcess, running
from vipclub.core import clock, lease, outbox, timetable
from vipclub.core.db import Database
from vipclub.core.lease import WorkerBeat
from vipclub.core.outbox import OutboxRow
from vipclub.core.timetable import TimedJob

pytestmark = pytest.mark.slow
Start = Callable[..., ClubProcess]

WORKER = """
import os, sys, time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
import click
from jobs import cli, scheduler
from jobs.job import Every, Job
from vipclub import logs
from vipclub.core import clock, lease, outbox
from vipclub.core.db import Database
from vipclub.settings import Settings

url, folder, seconds = sys.argv[1:]
file = os.open(f"{folder}/sent", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
owner = lease.new_owner()

def send(database, item):
    os.write(file, f"{item.payload['text']}\\n".encode())
    time.sleep(float(seconds))

def letters(database, settings):
    return asdict(outbox.deliver(database, {"note": send}, by=owner))

def step(session, number):
    time.sleep(float(seconds))

def many(database, settings):
    database.each(range(1000), step)

def endless(database, settings):
    Path(folder, "endless").touch()
    time.sleep(600)

jobs = {
    "letters": Job("letters", Every(0.5), letters, alone=False),
    "many": Job("many", Every(0.5), many, longest=timedelta(hours=1)),
    "endless": Job("endless", Every(0.5), endless, longest=timedelta(seconds=3)),
}
scheduler.JOBS = [jobs[name] for name in os.environ["ONLY"].split()]
scheduler.Worker.__init__.__defaults__ = (scheduler.JOBS,)
scheduler.Worker.stop.__defaults__ = (float(os.environ.get("STOP_SECONDS", "25")),)
logs.configure("warning")
clock.settle_zone("Asia/Shanghai")

class Club:
    settings = Settings.load(env="development", instance=Path(folder), database_url=url)
    database = Database(url, keys=settings.keys)
    def __getattr__(self, name):
        return getattr(self.database, name)

if "TERM_IN_A_THREAD" in os.environ:
    import signal, threading
    def term():
        time.sleep(1.5)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    threading.Thread(target=term, daemon=True).start()

cli.worker.main(args=[], obj=Club(), standalone_mode=False)
"""


@pytest.fixture
def start(url: str, tmp_path: Path) -> Start:
    """Starts a worker with only these jobs; `seconds` for each letter or step."""

    def begin(only: str, seconds: float, **more: str) -> ClubProcess:
        command = [sys.executable, "-c", WORKER, url, str(tmp_path), str(seconds)]
        return ClubProcess({**os.environ, "ONLY": only, **more}, command=command)

    return begin


def fill(db: Database, count: int) -> None:
    for number in range(count):
        db.run(outbox.put, "note", subject=("test", "x"), payload={"text": str(number)})


def sent(folder: Path) -> list[str]:
    path = folder / "sent"
    return path.read_text().split() if path.exists() else []


def until(true: Callable[[], bool], seconds: float = 60) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def claimed(db: Database) -> int:
    with db.read() as session:
        return session.execute(
            select(func.count()).where(OutboxRow.claimed_by.is_not(None))
        ).scalar_one()


def beats(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(WorkerBeat.owner)))


@pytest.mark.promise("P21")
def test_letters_that_a_stopping_worker_had_claimed_are_sent_by_another_at_once(
    db: Database, tmp_path: Path, start: Start
) -> None:
    fill(db, 10)
    with running(start("letters", 0.7)) as first:
        until(lambda: len(sent(tmp_path)) >= 2)
        assert claimed(db) >= 5
        first.send(signal.SIGTERM)
        assert first.ended(10) == 0
    assert claimed(db) == 0
    assert beats(db) == []
    with running(start("letters", 0.0)):
        seconds = until(lambda: len(sent(tmp_path)) >= 10)
    assert seconds < outbox.LEASE_SECONDS / 4
    assert sorted(sent(tmp_path), key=int) == [str(number) for number in range(10)]


@pytest.mark.promise("P21")
def test_what_a_killed_worker_had_claimed_comes_back_when_its_claim_ends(
    db: Database, tmp_path: Path, start: Start
) -> None:
    fill(db, 10)
    with running(start("letters", 0.7)) as first:
        until(lambda: len(sent(tmp_path)) >= 2)
        first.send(signal.SIGKILL)
        assert first.ended(10) == -signal.SIGKILL
    before = sent(tmp_path)
    with running(start("letters", 0.0)):
        time.sleep(3)
        assert sent(tmp_path) == before  # its claim runs
        past = clock.now()
        db.run(lambda session: session.execute(update(OutboxRow).values(claimed_until=past)))
        until(lambda: set(sent(tmp_path)) == {str(number) for number in range(10)})
    assert len(sent(tmp_path)) <= 11  # the one that was being sent when the kill came


def test_a_job_over_many_rows_stops_between_two_and_its_turn_is_free_at_once(
    db: Database, start: Start
) -> None:
    with running(start("many", 0.2)) as first:
        until(lambda: turn_of(db, "many") is not None)
        time.sleep(1)
        first.send(signal.SIGTERM)
        assert first.ended(10) == 0
    assert turn_of(db, "many") is None
    with db.read() as session:
        assert timetable.is_due(session, "many", ahead=timedelta(seconds=1))


def turn_of(db: Database, name: str) -> str | None:
    with db.read() as session:
        return session.scalar(select(TimedJob.owner).where(TimedJob.name == name))


def test_a_job_that_does_not_end_is_left_within_the_bound_and_its_turn_runs_out(
    db: Database, tmp_path: Path, start: Start
) -> None:
    with running(start("endless", 0, STOP_SECONDS="1")) as first:
        until((tmp_path / "endless").exists)
        began = time.monotonic()
        first.send(signal.SIGTERM)
        assert first.ended(10) == 1
        assert time.monotonic() - began < 4
    assert "jobs_left_running" in "".join(first.errors)
    assert beats(db) == []
    (tmp_path / "endless").unlink()
    with running(start("endless", 0)):
        until((tmp_path / "endless").exists)


def test_a_second_term_ends_it_at_once(db: Database, tmp_path: Path, start: Start) -> None:
    with running(start("endless", 0)) as first:
        until((tmp_path / "endless").exists)
        first.send(signal.SIGTERM)
        time.sleep(0.5)
        began = time.monotonic()
        first.send(signal.SIGTERM)
        assert first.ended(5) == -signal.SIGTERM
        assert time.monotonic() - began < 1


def test_a_worker_whose_beat_was_lost_beats_again_by_itself(db: Database, start: Start) -> None:
    with running(start("letters", 0)):
        until(lambda: beats(db) != [])
        db.run(lambda session: session.execute(delete(WorkerBeat)))
        assert beats(db) == []
        until(lambda: beats(db) != [])


def test_beats_of_workers_that_are_gone_go_with_the_next_beat_of_one_that_lives(
    db: Database,
) -> None:
    for name, seconds in (("dead", -70), ("stalled", -30), ("from the future", 3600)):
        moment = clock.now() + (lease.GONE * seconds / 60)
        db.run(lease.beat, name)
        db.run(
            lambda session, name=name, moment=moment: session.execute(
                update(WorkerBeat).where(WorkerBeat.owner == name).values(seen_at=moment)
            )
        )
    with db.read() as session:
        age = lease.heartbeat_age(session)
    assert age is not None
    assert 25 < age < 40  # neither the future's nor, later, the dead one's
    db.run(lease.beat, "alive", clock_ahead=0.25)
    assert sorted(beats(db)) == ["alive", "stalled"]
    with db.read() as session:
        assert session.scalar(
            select(WorkerBeat.clock_ahead).where(WorkerBeat.owner == "alive")
        ) == pytest.approx(0.25)


def test_a_signal_that_another_thread_takes_ends_the_worker_all_the_same(start: Start) -> None:
    """The first thread waits in the system and comes back to no handler by itself."""
    with running(start("letters", 0.0, TERM_IN_A_THREAD="1")) as worker:
        assert worker.ended(20) == 0
