"""Reads of deliveries: how each ended, what was wrong with its rows, and one row that was
set aside, whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect, row_as, rows_as
from vipclub.core.types import parse_ref
from vipclub.people.feeds import raw_rows
from vipclub.people.feeds.correcting import find_row
from vipclub.people.models import (
    Delivery,
    QuarantineRow,
    SetAsideRow,
    Subsidiary,
)
from vipclub.people.viewing import Viewed


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as operations see it. `came_wrong` counts the rows that were set aside, those put
    right since too, and `error_rate` is their share of all; `waiting` are still open."""

    ref: str
    subsidiary: str
    file_name: str
    kind: str
    as_of: date
    state: str
    rows: int
    loaded: int
    unchanged: int
    rejected: int
    received_at: datetime
    corrected: int = 0
    gone: int = 0
    encoding: str = ""
    finished_at: datetime | None = None
    subsidiary_name: str = ""
    waiting: int = 0

    @property
    def came_wrong(self) -> int:
        return self.rejected + self.corrected

    @property
    def error_rate(self) -> float:
        return self.came_wrong / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What is wrong with one field of a row; the value is masked."""

    line: int
    customer_no: str | None
    field: str
    value: str
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A row that was set aside, with what the file said: personal data, for the one who corrects
    it. `values` is None once the row is settled; `extra` were cells beyond the header."""

    delivery: str
    subsidiary: str
    line: int
    state: str
    problems: list[ProblemView]
    values: dict[str, str] | None = field(repr=False)
    extra: str = field(default="", repr=False)
    outcome: str | None = None
    reason: str | None = None
    settled_at: datetime | None = None
    next_line: int | None = None


def _views() -> AnySelect:
    waiting = (
        select(func.count())
        .select_from(SetAsideRow)
        .where(SetAsideRow.delivery_id == Delivery.id, SetAsideRow.state == "open")
        .scalar_subquery()
    )
    return select(
        Delivery.public_ref.label("ref"),
        Subsidiary.code.label("subsidiary"),
        Delivery.file_name,
        Delivery.kind,
        Delivery.as_of,
        Delivery.state,
        Delivery.rows,
        Delivery.loaded,
        Delivery.unchanged,
        Delivery.rejected,
        Delivery.received_at,
        Delivery.corrected,
        Delivery.gone,
        Delivery.encoding,
        Delivery.finished_at,
        Subsidiary.name.label("subsidiary_name"),
        waiting.label("waiting"),
    ).join(Subsidiary, Subsidiary.id == Delivery.subsidiary_id)


def deliveries(
    session: Session, actor: Actor, *, limit: int = 50, before: str | None = None
) -> list[DeliveryView]:
    """The latest deliveries, or those before one. One statement. Raises Forbidden."""
    actor.require("delivery:view")
    asked = _views().order_by(Delivery.id.desc()).limit(limit)
    if before is not None:
        start = select(Delivery.id).where(Delivery.public_ref == parse_ref(before, "D"))
        asked = asked.where(Delivery.id < start.scalar_subquery())
    return rows_as(DeliveryView, session.execute(asked))


def delivery(session: Session, actor: Actor, ref: str) -> DeliveryView:
    """One delivery. One statement. Raises MalformedRef, NotFound, Forbidden."""
    actor.require("delivery:view")
    row = session.execute(_views().where(Delivery.public_ref == parse_ref(ref, "D"))).first()
    if row is None:
        raise NotFound()
    return row_as(DeliveryView, row)


def problems_by_reason(session: Session, actor: Actor, ref: str) -> list[tuple[str, str, int]]:
    """How often each field of a delivery was wrong for each reason: field, reason, number, the most
    frequent first. One
    statement. Raises MalformedRef, Forbidden."""
    actor.require("delivery:view")
    count = func.count()
    rows = session.execute(
        select(QuarantineRow.field, QuarantineRow.reason, count)
        .join(Delivery, Delivery.id == QuarantineRow.delivery_id)
        .where(Delivery.public_ref == parse_ref(ref, "D"))
        .group_by(QuarantineRow.field, QuarantineRow.reason)
        .order_by(count.desc(), QuarantineRow.field, QuarantineRow.reason)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def problems(
    session: Session,
    actor: Actor,
    ref: str,
    *,
    reason: str | None = None,
    after: int = 0,
    limit: int = 200,
) -> list[ProblemView]:
    """A delivery's problems by line, masked; of one reason, and after a line. A row that came
    before its content was kept has the state `gone`. One statement. Raises MalformedRef,
    Forbidden."""
    actor.require("delivery:view")
    asked = (
        _problems()
        .where(Delivery.public_ref == parse_ref(ref, "D"), QuarantineRow.line > after)
        .order_by(QuarantineRow.line, QuarantineRow.id)
        .limit(limit)
    )
    if reason is not None:
        asked = asked.where(QuarantineRow.reason == reason)
    return rows_as(ProblemView, session.execute(asked))


def _problems() -> AnySelect:
    return (
        select(
            QuarantineRow.line,
            QuarantineRow.customer_no,
            QuarantineRow.field,
            QuarantineRow.value_masked.label("value"),
            QuarantineRow.reason,
            func.coalesce(SetAsideRow.state, "gone").label("state"),
        )
        .join(Delivery, Delivery.id == QuarantineRow.delivery_id)
        .outerjoin(
            SetAsideRow,
            and_(
                SetAsideRow.delivery_id == QuarantineRow.delivery_id,
                SetAsideRow.line == QuarantineRow.line,
            ),
        )
    )


def set_aside_row(
    session: Session, actor: Actor, *, delivery: str, line: int, viewed: Viewed | None
) -> RowView:
    """One row with its real values, by the receipt of `record_row_view`. Of a settled row neither
    values nor a receipt are left. Three statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require("delivery:load")
    found = find_row(session, delivery, line)
    these = _problems().where(QuarantineRow.delivery_id == found.delivery_id)
    wrong = session.execute(these.where(QuarantineRow.line == line).order_by(QuarantineRow.id))
    following = session.scalar(
        select(func.min(SetAsideRow.line)).where(
            SetAsideRow.delivery_id == found.delivery_id,
            SetAsideRow.state == "open",
            SetAsideRow.line > line,
        )
    )
    values = None
    if found.content is not None:
        if viewed is None:
            raise ValueError(f"{found.ref}/{line}: not on record yet")
        viewed.must_cover(f"{found.ref}/{line}")
        values = raw_rows.opened_values(cipher_of(session), found.ref, line, found.content)
        values.pop(raw_rows.UNFIT, None)
    return RowView(
        delivery=found.ref,
        subsidiary=found.code,
        line=line,
        state=found.state,
        problems=rows_as(ProblemView, wrong),
        extra=values.pop(raw_rows.EXTRA, "") if values is not None else "",
        values=values,
        outcome=found.outcome,
        reason=found.reason,
        settled_at=found.settled_at,
        next_line=following,
    )
