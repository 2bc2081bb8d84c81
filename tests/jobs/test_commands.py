"""`vipclub jobs`, `vipclub worker` and `vipclub audit verify`, as a terminal sees them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from jobs.scheduler import JOBS
from vipclub.core import audit, audit_sealing, lease, timetable
from vipclub.core.actor import Actor
from vipclub.core.db import Database

COMMAND = [sys.executable, "-m", "vipclub.cli"]


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {"VIPCLUB_DATABASE_URL": url, "VIPCLUB_INSTANCE": str(tmp_path)}


def vipclub(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def report(environment: dict[str, str], *words: str) -> Any:
    done = vipclub(environment, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


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
    assert report(environment, "jobs", "run", "seal-audit") == {"job": "seal_audit", "sealed": 1}
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


@pytest.mark.promise("P9")
@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_the_audit_trails_check_names_the_first_broken_record(
    environment: dict[str, str], db: Database
) -> None:
    for name in "abc":
        db.run(audit.write, Actor.system("tests"), "test.note", subject=("test", name))
    db.run(audit_sealing.seal, batch=2)
    whole = report(environment, "audit", "verify")
    assert (whole["intact"], whole["rows"], whole["unsealed"]) == (True, 2, 1)
    assert report(environment, "audit", "verify", "--since", whole["head"])["intact"] is True
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET actor_ref = 'nobody' WHERE id = 2"))
    broken = vipclub(environment, "audit", "verify")
    assert broken.returncode == 1
    assert "record 2" in broken.stderr
    assert broken.stderr.count("\n") == 1


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
