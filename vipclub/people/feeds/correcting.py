"""Settling what was set aside: a row is corrected and tried again, or dropped with a reason.

A corrected row goes the way of every row, under the delivery that it came with: what a newer
delivery said stays. What the file said is forgotten as soon as the row is settled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock, lease
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of, known_again
from vipclub.core.db import Database
from vipclub.core.errors import Malformed, NotFound, Refused
from vipclub.core.facts import record
from vipclub.core.i18n import N_
from vipclub.core.rows import row_as
from vipclub.core.steps import Step
from vipclub.core.types import parse_ref
from vipclub.people import linking
from vipclub.people.facts import DeliveryApplied
from vipclub.people.feeds import raw_rows, source_records
from vipclub.people.feeds.loading import LEASE, lease_of, reader_for
from vipclub.people.feeds.reading.row_validation import COLUMNS, Customer, Problem
from vipclub.people.feeds.refusals import LoadUnderWay, RowSettled, RowStillWrong
from vipclub.people.feeds.staging import TWICE, Progress, staged_row, write_staged
from vipclub.people.feeds.steps import CORRECT, DROP, SET_ASIDE_STEPS
from vipclub.people.feeds.subsidiaries import SubsidiaryRow, find_subsidiary
from vipclub.people.models import (
    Delivery,
    DeliveryRow,
    QuarantineRow,
    SetAsideRow,
    SourceRecord,
    Subsidiary,
)
from vipclub.people.viewing import Viewed, record_views

DROP_REASONS = {
    "sent_again": N_("The group company sends it again"),
    "duplicate": N_("Another row says it already"),
    "no_customer": N_("It is no customer"),
}
"""Why a row may be dropped: a code, since words could name somebody."""
LASTING = frozenset({"cells_missing_or_extra", TWICE})
"""What no rule can settle: somebody has to look at the row."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a corrected row ended: `outcome` is loaded, unchanged, or older when a newer delivery's
    word stays."""

    delivery: str
    line: int
    outcome: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that was set aside, with its delivery and company; `content` is what the file said,
    sealed, until the row is settled."""

    id: int
    delivery_id: int
    line: int
    state: str
    content: bytes | None = field(repr=False)
    outcome: str | None
    fingerprint: bytes | None
    reason: str | None
    settled_at: datetime | None
    ref: str
    kind: str
    as_of: date
    code: str


def correct_row(
    session: Session,
    actor: Actor,
    *,
    delivery: str,
    line: int,
    values: Mapping[str, str] | None = None,
) -> Settled:
    """Try a set-aside row again with these values by column over what the file said; without any,
    as it is (after its company's maps were changed). Correcting twice the same way is once.

    Raises NotFound, RowStillWrong (with its `problems`), RowSettled, LoadUnderWay, Forbidden.
    """
    SET_ASIDE_STEPS.require(CORRECT, actor)
    found = find_row(session, delivery, line)
    source = find_subsidiary(session, found.code)
    said = json.dumps(dict(values or {}), sort_keys=True).encode()
    request = cipher_of(session).fingerprints(b"correction", said)
    if found.state not in CORRECT.sources:
        if found.state == CORRECT.target and known_again(found.fingerprint, request):
            return Settled(found.ref, line, found.outcome or "")
        raise RowSettled(line=line)
    customer, changed = _read_again(session, source, found, values)
    now, owner = clock.now(), lease.new_owner()
    if not lease.acquire(session, lease_of(source.code), owner, LEASE):
        raise LoadUnderWay(subsidiary=source.code)
    _settle(session, actor, found, now, CORRECT, fingerprint=cipher_of(session).to_keep(request))
    outcome = _take(session, source, found, customer)
    session.execute(update(SetAsideRow).where(SetAsideRow.id == found.id).values(outcome=outcome))
    audit.write(
        session,
        actor,
        "delivery.correct_row",
        subject=("delivery", found.ref),
        after={"line": line, "fields": changed, "outcome": outcome},
        at=now,
    )
    record(session, DeliveryApplied(found.ref))
    lease.release(session, lease_of(source.code), owner)
    return Settled(found.ref, line, outcome)


def drop_row(session: Session, actor: Actor, *, delivery: str, line: int, reason: str) -> None:
    """Give up a set-aside row; `reason` is a code of DROP_REASONS. Dropping twice is once.

    Raises NotFound, Malformed, RowSettled, Forbidden.
    """
    SET_ASIDE_STEPS.require(DROP, actor)
    if reason not in DROP_REASONS:
        raise Malformed("reason")
    found = find_row(session, delivery, line)
    if found.state == DROP.target:
        return
    now = clock.now()
    _settle(session, actor, found, now, DROP, reason=reason)
    audit.write(
        session,
        actor,
        "delivery.drop_row",
        subject=("delivery", found.ref),
        after={"line": line},
        reason=reason,
        at=now,
    )


def record_row_view(session: Session, actor: Actor, *, delivery: str, line: int) -> Viewed | None:
    """Note that somebody looks at a row's real values: in a short transaction of its own, before
    they are shown. Of a settled row nothing is left to see: None. Raises NotFound, Forbidden."""
    actor.require("delivery:load")
    found = find_row(session, delivery, line)
    if found.content is None:
        return None
    return record_views(
        session,
        actor,
        "delivery.view_row",
        subject=("delivery", found.ref),
        refs=[f"{found.ref}/{line}"],
        page="row",
        after={"line": line},
    )


def retry_rows(
    db: Database,
    actor: Actor,
    *,
    delivery: str,
    progress: Progress | None = None,
) -> tuple[int, int]:
    """Try all open rows of a delivery again as they are, a run each: after a company's maps were
    changed. How many were settled, and how many are still open."""
    actor.require("delivery:load")
    with db.read() as session:
        lines = session.scalars(
            select(SetAsideRow.line)
            .join(Delivery, Delivery.id == SetAsideRow.delivery_id)
            .where(Delivery.public_ref == parse_ref(delivery, "D"), CORRECT.at(SetAsideRow.state))
            .order_by(SetAsideRow.line)
        ).all()
    settled = 0
    for done, line in enumerate(lines):
        if progress is not None:
            progress("tried again", done)
        try:
            db.run(correct_row, actor, delivery=delivery, line=line)
            settled += 1
        except (RowStillWrong, RowSettled):
            continue
        except Refused:
            break
    return settled, len(lines) - settled


def find_row(session: Session, delivery: str, line: int) -> FoundRow:
    """A set-aside row of an applied delivery, with its delivery and company. One statement.
    Raises MalformedRef and NotFound."""
    row = session.execute(
        select(
            SetAsideRow.id,
            SetAsideRow.delivery_id,
            SetAsideRow.line,
            SetAsideRow.state,
            SetAsideRow.content,
            SetAsideRow.outcome,
            SetAsideRow.fingerprint,
            SetAsideRow.reason,
            SetAsideRow.settled_at,
            Delivery.public_ref.label("ref"),
            Delivery.kind,
            Delivery.as_of,
            Subsidiary.code,
        )
        .join(Delivery, Delivery.id == SetAsideRow.delivery_id)
        .join(Subsidiary, Subsidiary.id == Delivery.subsidiary_id)
        .where(
            Delivery.public_ref == parse_ref(delivery, "D"),
            Delivery.finished_at.is_not(None),
            SetAsideRow.line == line,
        )
    ).first()
    if row is None:
        raise NotFound()
    return row_as(FoundRow, row)


def _read_again(
    session: Session,
    source: SubsidiaryRow,
    found: FoundRow,
    values: Mapping[str, str] | None,
) -> tuple[Customer, list[str]]:
    """The row as a customer, and the fields that were changed. Raises RowStillWrong."""
    said: dict[str, str] = {}
    if found.content is not None:
        said = raw_rows.opened_values(cipher_of(session), found.ref, found.line, found.content)
    said.pop(raw_rows.EXTRA, None)
    unfit = [c for c in said.pop(raw_rows.UNFIT, "").split(",") if c and c not in (values or {})]
    new = {column: text for column, text in (values or {}).items() if column in COLUMNS}
    if raw_rows.CONSENT not in said and not new.get(raw_rows.CONSENT, "").strip():
        new.pop(raw_rows.CONSENT, None)
    changed = sorted(c for c, text in new.items() if text.strip() != said.get(c, "").strip())
    said |= new
    marks = _marks(session, found) if unfit or not values else {}
    reader = reader_for(source, today=clock.club_today(), kind=found.kind)
    wrong = {column: marks.get(column, "missing") for column in unfit}
    customer = reader.read(found.line, said, wrong)
    lasting = [(name, reason) for name, reason in marks.items() if reason in LASTING]
    problems = customer if isinstance(customer, list) else []
    if lasting and not values:
        problems = [Problem(found.line, None, name, "", reason) for name, reason in lasting]
    if isinstance(customer, list) or problems:
        raise RowStillWrong(line=found.line, problems=problems)
    return customer, changed


def _marks(session: Session, found: FoundRow) -> dict[str, str]:
    """What was wrong with the row when it came: field -> reason."""
    rows = session.execute(
        select(QuarantineRow.field, QuarantineRow.reason).where(
            QuarantineRow.delivery_id == found.delivery_id, QuarantineRow.line == found.line
        )
    )
    return {row.field: row.reason for row in rows}


def _settle(
    session: Session,
    actor: Actor,
    found: FoundRow,
    now: datetime,
    step: Step[object],
    **more: object,
) -> None:
    """Close the row, and forget what it said. Raises RowSettled when it is closed already."""
    changed: Any = session.execute(
        update(SetAsideRow)
        .where(SetAsideRow.id == found.id, step.at(SetAsideRow.state))
        .values(
            state=step.target, content=None, settled_at=now, settled_by=actor.owner[:80], **more
        )
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise RowSettled(line=found.line)


def _take(session: Session, source: SubsidiaryRow, found: FoundRow, customer: Customer) -> str:
    """The row through the pipeline: staged, worked in, linked. Gives the outcome."""
    fingerprint = cipher_of(session).fingerprints(b"row", customer.canonical)
    delivery = session.get_one(Delivery, found.delivery_id)
    loaded, delivery.cursor = delivery.loaded, 0
    row = staged_row(cipher_of(session), source.code, delivery.id, customer, fingerprint)
    write_staged(session, [row])
    source_records.write_staged_rows(session, source.id, source.code, delivery.id)
    session.execute(delete(DeliveryRow).where(DeliveryRow.delivery_id == delivery.id))
    delivery.rejected -= 1
    delivery.corrected += 1
    session.flush()
    now_known = session.execute(
        select(SourceRecord.id, SourceRecord.content_hash, SourceRecord.deleted_at).where(
            SourceRecord.subsidiary_id == source.id,
            SourceRecord.customer_no == customer.customer_no,
        )
    ).first()
    if now_known is not None:
        linking.link_some(session, [now_known.id])
    if delivery.loaded > loaded:
        return "loaded"
    same = now_known is not None and known_again(now_known.content_hash, fingerprint)
    gone = customer.op == "D" and (now_known is None or now_known.deleted_at is not None)
    return "unchanged" if same or gone else "older"
