"""One of a kind at a time, across processes and hosts: leases on the database's clock.

Timed jobs are claimed by `timetable`. A lease is taken by a conditional UPDATE, and it runs out
when its owner dies. Database time alone decides, since hosts' clocks differ.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Float, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.column_classes import Internal
from vipclub.core.db import Base, Database, clock_of, db_now, insert_ignore, moment_of
from vipclub.core.types import UtcDateTime
from vipclub.core.use_case_log import quiet

LARGEST_DRIFT = timedelta(seconds=2)
GONE = timedelta(minutes=1)
"""A worker that wasn't heard of for longer is gone; it beats every ten seconds."""


class Lease(Base):
    """`owner` holds `name` until `until`, on the database's clock."""

    __tablename__ = "lease"

    name: Mapped[Internal[str]] = mapped_column(String(60), primary_key=True)
    owner: Mapped[Internal[str]] = mapped_column(String(80))
    until: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)


class WorkerBeat(Base):
    """A worker that is alive, or was at `seen_at` (database time). `clock_ahead` is by how many
    seconds its host's clock is ahead of the database's, as last compared."""

    __tablename__ = "worker_beat"

    owner: Mapped[Internal[str]] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    seen_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    clock_ahead: Mapped[Internal[float | None]] = mapped_column(Float)


class ClocksDiffer(RuntimeError):
    """This host's clock and the database's are too far apart to share deadlines."""


class LeaseHeld(RuntimeError):
    """Somebody else is doing this now."""


def new_owner() -> str:
    """A name for this process, unlike any other's: host, process, four random bytes."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{secrets.token_hex(4)}"


def acquire(session: Session, name: str, owner: str, seconds: float) -> bool:
    """Take or renew a lease. False while somebody else holds it."""
    now = db_now(session)
    until = now + timedelta(seconds=seconds)
    if insert_ignore(
        session, Lease.__table__, {"name": name, "owner": owner, "until": until}, conflict=["name"]
    ):
        return True
    taken: Any = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.owner == owner, Lease.until < now))
        .values(owner=owner, until=until)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)


def release(session: Session, name: str, owner: str) -> None:
    """Give a lease back; nothing when it is another's by now."""
    session.execute(
        delete(Lease)
        .where(Lease.name == name, Lease.owner == owner)
        .execution_options(synchronize_session=False)
    )


@contextmanager
def held(database: Database, name: str, *, seconds: float = 60) -> Iterator[str]:
    """Hold a lease for a block, and give it back. Raises LeaseHeld when it can't be had.

    Gives the owner's name, with which long work renews it: `acquire(session, name, owner, ...)`.
    """
    owner = new_owner()
    if not database.run(acquire, name, owner, seconds):
        raise LeaseHeld(f"{name} is being done by another process")
    try:
        yield owner
    finally:
        database.run(release, name, owner)


def check_clocks(database: Database) -> timedelta:
    """How far this host's clock is ahead of the database's. Raises ClocksDiffer beyond 2 s."""
    drift, doubt = clock_drift(database)
    if abs(drift) > LARGEST_DRIFT + doubt:
        raise ClocksDiffer(
            f"This host's clock is {drift.total_seconds():+.1f} s from the database's; "
            f"at most {LARGEST_DRIFT.total_seconds():.0f} s are allowed."
        )
    return drift


def clock_drift(database: Database) -> tuple[timedelta, timedelta]:
    """How far this host's clock is ahead of the database's, and how exactly that is known: half
    of the time that asking took."""
    with database.read() as session:
        before = clock.now()
        theirs = db_now(session)
        after = clock.now()
    doubt = (after - before) / 2
    return before + doubt - theirs, doubt


@quiet
def beat(session: Session, owner: str, *, clock_ahead: float | None = None) -> None:
    """A worker says that it is alive, also when its row was lost meanwhile. Those that are gone are
    forgotten, and beats from the future, which a database's clock that was put back leaves."""
    now = db_now(session)
    new = insert_ignore(
        session,
        WorkerBeat.__table__,
        {"owner": owner, "started_at": now, "seen_at": now, "clock_ahead": clock_ahead},
        conflict=["owner"],
    )
    if not new:
        session.execute(
            update(WorkerBeat)
            .where(WorkerBeat.owner == owner)
            .values(seen_at=now, clock_ahead=clock_ahead)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        delete(WorkerBeat)
        .where(or_(WorkerBeat.seen_at < now - GONE, WorkerBeat.seen_at > now + GONE))
        .execution_options(synchronize_session=False)
    )


def fall_silent(session: Session, owner: str) -> None:
    """A worker that stops in good order leaves no beat behind."""
    session.execute(
        delete(WorkerBeat)
        .where(WorkerBeat.owner == owner)
        .execution_options(synchronize_session=False)
    )


def heartbeat_age(session: Session) -> float | None:
    """Seconds since any worker was last heard of; None when there is none. For `/readyz`. A beat
    from the future tells nothing. One statement: there are as many beats as workers."""
    rows = session.execute(select(WorkerBeat.seen_at, clock_of(session))).all()
    ages = [(moment_of(now) - seen).total_seconds() for seen, now in rows]
    told = [age for age in ages if age >= -GONE.total_seconds()]
    return max(0.0, min(told)) if told else None
