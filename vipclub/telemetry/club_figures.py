"""What the database tells of the club, looked up at the moment of reading.

Each figure is found by an index or in a small table: no count goes over persons, letters that were
sent, or the audit trail. Several `serve` tell the same: rules take the largest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from vipclub import assistance, benefits, partners, people
from vipclub.core import clock, timetable
from vipclub.core.actor import Actor
from vipclub.core.audit_tail import Tail, unsealed_tail
from vipclub.core.db import Database, db_now
from vipclub.core.errors import Refused
from vipclub.core.lease import WorkerBeat
from vipclub.core.notices import BACKUP_TAKEN, last_noted
from vipclub.core.outbox_backlog import Backlog, backlog
from vipclub.core.timetable import TimedJob
from vipclub.core.types import UtcDateTime
from vipclub.telemetry.bounded import Bounded, TookTooLong
from vipclub.version import __version__

READER = Actor.system("telemetry")
NEVER = 1e9
"""The age, in seconds, of what never was: 31 years, beyond every threshold."""
SILENCE = timedelta(minutes=1)
"""A worker that wasn't heard of for longer has stopped."""
KINDS = {"message": "letter", "webhook": "webhook", "webhook-event": "webhook_event"}
"""Kinds of the outbox -> what the figures call them; these are told even when nothing waits."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one read-only transaction."""

    now: datetime
    ahead_seconds: float
    backlog: Mapping[str, Backlog]
    jobs: Mapping[str, TimedJob]
    files: Mapping[str, datetime | None]
    tail: Tail
    addresses: partners.webhooks.AddressStates
    beat: datetime | None
    workers: int
    backup: datetime | None
    cases: assistance.CasesNow
    rated: assistance.RatingMean


def look(session: Session) -> Looked:
    """Fourteen statements or fewer, whatever the club's size."""
    before = clock.now()
    theirs = db_now(session)
    now = clock.now()
    ahead = before + (now - before) / 2 - theirs
    beat, workers = session.execute(
        select(
            func.max(WorkerBeat.seen_at, type_=UtcDateTime),
            func.count().filter(WorkerBeat.seen_at > theirs - SILENCE),
        )
    ).one()
    return Looked(
        now=now,
        ahead_seconds=ahead.total_seconds(),
        backlog=backlog(session),
        jobs=timetable.timetable(session),
        files=people.newest_files(session),
        tail=unsealed_tail(session),
        addresses=partners.webhooks.address_states(session),
        beat=None if beat is None else beat + ahead,  # by this host's clock, as all the rest
        workers=workers,
        backup=last_noted(session, (BACKUP_TAKEN,)).get(BACKUP_TAKEN),
        cases=assistance.cases_now(session, READER, now=now),
        rated=assistance.mean_rating(session, READER, now=now),
    )


class ClubFigures(Collector):
    """Looks within a bounded time; tells only that the database is away when it can't."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = Bounded(self._look)

    def _look(self) -> Looked:
        with self._database.read() as session:
            return look(session)

    def collect(self) -> Iterator[Metric]:
        try:
            looked = self._looked.ask()
        except (TookTooLong, SQLAlchemyError, Refused, OSError):
            yield _gauge("database_up", "Whether the database answers within two seconds", 0)
            return
        yield _gauge("database_up", "Whether the database answers within two seconds", 1)
        yield _gauge(
            "clock_ahead_seconds",
            "How far this host's clock is ahead of the database's",
            looked.ahead_seconds,
        )
        yield from _workers(looked)
        yield from _outbox(looked)
        yield from _jobs(looked)
        yield from _ledger(looked)
        yield _gauge(
            "cases_missed", "Open cases with a promise that is missed", looked.cases.missed
        )
        yield _gauge(
            "cases_unowned", "Open cases that belong to nobody on duty", looked.cases.unowned
        )
        if looked.rated.mean is not None:
            yield _gauge(
                "case_rating_mean",
                "How members rate their cases, 1 to 5, over 90 days",
                looked.rated.mean,
            )
        yield _of_each(
            "file_age_seconds",
            "Time since a company's newest file was loaded",
            "company",
            {code: _age(at, looked.now) for code, at in looked.files.items()},
        )
        yield _gauge(
            "audit_unsealed_rows", "Audit rows without a seal, at most 10,000", looked.tail.rows
        )
        yield _gauge(
            "backup_age_seconds",
            "Time since `vipclub backup` last took one",
            _age(looked.backup, looked.now),
        )
        oldest = looked.tail.oldest_at
        yield _gauge(
            "audit_unsealed_age_seconds",
            "Time since the first audit row without a seal was written, 0 without any",
            0 if oldest is None else _age(oldest, looked.now),
        )


class BuildFigures(Collector):
    """Which version this is."""

    def collect(self) -> Iterator[Metric]:
        told = GaugeMetricFamily("vipclub_build_info", "The version that runs", labels=["version"])
        told.add_metric([__version__], 1)
        yield told


def _workers(looked: Looked) -> Iterator[Metric]:
    yield _gauge("workers", "Workers heard of within a minute", looked.workers)
    yield _gauge(
        "worker_beat_age_seconds",
        "Time since any worker was last heard of",
        _age(looked.beat, looked.now),
    )


def _outbox(looked: Looked) -> Iterator[Metric]:
    nothing = Backlog()
    kinds = {kind: looked.backlog.get(kind, nothing) for kind in (*KINDS, *looked.backlog)}
    named = {KINDS.get(kind, kind): found for kind, found in kinds.items()}

    def of(name: str, says: str, values: Mapping[str, float]) -> Metric:
        return _of_each(f"outbox_{name}", says, "kind", values)

    yield of("waiting", "Not sent yet, at most 10,000", {k: b.waiting for k, b in named.items()})
    yield of("retrying", "Failed and tried again", {k: b.retrying for k, b in named.items()})
    yield of("dead", "Given up", {k: b.dead for k, b in named.items()})
    yield of(
        "oldest_seconds",
        "How long the oldest has been due, 0 without any",
        {k: b.oldest_seconds for k, b in named.items()},
    )
    there = looked.addresses
    states = {"well": there.well, "failing": there.failing, "given_up": there.given_up}
    yield _of_each("webhook_addresses", "Partners' addresses by how they answer", "state", states)


def _jobs(looked: Looked) -> Iterator[Metric]:
    """Of those that are on the timetable; what messages and webhooks do is told by the outbox."""
    jobs, now = looked.jobs, looked.now
    ends = CounterMetricFamily(
        "vipclub_job_runs", "Runs of a timed job by how they ended", labels=["timed_job", "outcome"]
    )
    for name, job in jobs.items():
        ends.add_metric([name, "done"], job.successes)
        ends.add_metric([name, "failed"], job.failures)
    yield ends
    begun = {name: job for name, job in jobs.items() if job.runs}

    def of(name: str, says: str, values: Mapping[str, float]) -> Metric:
        return _of_each(f"job_{name}", says, "timed_job", values)

    yield of(
        "success_age_seconds",
        "Time since a job that ever ran last succeeded",
        {name: _age(job.succeeded_at, now) for name, job in begun.items()},
    )
    yield of(
        "duration_seconds",
        "How long the last run took",
        {n: j.took_ms / 1000 for n, j in begun.items() if j.took_ms is not None},
    )
    yield of(
        "failing",
        "Whether the last run failed",
        {name: float(job.outcome == "failed") for name, job in jobs.items()},
    )
    yield of(
        "late_seconds",
        "How long a job has been due that nobody runs",
        {name: _late(job, now) for name, job in jobs.items()},
    )
    yield of(
        "running_seconds",
        "How long a job has been running, 0 when it isn't",
        {n: _age(j.started_at, now) if j.owner else 0.0 for n, j in jobs.items()},
    )


def _ledger(looked: Looked) -> Iterator[Metric]:
    """Told once the job has looked, and not while its last run failed: then nobody knows."""
    job = looked.jobs.get(benefits.LEDGER_CHECK)
    differ = None if job is None else job.counts.get("differ")
    if differ is not None:
        yield _gauge(
            "allowances_differing",
            "Allowances that differed from the sum of their entries when the job looked last",
            differ,
        )


def _late(job: TimedJob, now: datetime) -> float:
    return 0.0 if job.owner else max(0.0, (now - job.due_at).total_seconds())


def _age(moment: datetime | None, now: datetime) -> float:
    return NEVER if moment is None else max(0.0, (now - moment).total_seconds())


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"vipclub_{name}", says, value=value)


def _of_each(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    told = GaugeMetricFamily(f"vipclub_{name}", says, labels=[label])
    for each, value in values.items():
        told.add_metric([each], value)
    return told
