"""What the figures say of the club's jobs, letters, files and trail."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from jobs.job import Every, Job
from jobs.scheduler import run_if_due
from tests.cast import CLUB_ACTOR
from tests.statements import statements
from tests.telemetry.scraping import Figures
from tests.web.signing_in import csrf_token
from vipclub.app import create_app
from vipclub.core import audit, audit_sealing, clock, lease, outbox, timetable
from vipclub.core.db import Database
from vipclub.settings import Settings
from vipclub.telemetry.club_figures import NEVER, look

LONG_HISTORY = """
INSERT INTO outbox (kind, subject_kind, subject_ref, payload, state, due_at, created_at, attempts)
    SELECT 'message', 'x', n::text, '{}', 'done', now(), now(), 1 FROM generate_series(1, 20000) n;
INSERT INTO audit (at, actor_kind, actor_ref, channel, action, subject_kind, subject_ref,
    request_id, mac)
    SELECT now() - interval '1 day', 'system', 'x', 'job', 'x.y', 'x', n::text, '', 'x'::bytea
    FROM generate_series(1, 20000) n;
INSERT INTO audit_seal (id, at, previous_hash, hash, rows, covers)
    SELECT n, now() - interval '1 day', 'x'::bytea, 'x'::bytea, 20, ''
    FROM generate_series(1, 1000) n;
INSERT INTO audit_sealed (audit_id, seal_id, link)
    SELECT id, 1 + (id - 1) / 20, 'x'::bytea FROM audit WHERE id <= 20000
"""


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


def figures_of(app: Flask) -> Figures:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    return Figures(answer.text)


def run_job(db: Database, settings: Settings, *, fails: bool) -> None:
    def work(_database: Database, _settings: Settings) -> dict[str, Any]:
        if fails:
            raise ConnectionError("down")
        return {}

    db.run(
        lambda session: session.execute(
            text("UPDATE timed_job SET due_at = coalesce(started_at, due_at)")
        )
    )
    run_if_due(Job("work", Every(60), work), db, settings, "test")


def test_a_club_without_a_worker_and_without_files_is_told_in_numbers(
    app: Flask, db: Database
) -> None:
    db.run(
        lambda session: session.execute(
            text("INSERT INTO subsidiary (code, name) VALUES ('LIFE', 'Life')")
        )
    )
    figures = figures_of(app)
    assert figures.one("vipclub_database_up") == 1
    assert figures.one("vipclub_worker_beat_age_seconds") == NEVER
    assert figures.one("vipclub_workers") == 0
    assert figures.one("vipclub_backup_age_seconds") == NEVER
    assert figures.one("vipclub_file_age_seconds", company="LIFE") == NEVER
    assert figures.one("vipclub_audit_unsealed_age_seconds") == 0
    assert figures.labels("vipclub_outbox_waiting", "kind") >= {"letter", "webhook"}
    assert abs(figures.one("vipclub_clock_ahead_seconds")) < 1
    assert figures.labels("vipclub_build_info", "version") != {"unknown"}
    assert all(family.documentation for family in figures.families.values())


def test_a_beat_is_young_and_a_worker_is_counted(app: Flask, db: Database) -> None:
    db.run(lease.beat, "somebody")
    figures = figures_of(app)
    assert figures.one("vipclub_worker_beat_age_seconds") < 5
    assert figures.one("vipclub_workers") == 1


def test_a_job_tells_its_successes_its_failures_and_how_long_it_took(
    app: Flask, db: Database
) -> None:
    settings = Settings.load()
    db.run(timetable.plan, "work", clock.now())
    before = figures_of(app)
    assert before.of("vipclub_job_success_age_seconds") == []
    run_job(db, settings, fails=True)
    failed = figures_of(app)
    assert failed.one("vipclub_job_success_age_seconds", timed_job="work") == NEVER
    assert failed.one("vipclub_job_failing", timed_job="work") == 1
    run_job(db, settings, fails=False)
    run_job(db, settings, fails=False)
    figures = figures_of(app)
    assert figures.one("vipclub_job_runs_total", timed_job="work", outcome="done") == 2
    assert figures.one("vipclub_job_runs_total", timed_job="work", outcome="failed") == 1
    assert figures.one("vipclub_job_failing", timed_job="work") == 0
    assert figures.one("vipclub_job_success_age_seconds", timed_job="work") < 5
    assert 0 <= figures.one("vipclub_job_duration_seconds", timed_job="work") < 5
    assert figures.one("vipclub_job_late_seconds", timed_job="work") == 0
    assert figures.one("vipclub_job_running_seconds", timed_job="work") == 0


def test_a_job_that_nobody_runs_is_late(app: Flask, db: Database) -> None:
    db.run(timetable.plan, "work", clock.now() - timedelta(minutes=11))
    assert 660 <= figures_of(app).one("vipclub_job_late_seconds", timed_job="work") < 700


def test_letters_wait_are_tried_again_and_are_given_up(app: Flask, db: Database) -> None:
    due = clock.now() - timedelta(minutes=20)
    for number in range(3):
        subject = ("appointment", f"A-{number}")
        db.run(outbox.put, "message", subject=subject, payload={}, due_at=due)
    db.run(lambda s: s.execute(text("UPDATE outbox SET attempts = 3 WHERE subject_ref = 'A-1'")))
    db.run(lambda s: s.execute(text("UPDATE outbox SET state = 'dead' WHERE subject_ref = 'A-2'")))
    figures = figures_of(app)
    assert figures.one("vipclub_outbox_waiting", kind="letter") == 2
    assert figures.one("vipclub_outbox_retrying", kind="letter") == 1
    assert figures.one("vipclub_outbox_dead", kind="letter") == 1
    assert 1200 <= figures.one("vipclub_outbox_oldest_seconds", kind="letter") < 1260
    assert figures.one("vipclub_outbox_waiting", kind="webhook") == 0


def test_the_unsealed_tail_is_told_until_it_is_sealed(app: Flask, db: Database) -> None:
    moment = clock.now() - timedelta(minutes=30)
    for number in range(3):
        subject = ("person", f"M-{number}")
        db.run(audit.write, CLUB_ACTOR, "person.look", subject=subject, at=moment)
    figures = figures_of(app)
    assert figures.one("vipclub_audit_unsealed_rows") == 3
    assert 1800 <= figures.one("vipclub_audit_unsealed_age_seconds") < 1860
    db.run(audit_sealing.seal)
    sealed = figures_of(app)
    assert sealed.one("vipclub_audit_unsealed_rows") == 0
    assert sealed.one("vipclub_audit_unsealed_age_seconds") == 0


def test_refusals_are_counted_by_code_and_braked_sign_ins_by_themselves(app: Flask) -> None:
    client = app.test_client()
    client.get("/nowhere")
    token = csrf_token(client)
    form = {"login": "nobody@club.example", "password": "wrong", "csrf_token": token}
    statuses = [client.post("/sign-in", data=form).status_code for _ in range(7)]
    assert statuses[-1] == 429
    figures = figures_of(app)
    assert figures.one("vipclub_refusals_total", code="not_found") == 1
    assert figures.one("vipclub_sign_ins_braked_total") == statuses.count(429)


def test_the_process_tells_its_memory_its_files_and_its_connections(
    app: Flask, db: Database
) -> None:
    before = figures_of(app)
    with db.read() as session:
        session.execute(text("SELECT 1"))
        during = figures_of(app)
    after = figures_of(app)
    assert before.one("vipclub_process_resident_memory_bytes") > 30e6
    most = before.one("vipclub_process_open_files_most")
    assert 0 < before.one("vipclub_process_open_files") < most
    used = [f.one("vipclub_database_connections_in_use") for f in (before, during, after)]
    assert used == [0, 1, 0]
    waits = "vipclub_database_connection_wait_seconds_count"
    assert after.one(waits) > before.one(waits)


def test_the_look_takes_few_statements(db: Database) -> None:
    with db.read() as session, statements(at_most=12):
        look(session)


@pytest.mark.only("postgresql")
def test_no_figure_reads_through_a_large_table(db: Database) -> None:
    """With 20,000 letters that were sent and as many sealed records, each statement goes by
    an index: the figures' cost doesn't grow with what lies behind the club."""
    for statement in LONG_HISTORY.split(";"):
        db.run(lambda session, one=statement: session.execute(text(one)))  # type: ignore[misc]
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    assert scanned(db) & {"outbox", "audit", "audit_sealed", "audit_seal"} == set()


def scanned(db: Database) -> set[str]:
    """Tables that the look reads from their beginning to their end."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        sent.append((re.sub(r"\$\d+", "%s", statement), values))  # built ones: in their order

    event.listen(db.engines[-1], "before_cursor_execute", keep)
    with db.read() as session:
        look(session)
    event.remove(db.engines[-1], "before_cursor_execute", keep)
    assert sum("outbox" in statement or "audit" in statement for statement, _ in sent) >= 3
    with db.engine.connect() as connection:
        plans = [
            connection.exec_driver_sql("EXPLAIN (FORMAT JSON) " + statement, values).scalar_one()
            for statement, values in sent
        ]
    return set().union(*(sequential(plan[0]["Plan"]) for plan in plans))


def sequential(node: dict[str, Any]) -> set[str]:
    own = {str(node["Relation Name"])} if node["Node Type"] == "Seq Scan" else set()
    return own.union(*(sequential(child) for child in node.get("Plans", [])))
