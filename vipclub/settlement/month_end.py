"""The month's end as operations see it: months to issue, prices that are missing, statements
issued. Issuing itself stands in `issuing`; what partners see, in `queries`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, case, func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.core.types import Localized, Money
from vipclub.partners import Offering, Partner, Site
from vipclub.partners import visible_to as partners_visible_to
from vipclub.settlement.models import SettlementLine, SettlementStatement
from vipclub.settlement.queries import sums, waits_for_a_price

_line: Table = SettlementLine.__table__  # type: ignore[assignment]
_statement: Table = SettlementStatement.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class OpenMonth:
    """A month of a partner that is not issued: how many lines, how many of them without a price,
    the sums of the others."""

    partner: str
    partner_name: Localized
    month: date
    lines: int
    unpriced: int
    totals: list[Money]


@dataclass(frozen=True, slots=True)
class PriceMissing:
    """An offering with lines that have no price: how many, and the first one's day."""

    offering: str
    offering_name: Localized
    site_name: Localized
    lines: int
    first_day: date


@dataclass(frozen=True, slots=True)
class IssuedStatement:
    """A statement that was issued, with how many lines it has and their sums."""

    ref: str
    partner_name: Localized
    month: date
    issued_at: datetime
    lines: int
    totals: list[Money]


def open_months(session: Session, actor: Actor) -> list[OpenMonth]:
    """All months with open lines, the oldest first. One statement. Raises Forbidden."""
    actor.require(Permission.SETTLEMENT_ISSUE)
    waits = func.sum(case((waits_for_a_price(), 1), else_=0))
    rows = session.execute(
        select(
            Partner.public_ref,
            Partner.name,
            _line.c.month,
            _line.c.currency,
            func.count().label("lines"),
            waits.label("waits"),
            func.sum(_line.c.amount_minor).label("total"),
        )
        .select_from(_line)
        .join(Partner, Partner.id == _line.c.partner_id)
        .where(_line.c.statement_id.is_(None), partners_visible_to(actor))
        .group_by(Partner.id, Partner.public_ref, Partner.name, _line.c.month, _line.c.currency)
        .order_by(_line.c.month, Partner.id)
    ).all()
    months: dict[tuple[str, date], list[Any]] = {}
    for row in rows:
        months.setdefault((row.public_ref, row.month), []).append(row)
    return [
        OpenMonth(
            partner=partner,
            partner_name=of[0].name,
            month=month,
            lines=sum(row.lines for row in of),
            unpriced=sum(int(row.waits) for row in of),
            totals=_totals(of),
        )
        for (partner, month), of in months.items()
    ]


def prices_missing(session: Session, actor: Actor) -> list[PriceMissing]:
    """Offerings whose lines wait for a price, the oldest first. One statement. Raises Forbidden."""
    actor.require(Permission.SETTLEMENT_PRICE)
    first = func.min(_line.c.service_day)
    rows = session.execute(
        select(Offering.public_ref, Offering.name, Site.name, func.count(), first)
        .select_from(_line)
        .join(Offering, Offering.id == _line.c.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .join(Partner, Partner.id == Site.partner_id)
        .where(waits_for_a_price(), partners_visible_to(actor))
        .group_by(Offering.id, Offering.public_ref, Offering.name, Site.name)
        .order_by(first, Offering.id)
    )
    return [PriceMissing(*row) for row in rows]


def statements(session: Session, actor: Actor, *, limit: int = 24) -> list[IssuedStatement]:
    """The statements of all partners that were issued last. Two statements. Raises Forbidden."""
    actor.require(Permission.SETTLEMENT_ISSUE)
    newest = session.execute(
        select(
            _statement.c.id,
            _statement.c.public_ref,
            Partner.name,
            _statement.c.month,
            _statement.c.issued_at,
        )
        .join(Partner, Partner.id == _statement.c.partner_id)
        .where(partners_visible_to(actor))
        .order_by(_statement.c.id.desc())
        .limit(limit)
    ).all()
    rows = session.execute(
        select(
            _line.c.statement_id,
            _line.c.currency,
            func.count().label("lines"),
            func.sum(_line.c.amount_minor).label("total"),
        )
        .where(_line.c.statement_id.in_([row.id for row in newest]))
        .group_by(_line.c.statement_id, _line.c.currency)
    ).all()
    return [
        IssuedStatement(
            ref=row.public_ref,
            partner_name=row.name,
            month=row.month,
            issued_at=row.issued_at,
            lines=sum(of.lines for of in rows if of.statement_id == row.id),
            totals=_totals([of for of in rows if of.statement_id == row.id]),
        )
        for row in newest
    ]


def _totals(rows: list[Any]) -> list[Money]:
    return sums(Money(int(row.total), row.currency) for row in rows if row.currency)
