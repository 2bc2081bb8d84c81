"""When each timed job falls due next: a row a job, so that any number of workers run it once.

A worker that finds a job due claims it for a while by a conditional UPDATE and sets the next
moment when it has finished. A claim whose worker died runs out, and the job, still due, is
another's. What falls due is told by the host's clock, the claim's end by the database's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.column_classes import Internal
from vipclub.core.db import Base, db_now, insert_ignore
from vipclub.core.types import UtcDateTime
from vipclub.core.use_case_log import quiet

_COUNT = re.compile(r"(\w+) (\d+)(?:, |$)")


class TimedJob(Base):
    """`runs` counts claims and fences them; `outcome` of the last run is done, failed or skipped.
    `successes` and `failures` count ends, `took_ms` is how long the last run took."""

    __tablename__ = "timed_job"

    name: Mapped[Internal[str]] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    runs: Mapped[Internal[int]] = mapped_column(Integer)
    owner: Mapped[Internal[str | None]] = mapped_column(String(80))
    until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    started_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    done_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    outcome: Mapped[Internal[str | None]] = mapped_column(String(10))
    detail: Mapped[Internal[str | None]] = mapped_column(Text)
    successes: Mapped[Internal[int]] = mapped_column(Integer, default=0, server_default="0")
    failures: Mapped[Internal[int]] = mapped_column(Integer, default=0, server_default="0")
    succeeded_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    took_ms: Mapped[Internal[int | None]] = mapped_column(BigInteger)

    @property
    def counts(self) -> dict[str, int]:
        return counts_told(self.outcome, self.detail)


def counts_told(outcome: str | None, detail: str | None) -> dict[str, int]:
    """The figures that a job's last run told; none of one that didn't end well.

    >>> counts_told("done", "allowances 12, differ 0")
    {'allowances': 12, 'differ': 0}
    >>> counts_told("failed", "OSError: 12 tries")
    {}
    """
    if outcome != "done":
        return {}
    return {name: int(count) for name, count in _COUNT.findall(detail or "")}


@dataclass(frozen=True, slots=True)
class Turn:
    """A claimed run of a job that fell due at `due_at` and began at `began_at`."""

    name: str
    owner: str
    due_at: datetime
    run: int
    began_at: datetime


@quiet
def plan(session: Session, name: str, first_due: datetime) -> bool:
    """Put a job on the timetable; one that is there keeps its moment. True when it is new."""
    row = {"name": name, "due_at": first_due, "runs": 0}
    return insert_ignore(session, TimedJob.__table__, row, conflict=["name"])


def is_due(session: Session, name: str, *, ahead: timedelta) -> bool:
    """A look without a lock. Due later than `ahead` from now means that the host's clock was set
    back meanwhile: the job doesn't wait for the old future."""
    now = clock.now()
    due = session.execute(select(TimedJob.due_at).where(TimedJob.name == name)).scalar()
    return due is not None and not now < due <= now + ahead


@quiet
def claim(
    session: Session,
    name: str,
    owner: str,
    *,
    seconds: float,
    ahead: timedelta,
    whenever: bool = False,
) -> Turn | None:
    """Take a due job for `seconds`; None when it isn't due or is another's. `whenever` doesn't
    ask whether it is due. What `owner` has itself and could not finish, since the database was
    away, is its own to take again at once: it runs a job once at a time."""
    now, lease_now = clock.now(), db_now(session)
    due = or_(TimedJob.due_at <= now, TimedJob.due_at > now + ahead)
    row = session.execute(
        update(TimedJob)
        .where(
            TimedJob.name == name,
            or_(TimedJob.until.is_(None), TimedJob.until < lease_now, TimedJob.owner == owner),
        )
        .where(*(() if whenever else (due,)))
        .values(
            owner=owner,
            until=lease_now + timedelta(seconds=seconds),
            started_at=now,
            runs=TimedJob.runs + 1,
        )
        .returning(TimedJob.due_at, TimedJob.runs)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else Turn(name, owner, row.due_at, row.runs, now)


@quiet
def finish(
    session: Session, turn: Turn, *, next_due: datetime, outcome: str, detail: str | None
) -> bool:
    """Set the next moment. False when the claim had run out and the job went to another."""
    now = clock.now()
    ended = session.execute(
        update(TimedJob)
        .where(TimedJob.name == turn.name, TimedJob.owner == turn.owner, TimedJob.runs == turn.run)
        .values(
            owner=None,
            until=None,
            due_at=next_due,
            done_at=now,
            outcome=outcome,
            detail=detail[:500] if detail else None,
            took_ms=max(0, round((now - turn.began_at).total_seconds() * 1000)),
            **_counted(outcome, now),
        )
        .returning(TimedJob.name)
        .execution_options(synchronize_session=False)
    )
    return ended.first() is not None


def give_back(session: Session, turn: Turn) -> bool:
    """A run that was left at a safe place: due as before, for whoever comes next, at once. False
    when it went to another."""
    freed = session.execute(
        update(TimedJob)
        .where(TimedJob.name == turn.name, TimedJob.owner == turn.owner, TimedJob.runs == turn.run)
        .values(owner=None, until=None)
        .returning(TimedJob.name)
        .execution_options(synchronize_session=False)
    )
    return freed.first() is not None


def _counted(outcome: str, now: datetime) -> dict[str, Any]:
    """What an end adds to the row's counts; a run that was left out adds nothing."""
    if outcome == "done":
        return {"successes": TimedJob.successes + 1, "succeeded_at": now}
    return {"failures": TimedJob.failures + 1} if outcome == "failed" else {}


def timetable(session: Session) -> dict[str, TimedJob]:
    """All jobs that are planned, by name."""
    return {row.name: row for row in session.execute(select(TimedJob)).scalars()}
