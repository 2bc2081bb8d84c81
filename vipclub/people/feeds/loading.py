"""Loading a delivery: staged in short transactions, turned visible by one row, then worked in.

A delivery is loaded whole or not at all. What a crash leaves behind is either still invisible
(abandoned by the next load) or applied, and then the next load finishes it first.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock, lease
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.core.facts import record
from vipclub.core.steps import Step
from vipclub.core.types import new_ref
from vipclub.people import linking
from vipclub.people.facts import DeliveryApplied
from vipclub.people.feeds import source_records
from vipclub.people.feeds.customers_seen import CustomersSeen
from vipclub.people.feeds.reading.company_maps import CompanyWords
from vipclub.people.feeds.reading.files import FeedFile, open_feed
from vipclub.people.feeds.reading.row_validation import Problem, RowReader
from vipclub.people.feeds.refusals import (
    FileAllBad,
    FileOfTomorrow,
    FileRefused,
    FileSuspicious,
    LoadUnderWay,
)
from vipclub.people.feeds.staging import SHOWN, Judged, Progress, read_rows, stage
from vipclub.people.feeds.steps import ABANDON, APPLY, DELIVERY_STEPS, FINISH, RECEIVE, REFUSE
from vipclub.people.feeds.subsidiaries import SubsidiaryRow, find_subsidiary
from vipclub.people.models import Delivery, DeliveryRow, SetAsideRow, SourceRecord

FEWEST_KEPT = 0.7
LEASE = 20


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a load did. `error_rate` is rejected rows of all rows."""

    delivery: str | None
    rows: int
    loaded: int
    unchanged: int
    rejected: int
    error_rate: float
    seconds: float
    gone: int = 0
    ignored_columns: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def load_delivery(
    db: Database,
    actor: Actor,
    *,
    path: Path,
    subsidiary: str,
    kind: str = "delta",
    as_of: date | None = None,
    expect_fewer: bool = False,
    progress: Progress | None = None,
) -> DeliveryReport:
    """Load one file of one subsidiary. The same file twice changes nothing. `expect_fewer` takes a
    full file that lets many customers go, and is noted in the trail.

    Raises UnknownSubsidiary, FileRefused (and its kinds), LoadUnderWay, Forbidden.
    """
    DELIVERY_STEPS.require(RECEIVE, actor)
    started = time.monotonic()
    with db.read() as session:
        source = find_subsidiary(session, subsidiary)
    today = clock.club_today()
    if as_of is not None and as_of > today:
        raise FileOfTomorrow(file=path.name, day=as_of)
    with _one_at_a_time(db, source.code):
        _finish_earlier(db, actor, source)
        with open_feed(path, source.header_map) as feed:
            earlier = db.run(_begin, actor, source, feed, kind, as_of or today)
            if isinstance(earlier, DeliveryReport):
                return earlier
            delivery_id, ref = earlier
            reader = reader_for(source, today=today, kind=kind)
            try:
                first = stage(db, source.code, feed, reader, delivery_id, ref, progress)
            except FileRefused as refused:
                db.run(_refuse, actor, delivery_id, ref, refused.code)
                raise
        verdict = db.run(_turn_visible, actor, source, delivery_id, ref, first, expect_fewer)
        if verdict is not None:
            raise verdict
        _work_in(db, actor, source, delivery_id, progress)
    with db.read() as session:
        return _report(session, delivery_id, started, feed.unknown)


def check_file(
    db: Database,
    actor: Actor,
    *,
    path: Path,
    subsidiary: str,
    progress: Progress | None = None,
) -> DeliveryReport:
    """What a load would say, without loading. Raises Forbidden, UnknownSubsidiary and
    FileRefused."""
    actor.require("delivery:load")
    started = time.monotonic()
    with db.read() as session:
        source = find_subsidiary(session, subsidiary)
    reader = reader_for(source, today=clock.club_today(), kind="delta")
    shown: list[Problem] = []
    with open_feed(path, source.header_map) as feed, CustomersSeen() as seen:
        judged = Judged(db.cipher, seen)
        for _, found in read_rows(feed, reader):
            verdict = judged.judge(found)
            if isinstance(verdict, list):
                shown += verdict[: max(0, SHOWN - len(shown))]
            if progress is not None and judged.rows % 5_000 == 0:
                progress("read", judged.rows)
    shown += judged.twice_first
    rows, rejected, same = judged.rows, judged.rejected + judged.twice, judged.unchanged
    return DeliveryReport(
        None,
        rows,
        rows - rejected - same,
        same,
        rejected,
        rejected / rows if rows else 0.0,
        round(time.monotonic() - started, 2),
        0,
        list(feed.unknown),
        sorted(shown, key=lambda problem: problem.line)[:SHOWN],
    )


def reader_for(source: SubsidiaryRow, *, today: date, kind: str) -> RowReader:
    """What judges the rows of this company's files; `kind` is full or delta."""
    return RowReader(
        today=today,
        kind=kind,
        default_consent=source.default_consent,
        words=CompanyWords(source.value_map) if source.value_map else None,
    )


@contextlib.contextmanager
def _one_at_a_time(db: Database, code: str) -> Iterator[None]:
    """One delivery of a subsidiary at a time; a load that died is waited for, not obeyed."""
    name, owner = lease_of(code), lease.new_owner()
    deadline = time.monotonic() + LEASE + 5
    while not db.run(lease.acquire, name, owner, LEASE):
        if time.monotonic() > deadline:
            raise LoadUnderWay(subsidiary=code)
        time.sleep(0.5)
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(db, name, owner, ended), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()
        db.run(lease.release, name, owner)


def lease_of(code: str) -> str:
    """The name of the lease that lets one delivery of a subsidiary be loaded at a time."""
    return f"delivery:{code}"


def _renew(db: Database, name: str, owner: str, ended: threading.Event) -> None:
    """Hold on to the lease while the load goes on."""
    while not ended.wait(LEASE / 4):
        with contextlib.suppress(Refused):
            db.run(lease.acquire, name, owner, LEASE)


def _begin(
    session: Session, actor: Actor, source: SubsidiaryRow, feed: FeedFile, kind: str, as_of: date
) -> DeliveryReport | tuple[int, str]:
    """A new delivery, or the report of the same file loaded before."""
    same = session.execute(
        select(Delivery).where(
            Delivery.subsidiary_id == source.id,
            Delivery.sha256 == feed.sha256,
            Delivery.state == APPLY.target,
        )
    ).scalar_one_or_none()
    if same is not None:
        rate = same.rejected / same.rows if same.rows else 0.0
        return DeliveryReport(
            same.public_ref, same.rows, 0, same.rows - same.rejected, same.rejected, rate, 0.0
        )
    delivery = Delivery(
        public_ref=new_ref("D"),
        subsidiary_id=source.id,
        sha256=feed.sha256,
        kind=kind,
        as_of=as_of,
        file_name=feed.path.name[:255],
        encoding=feed.encoding,
        state=RECEIVE.target,
        received_at=clock.now(),
    )
    session.add(delivery)
    session.flush()
    audit.write(
        session,
        actor,
        "delivery.receive",
        subject=("delivery", delivery.public_ref),
        after={"subsidiary": source.code, "sha256": feed.sha256, "kind": kind},
    )
    return delivery.id, delivery.public_ref


def _refuse(session: Session, actor: Actor, delivery_id: int, ref: str, reason: str) -> None:
    """Remember that a delivery was refused; nothing of its rows stays."""
    _forget_rows(session, delivery_id)
    _end(session, delivery_id, REFUSE)
    audit.write(session, actor, "delivery.refuse", subject=("delivery", ref), reason=reason)


def _forget_rows(session: Session, delivery_id: int) -> None:
    for rows in (DeliveryRow, SetAsideRow):
        session.execute(delete(rows).where(rows.delivery_id == delivery_id))


def _turn_visible(
    session: Session,
    actor: Actor,
    source: SubsidiaryRow,
    delivery_id: int,
    ref: str,
    first: list[Problem],
    expect_fewer: bool,
) -> FileRefused | None:
    """The one row that makes the delivery count; or why it doesn't, which is remembered too."""
    delivery = session.get_one(Delivery, delivery_id)
    valid = delivery.rows - delivery.rejected
    refusal: FileRefused | None = None
    if delivery.rows and not valid and first:
        refusal = FileAllBad(
            file=delivery.file_name,
            rows=delivery.rows,
            line=first[0].line,
            field=first[0].field,
        )
    elif delivery.kind == "full" and not expect_fewer:
        refusal = _suspicious(session, source, delivery, valid)
    if refusal is not None:
        _refuse(session, actor, delivery_id, ref, refusal.code)
        return refusal
    delivery.state, delivery.applied_at = APPLY.target, clock.now()
    audit.write(
        session,
        actor,
        "delivery.apply",
        subject=("delivery", ref),
        after={"rows": delivery.rows, "rejected": delivery.rejected},
        reason="fewer customers are expected" if expect_fewer else None,
    )
    return None


def _suspicious(
    session: Session, source: SubsidiaryRow, delivery: Delivery, valid: int
) -> FileSuspicious | None:
    live = (SourceRecord.subsidiary_id == source.id, SourceRecord.deleted_at.is_(None))
    before = session.scalar(select(func.count()).select_from(SourceRecord).where(*live)) or 0
    kept = (
        session.scalar(
            select(func.count())
            .select_from(SourceRecord)
            .where(*live, source_records.is_named(delivery.id))
        )
        or 0
    )
    if kept >= before * FEWEST_KEPT or before < 5 or (before < 20 and kept):
        return None
    return FileSuspicious(file=delivery.file_name, rows=valid, kept=kept, before=before)


def _work_in(
    db: Database,
    actor: Actor,
    source: SubsidiaryRow,
    delivery_id: int,
    progress: Progress | None = None,
) -> None:
    """Staged rows become records, chunk by chunk; then those who are gone, then links."""
    done = 0
    while worked := db.run(source_records.write_staged_rows, source.id, source.code, delivery_id):
        done += worked
        if progress is not None:
            progress("worked in", done)
    after: int | None = 0
    while after is not None:
        after = db.run(source_records.mark_gone, delivery_id, after)
    linking.link_records(db, actor, delivery_id=delivery_id)
    db.run(_finish, delivery_id)


def _finish(session: Session, delivery_id: int) -> None:
    session.execute(delete(DeliveryRow).where(DeliveryRow.delivery_id == delivery_id))
    delivery = session.get_one(Delivery, delivery_id)
    delivery.finished_at = clock.now()
    record(session, DeliveryApplied(delivery.public_ref))


def _finish_earlier(db: Database, actor: Actor, source: SubsidiaryRow) -> None:
    """What an earlier load left: applied ones are finished, invisible ones abandoned."""
    with db.read() as session:
        rows = session.execute(
            select(Delivery.id, Delivery.state).where(
                Delivery.subsidiary_id == source.id,
                Delivery.finished_at.is_(None),
                Delivery.state.in_(ABANDON.sources | FINISH.sources),
            )
        ).all()
    for row in rows:
        if row.state in FINISH.sources:
            _work_in(db, actor, source, row.id)
        else:
            db.run(_abandon, row.id)


def _abandon(session: Session, delivery_id: int) -> None:
    _forget_rows(session, delivery_id)
    _end(session, delivery_id, ABANDON)


def _end(session: Session, delivery_id: int, step: Step[object]) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, step.at(Delivery.state))
        .values(state=step.target)
    )


def _report(
    session: Session, delivery_id: int, started: float, unknown: tuple[str, ...]
) -> DeliveryReport:
    delivery = session.get_one(Delivery, delivery_id)
    rate = delivery.rejected / delivery.rows if delivery.rows else 0.0
    return DeliveryReport(
        delivery.public_ref,
        delivery.rows,
        delivery.loaded,
        delivery.unchanged,
        delivery.rejected,
        rate,
        round(time.monotonic() - started, 2),
        delivery.gone,
        list(unknown),
    )
