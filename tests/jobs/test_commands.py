"""`vipclub jobs` and `vipclub worker`, as a terminal sees them."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from jobs.scheduler import JOBS
from tests.terminal import COMMAND, environment_of, report, vipclub
from vipclub.core import audit, audit_sealing, lease, timetable
from vipclub.core.actor import Actor
from vipclub.core.db import Database


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    return environment_of(url, tmp_path)


@pytest.mark.slow
def test_every_job_is_listed(environment: dict[str, str], db: Database) -> None:
    items = report(environment, "jobs", "list")["items"]
    assert [item["name"] for item in items] == [job.name for job in JOBS]
    assert all(item["when"] and item["about"] for item in items)
    lines = vipclub(environment, "jobs", "list").stdout.splitlines()
    assert len(lines) == len(JOBS)


@pytest.mark.slow
def test_one_job_is_run_now(environment: dict[str, str], db: Database) -> None:
    db.run(audit.write, Actor.system("tests"), "test.note", subject=("test", "a"))
    four_keys_recorded = 4  # by the first command of a new club
    assert report(environment, "jobs", "run", "seal-audit") == {
        "job": "seal_audit",
        "sealed": 1 + four_keys_recorded,
    }
    assert vipclub(environment, "jobs", "run", "seal_audit").stdout == "seal_audit: sealed 0\n"
    wrong = vipclub(environment, "jobs", "run", "seal_letters")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "seal_audit" in wrong.stderr


@pytest.mark.slow
def test_a_job_that_another_worker_runs_is_refused_in_one_line(
    environment: dict[str, str], db: Database
) -> None:
    job = next(job for job in JOBS if job.name == "seal_audit")
    with db.read() as session:
        now = lease.db_now(session)
    db.run(timetable.plan, job.name, now)
    db.run(timetable.claim, job.name, "other", seconds=60, ahead=job.trigger.ahead, whenever=True)
    refused = vipclub(environment, "jobs", "run", "seal_audit")
    assert refused.returncode == 1
    assert refused.stderr == "seal_audit is being done by another worker.\n"


@pytest.mark.slow
def test_a_worker_works_and_ends_in_good_order(environment: dict[str, str], db: Database) -> None:
    db.run(audit.write, Actor.system("tests"), "test.note", subject=("test", "a"))
    worker = subprocess.Popen(
        [*COMMAND, "worker"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with db.read() as session:
                age = lease.heartbeat_age(session)
                unsealed = audit_sealing.verify(session).unsealed
            if age is not None and unsealed == 0:
                break
            time.sleep(0.1)
        assert age is not None
        assert unsealed == 0
    finally:
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=20)
    assert worker.returncode == 0, errors
    with db.read() as session:
        assert lease.heartbeat_age(session) is None


@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_a_worker_whose_database_has_no_tables_says_so_and_ends(
    environment: dict[str, str], tmp_path: Path
) -> None:
    empty = environment | {"VIPCLUB_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    done = vipclub(empty, "worker")
    assert done.returncode == 1
    assert "vipclub db upgrade" in done.stderr
