"""How the machinery stands: what waits to be sent, which timed jobs are late, who works.

For the eyes of operations; `/metrics` asks the ground itself (`vipclub/telemetry`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.lease import GONE, WorkerBeat
from vipclub.core.outbox import OutboxRow
from vipclub.core.outbox_steps import CLOSE, OUTBOX_STEPS, RETRY
from vipclub.core.steps import Step
from vipclub.core.timetable import TimedJob, counts_told
from vipclub.core.types import UtcDateTime

PATIENCE = timedelta(minutes=10)
"""What is due longer than this is late."""
SILENCE = GONE
_PRIVATE = re.compile(r"[\w.+-]+@[\w.-]+|\+?\d[\d -]{6,}\d")


@dataclass(frozen=True, slots=True)
class Machinery:
    """Figures at one moment; `oldest_due` is of what waits and is due, `beat` a worker's latest,
    `differing` how many allowances differed from their entries when the job looked last."""

    waiting: int
    dead: int
    oldest_due: datetime | None
    late_jobs: int
    failed_jobs: int
    beat: datetime | None
    differing: int

    def behind(self, now: datetime) -> bool:
        """Whether something due waits longer than it should."""
        return self.oldest_due is not None and now - self.oldest_due > PATIENCE

    def silent(self, now: datetime) -> bool:
        """Whether nobody does the timed jobs."""
        return self.beat is None or now - self.beat > SILENCE


def machinery_now(session: Session, actor: Actor) -> Machinery:
    """How the machinery stands at this moment. One statement. Raises Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    now = clock.now()
    box, job = OutboxRow, TimedJob
    waits = box.state == "waiting"
    row = session.execute(
        select(
            select(func.count()).where(waits).scalar_subquery(),
            select(func.count()).where(box.state == "dead").scalar_subquery(),
            select(func.min(box.due_at, type_=UtcDateTime))
            .where(waits, box.due_at <= now)
            .scalar_subquery(),
            select(func.count())
            .select_from(job)
            .where(job.due_at < now - PATIENCE, job.owner.is_(None))
            .scalar_subquery(),
            select(func.count()).select_from(job).where(job.outcome == "failed").scalar_subquery(),
            select(func.max(WorkerBeat.seen_at, type_=UtcDateTime))
            .where(WorkerBeat.seen_at <= now + SILENCE)
            .scalar_subquery(),
            select(job.detail)
            .where(job.name == benefits.LEDGER_CHECK, job.outcome == "done")
            .scalar_subquery(),
        )
    ).one()
    waiting, dead, oldest, late, failed, beat, checked = row
    differing = counts_told("done", checked).get("differ", 0)
    return Machinery(waiting, dead, oldest, late, failed, beat, differing)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A timed job on the timetable; `running` since `started_at` when a worker has it."""

    name: str
    due_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    outcome: str | None
    detail: str | None
    runs: int
    running: bool

    @property
    def counts(self) -> dict[str, int]:
        """The figures that its last run told; none of one that failed."""
        return counts_told(self.outcome, self.detail)

    def late(self, now: datetime) -> bool:
        """Due for a while, and nobody has it."""
        return not self.running and now - self.due_at > PATIENCE


def timed_jobs(session: Session, actor: Actor) -> list[JobRow]:
    """The timetable, by name. One statement. Raises Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    j = TimedJob
    rows = session.execute(
        select(
            j.name,
            j.due_at,
            j.started_at,
            j.done_at,
            j.outcome,
            j.detail,
            j.runs,
            j.owner.is_not(None),
        ).order_by(j.name)
    )
    return [JobRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that was given up. `name` is the letter's or the event's where it has one; `error`
    is without addresses and numbers of people."""

    id: int
    kind: str
    name: str | None
    subject_kind: str
    subject_ref: str
    attempts: int
    created_at: datetime
    died_at: datetime | None
    error: str


def without_addresses(text: str) -> str:
    """A mail server's words without whom they are about.

    >>> without_addresses("550 <lin@example.com> unknown, call +86 138 0013 8000")
    '550 <…> unknown, call …'
    """
    return _PRIVATE.sub("…", text)


def dead_letters(session: Session, actor: Actor, *, limit: int = 50) -> list[DeadLetter]:
    """The messages that were given up, the latest first. One statement. Raises Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    box = OutboxRow
    rows = session.execute(
        select(
            box.id,
            box.kind,
            box.payload["template"].as_string().label("name"),
            box.subject_kind,
            box.subject_ref,
            box.attempts,
            box.created_at,
            box.done_at,
            box.error,
        )
        .where(RETRY.at(box.state))
        .order_by(box.id.desc())
        .limit(limit)
    )
    return [
        DeadLetter(
            row.id,
            row.kind,
            row.name,
            row.subject_kind,
            row.subject_ref,
            row.attempts,
            row.created_at,
            row.done_at,
            without_addresses(row.error or ""),
        )
        for row in rows
    ]


def retry_dead_letter(session: Session, actor: Actor, *, item: int) -> None:
    """Put a dead letter back: due now, its attempts counted anew. Whether it is still true is
    asked when it is sent. Raises NotFound for what isn't dead, Forbidden."""
    _settle(session, actor, item, RETRY, due_at=clock.now(), done_at=None, attempts=0)


def close_dead_letter(session: Session, actor: Actor, *, item: int) -> None:
    """Send a dead letter no more; what it carried is erased. Raises NotFound for what isn't dead,
    Forbidden."""
    _settle(session, actor, item, CLOSE, payload={}, done_at=clock.now())


def _settle(
    session: Session, actor: Actor, item: int, step: Step[object], **values: object
) -> None:
    """A dead letter takes a step, which is on record by its name."""
    OUTBOX_STEPS.require(step, actor)
    found = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == item, step.at(OutboxRow.state))
        .values(state=step.target, **values)
        .returning(OutboxRow.kind, OutboxRow.subject_kind, OutboxRow.subject_ref)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if found is None:
        raise NotFound()
    audit.write(
        session,
        actor,
        f"outbox.{step.name}",
        subject=(found.subject_kind, found.subject_ref),
        after={"kind": found.kind},
    )
