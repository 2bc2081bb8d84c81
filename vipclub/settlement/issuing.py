"""Closing a month: one statement, its lines claimed by one UPDATE (docs/decisions.md 41)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.dates import first_of, last_of
from vipclub.core.db import insert_ignore
from vipclub.core.errors import NotFound
from vipclub.core.types import new_ref, parse_ref
from vipclub.partners import Partner
from vipclub.partners import visible_to as partners_visible_to
from vipclub.settlement.models import SettlementLine, SettlementStatement
from vipclub.settlement.queries import waits_for_a_price
from vipclub.settlement.refusals import (
    EarlierMonthOpen,
    MonthNotOver,
    NothingToSettle,
    PricesMissing,
    StatementIssued,
)

_line: Table = SettlementLine.__table__  # type: ignore[assignment]
_statement: Table = SettlementStatement.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Issued:
    """A statement's reference and how many lines it claimed."""

    statement: str
    lines: int


def issue_statement(session: Session, actor: Actor, *, partner: str, month: date) -> Issued:
    """The partner's statement of a month that is over: all that is open until then. Raises
    StatementIssued, MonthNotOver, EarlierMonthOpen, PricesMissing, NothingToSettle, NotFound,
    Forbidden."""
    actor.require(Permission.SETTLEMENT_ISSUE)
    now, month = clock.now(), first_of(month)
    partner_id = session.scalar(
        select(Partner.id).where(
            Partner.public_ref == parse_ref(partner, "P"), partners_visible_to(actor)
        )
    )
    if partner_id is None:
        raise NotFound()
    if clock.club_today() <= last_of(month):
        raise MonthNotOver(last=last_of(month))

    ref = new_ref("B")
    values = {"public_ref": ref, "partner_id": partner_id, "month": month, "issued_at": now}
    if not insert_ignore(session, _statement, values, conflict=["partner_id", "month"]):
        raise StatementIssued(statement=_issued(session, partner_id, month)[1])
    _refuse_open_ends(session, partner_id, month)

    statement_id, _ = _issued(session, partner_id, month)
    claimed = session.execute(
        update(_line)
        .where(
            _line.c.partner_id == partner_id,
            _line.c.month <= month,
            _unclaimed(),
            _line.c.amount_minor.is_not(None),
        )
        .values(statement_id=statement_id)
    ).rowcount  # type: ignore[attr-defined]
    if not claimed:
        raise NothingToSettle()
    audit.write(
        session,
        actor,
        "settlement.issue",
        subject=("partner", parse_ref(partner, "P")),
        after={"statement": ref, "month": month, "lines": claimed},
        at=now,
    )
    return Issued(ref, int(claimed))


def _unclaimed() -> ColumnElement[bool]:
    """The guard: no line is on two statements."""
    return _line.c.statement_id.is_(None)


def _issued(session: Session, partner_id: int, month: date) -> tuple[int, str]:
    row = session.execute(
        select(_statement.c.id, _statement.c.public_ref).where(
            _statement.c.partner_id == partner_id, _statement.c.month == month
        )
    ).one()
    return row.id, row.public_ref


def _refuse_open_ends(session: Session, partner_id: int, month: date) -> None:
    """Lines without a price, and earlier months that were never issued."""
    waiting = session.scalar(
        select(func.count())
        .select_from(_line)
        .where(_line.c.partner_id == partner_id, _line.c.month <= month, waits_for_a_price())
    )
    if waiting:
        raise PricesMissing(count=waiting)
    issued = select(_statement.c.month).where(_statement.c.partner_id == partner_id)
    earlier = session.scalar(
        select(func.min(_line.c.month)).where(
            _line.c.partner_id == partner_id,
            _line.c.month < month,
            _line.c.statement_id.is_(None),
            _line.c.month.not_in(issued),
        )
    )
    if earlier:
        raise EarlierMonthOpen(month=f"{earlier:%Y-%m}")
