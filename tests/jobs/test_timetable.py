"""A job is done when it is due, by one worker, and late rather than never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pydantic import SecretStr
from sqlalchemy import update

from jobs import watch_callbacks, watch_cases
from jobs.job import Daily, Every, Job, Part, Told, each_part
from jobs.scheduler import JOBS, BeingDone, run_if_due, run_now
from vipclub.core import clock, timetable
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.errors import Busy
from vipclub.core.stopping import Stopped
from vipclub.core.timetable import TimedJob
from vipclub.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        env="development",
        instance=tmp_path,
        field_keys=SecretStr(FieldKeys.generate().dump()),
        database_url="sqlite://",
    )


class Work:
    """A job's function that counts its runs and fails when it is told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.fails = False
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, database: Database, settings: Settings) -> Told:
        self.runs += 1
        self.meanwhile()
        if self.fails:
            raise ConnectionError("down")
        return {"number": self.runs}


@pytest.fixture
def work() -> Work:
    return Work()


def a_job(work: Work, **given: Any) -> Job:
    trigger = given.pop("trigger", Every(60))
    return Job("work", trigger, work, **given)


def planned(db: Database, due: timedelta = timedelta(0)) -> None:
    db.run(timetable.plan, "work", clock.now() + due)


def row(db: Database) -> TimedJob:
    with db.read() as session:
        return timetable.timetable(session)["work"]


def test_a_due_job_runs_once_and_then_waits_for_its_next_moment(
    db: Database, settings: Settings, work: Work
) -> None:
    planned(db)
    job = a_job(work)
    assert run_if_due(job, db, settings, "one")
    assert not run_if_due(job, db, settings, "two")
    assert work.runs == 1
    found = row(db)
    assert (found.outcome, found.owner, found.runs) == ("done", None, 1)
    assert timedelta(seconds=50) < found.due_at - clock.now() <= timedelta(seconds=60)


def test_while_one_worker_runs_a_job_no_other_does(
    db: Database, settings: Settings, work: Work
) -> None:
    planned(db)
    job = a_job(work)
    others: list[bool] = []

    def meanwhile() -> None:
        work.meanwhile = lambda: None
        others.append(run_if_due(job, db, settings, "two"))
        with pytest.raises(BeingDone):
            run_now(job, db, settings)

    work.meanwhile = meanwhile
    assert run_if_due(job, db, settings, "one")
    assert others == [False]
    assert work.runs == 1


def test_a_worker_that_died_in_the_middle_is_replaced(
    db: Database, settings: Settings, work: Work
) -> None:
    planned(db)
    job = a_job(work)
    turn = db.run(timetable.claim, "work", "died", seconds=60, ahead=timedelta(minutes=2))
    assert turn is not None
    assert not run_if_due(job, db, settings, "two")
    past = clock.now() - timedelta(seconds=1)
    db.run(lambda session: session.execute(update(TimedJob).values(until=past)))
    assert run_if_due(job, db, settings, "two")
    late = {"next_due": clock.now(), "outcome": "done", "detail": None}
    assert not db.run(timetable.finish, turn, **late)
    assert row(db).due_at > clock.now()


def test_a_job_that_fails_is_tried_again_soon_and_stops_nothing(
    db: Database, settings: Settings, work: Work
) -> None:
    planned(db)
    job = a_job(work, trigger=Daily(time(1, 30)))
    work.fails = True
    assert not run_if_due(job, db, settings, "one")
    found = row(db)
    assert (found.outcome, found.detail, found.owner) == ("failed", "ConnectionError: down", None)
    assert found.due_at - clock.now() <= timedelta(minutes=5)


def test_a_part_of_a_job_that_fails_keeps_no_other_part_from_its_turn(
    db: Database, settings: Settings
) -> None:
    done: list[str] = []

    def failing(error: Exception) -> Part:
        def part(database: Database) -> int:
            raise error

        return part

    def fine(name: str) -> Part:
        def part(database: Database) -> int:
            done.append(name)
            return 1

        return part

    def run_with(**failed: Exception) -> TimedJob:
        done.clear()
        parts = {name: fine(name) for name in ("first", "second", "third")}
        parts |= {name: failing(error) for name, error in failed.items()}
        job = Job("work", Every(60), lambda database, _: each_part(database, parts))
        db.run(lambda session: session.execute(update(TimedJob).values(due_at=clock.now())))
        run_if_due(job, db, settings, "one")
        return row(db)

    planned(db)
    assert (run_with().detail, done) == ("first 1, second 1, third 1", ["first", "second", "third"])
    found = run_with(first=Busy(), second=ValueError("torn"))
    assert (found.outcome, found.detail) == ("failed", "ValueError: torn")
    assert done == ["third"]
    run_with(second=Stopped())
    assert done == ["first"], "a process that is asked to end begins no other part"


@pytest.mark.parametrize("job", [watch_cases, watch_callbacks])
def test_whoever_watches_the_clocks_goes_on_where_owners_can_t_be_given(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, job: Any
) -> None:
    done = []

    def fails(database: Database) -> int:
        raise ValueError("torn")

    for name, part in list(job.PARTS.items()):

        def noted(database: Database, name: str = name, part: Part = part) -> int:
            done.append(name)
            return part(database)

        monkeypatch.setitem(job.PARTS, name, noted)
    monkeypatch.setitem(job.PARTS, "owners", fails)
    with pytest.raises(ValueError, match="torn"):
        job.run(db, settings)
    assert done == [name for name in job.PARTS if name != "owners"]


def test_a_job_missed_for_a_day_runs_once_when_a_worker_is_back(
    db: Database, settings: Settings, work: Work
) -> None:
    planned(db, timedelta(days=-1))
    job = a_job(work)
    assert [run_if_due(job, db, settings, "one") for _ in range(3)] == [True, False, False]


def test_a_job_that_is_too_late_is_left_out(db: Database, settings: Settings, work: Work) -> None:
    planned(db, timedelta(hours=-3))
    run_if_due(a_job(work, too_late=timedelta(hours=2)), db, settings, "one")
    assert work.runs == 0
    assert row(db).outcome == "skipped"


@pytest.mark.promise("P27")
def test_a_clock_that_is_set_back_by_a_day_stops_no_job(
    db: Database, settings: Settings, work: Work
) -> None:
    planned(db)
    job = a_job(work)
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert run_if_due(job, db, settings, "one")
    assert run_if_due(job, db, settings, "one")


def test_a_job_can_be_run_now_though_it_is_not_due(
    db: Database, settings: Settings, work: Work
) -> None:
    planned(db, timedelta(minutes=1))
    assert run_now(a_job(work), db, settings) == {"number": 1}
    work.fails = True
    with pytest.raises(ConnectionError):
        run_now(a_job(work), db, settings)


def test_a_job_on_the_timetable_keeps_its_moment_when_a_worker_starts(db: Database) -> None:
    planned(db, timedelta(hours=1))
    before = row(db).due_at
    planned(db, timedelta(0))
    assert row(db).due_at == before


@pytest.mark.promise("P27")
def test_a_daily_job_keeps_to_the_wall_where_clocks_change() -> None:
    london = ZoneInfo("Europe/London")
    daily = Daily(time(1, 30))
    moment = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    nights = []
    for _ in range(3):
        moment = daily.after(moment, london)
        nights.append(moment.astimezone(london).strftime("%d %H:%M"))
    assert nights == ["25 01:30", "26 01:30", "27 01:30"]


def test_jobs_have_names_of_their_own_and_say_what_they_do() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.about for job in JOBS)
    modules = {path.stem for path in Path("jobs").glob("*.py")}
    assert {job.name for job in JOBS} == modules - {"__init__", "job", "scheduler", "cli"}
