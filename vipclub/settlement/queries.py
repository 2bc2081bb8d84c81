"""What partners see of their money: a month's lines, the months there are, what a month comes
to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.accounts import Permission
from vipclub.bookings import Appointment
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.dates import first_of
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, Money, parse_ref
from vipclub.core.value_lists import among
from vipclub.partners import Offering, Partner, Site, seen_by
from vipclub.partners import visible_to as partners_visible_to
from vipclub.settlement.models import SettlementLine, SettlementStatement

_line: Table = SettlementLine.__table__  # type: ignore[assignment]
_statement: Table = SettlementStatement.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line: no name stands in it. `amount` is None while no price is on record; `late` tells a
    line of an earlier month's visit."""

    appointment: str
    service_day: date
    offering_name: Localized
    site_name: Localized
    kind: str
    percent: int | None
    amount: Money | None
    late: bool


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement of a month that was issued: its reference, the month, and when."""

    ref: str
    month: date
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class MonthOfLines:
    """A month of one partner: the statement's lines when it is issued, else those that are open.
    `totals` has an amount a currency; `unpriced` lines are in none."""

    partner: str
    partner_name: Localized
    month: date
    statement: StatementRow | None
    lines: list[LineRow]
    totals: list[Money]
    unpriced: int


def waits_for_a_price() -> ColumnElement[bool]:
    """Whether a line waits for a price: it has no amount and isn't taken back. Nobody may forget
    it."""
    correction = _line.alias("its_correction")
    return and_(
        _line.c.amount_minor.is_(None),
        _line.c.kind != "correction",
        ~select(correction.c.id).where(correction.c.corrects_id == _line.c.id).exists(),
    )


def settlement_of(session: Session, actor: Actor, *, partner: str, month: date) -> MonthOfLines:
    """A partner's lines of a month, their sums, and the statement if there is one. Two statements.
    Raises NotFound, Forbidden."""
    actor.require(Permission.SETTLEMENT_VIEW)
    month = first_of(month)
    head = session.execute(
        select(
            Partner.id,
            Partner.public_ref,
            Partner.name,
            _statement.c.id.label("statement_id"),
            _statement.c.public_ref.label("statement"),
            _statement.c.issued_at,
        )
        .select_from(Partner)
        .outerjoin(
            _statement, and_(_statement.c.partner_id == Partner.id, _statement.c.month == month)
        )
        .where(Partner.public_ref == parse_ref(partner, "P"), partners_visible_to(actor))
    ).first()
    if head is None:
        raise NotFound()
    rows = session.execute(_lines().where(_of_month(head.id, head.statement_id, month))).all()
    lines = [_line_row(row, month) for row in rows]
    return MonthOfLines(
        partner=head.public_ref,
        partner_name=head.name,
        month=month,
        statement=StatementRow(head.statement, month, head.issued_at) if head.statement else None,
        lines=lines,
        totals=sums(line.amount for line in lines),
        unpriced=sum(row.waits for row in rows),
    )


def _of_month(partner_id: int, statement_id: int | None, month: date) -> ColumnElement[bool]:
    """The statement's lines; in an open month its own, and what came late for one that is
    issued."""
    if statement_id is not None:
        on_it: ColumnElement[bool] = _line.c.statement_id == statement_id
        return on_it
    issued = select(_statement.c.month).where(_statement.c.partner_id == partner_id)
    return and_(
        _line.c.partner_id == partner_id,
        _line.c.statement_id.is_(None),
        or_(_line.c.month == month, and_(_line.c.month < month, _line.c.month.in_(issued))),
    )


def _lines() -> AnySelect:
    return (
        select(
            Appointment.public_ref.label("appointment"),
            _line.c.service_day,
            Offering.name.label("offering_name"),
            Site.name.label("site_name"),
            _line.c.kind,
            _line.c.percent,
            _line.c.amount_minor,
            _line.c.currency,
            case((waits_for_a_price(), 1), else_=0).label("waits"),
        )
        .select_from(_line)
        .join(Appointment, Appointment.id == _line.c.appointment_id)
        .join(Offering, Offering.id == _line.c.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .order_by(_line.c.service_day, _line.c.id)
    )


def _line_row(row: AnyRow, month: date) -> LineRow:
    priced = row.amount_minor is not None
    return LineRow(
        appointment=row.appointment,
        service_day=row.service_day,
        offering_name=row.offering_name,
        site_name=row.site_name,
        kind=row.kind,
        percent=row.percent,
        amount=Money(row.amount_minor, row.currency) if priced else None,
        late=first_of(row.service_day) < month,
    )


def sums(amounts: Iterable[Money | None]) -> list[Money]:
    """Amounts added up, one sum a currency; lines without an amount count nothing."""
    found: dict[str, int] = {}
    for money in amounts:
        if money is not None:
            found[money.currency] = found.get(money.currency, 0) + money.amount
    return [Money(amount, currency) for currency, amount in sorted(found.items())]


def months_of(session: Session, actor: Actor, *, partner: str, limit: int = 12) -> list[date]:
    """Months with lines of a partner, the newest first. One statement. Raises Forbidden."""
    actor.require(Permission.SETTLEMENT_VIEW)
    rows = session.scalars(
        select(_line.c.month)
        .join(Partner, Partner.id == _line.c.partner_id)
        .where(Partner.public_ref == parse_ref(partner, "P"), partners_visible_to(actor))
        .group_by(_line.c.month)
        .order_by(_line.c.month.desc())
        .limit(limit)
    )
    return list(rows)


def total_of_month(session: Session, actor: Actor, *, month: date) -> tuple[int, list[Money]]:
    """How many lines a month has at the actor's partners, and their sums. One statement. Raises
    Forbidden."""
    actor.require(Permission.SETTLEMENT_VIEW)
    own = seen_by(actor)
    statement = _sums if own is None else _sums_of_own
    asked: dict[str, Any] = {"month": first_of(month)}
    if own is not None:
        asked["own"] = sorted(own)
    rows = run_built(session, statement, asked).all()
    amounts = [Money(int(total), currency) for _, total, currency in rows if currency]
    return sum(count for count, _, _ in rows), sums(amounts)


_sums = (
    select(func.count(), func.sum(_line.c.amount_minor), _line.c.currency)
    .where(_line.c.month == bindparam("month"))
    .group_by(_line.c.currency)
)
_sums_of_own = _sums.join(Partner, Partner.id == _line.c.partner_id).where(
    among(Partner.public_ref, bindparam("own"))
)
