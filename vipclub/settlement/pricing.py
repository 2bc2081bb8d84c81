"""The contract's prices: which one counts on a day, and setting one."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from sqlalchemy import SQLColumnExpression, Table, and_, func, select, update
from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update, insert_ignore
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.partners import Offering, Partner, Site
from vipclub.settlement.amounts import Price, amount_of
from vipclub.settlement.models import ContractPrice, SettlementLine
from vipclub.settlement.refusals import PriceCounted, PriceKnown, PriceNotAccepted

_price: Table = ContractPrice.__table__  # type: ignore[assignment]
_line: Table = SettlementLine.__table__  # type: ignore[assignment]


def price_columns(
    statement: AnySelect,
    *,
    offering: SQLColumnExpression[int],
    day: SQLColumnExpression[date] | date,
) -> AnySelect:
    """Join the price in force on a day to a statement, and read it; empty where none is."""
    newest = (
        select(func.max(_price.c.from_day))
        .where(_price.c.offering_id == offering, _price.c.from_day <= day)
        .correlate_except(_price)
        .scalar_subquery()
    )
    now = _price.alias("price")
    return statement.outerjoin(
        now, and_(now.c.offering_id == offering, now.c.from_day == newest)
    ).add_columns(
        now.c.amount_minor.label("price"),
        now.c.currency.label("price_currency"),
        now.c.noshow_percent,
        now.c.late_percent,
    )


def price_of_row(row: AnyRow) -> Price | None:
    """The price in a row that was read with `price_columns`; None when none is on record for the
    day."""
    if row.price is None:
        return None
    return Price(row.price, row.price_currency, row.noshow_percent, row.late_percent)


def set_price(
    session: Session,
    actor: Actor,
    *,
    offering: str,
    from_day: date,
    amount: int,
    currency: str = "CNY",
    noshow_percent: int = 0,
    late_percent: int = 0,
) -> int:
    """The price of a visit from a day on, in minor units; gives how many lines that waited for a
    price have one now. What is priced already stays as it is. Raises PriceKnown, PriceCounted,
    PriceNotAccepted, NotFound, Forbidden."""
    actor.require(Permission.SETTLEMENT_PRICE)
    sane = 0 <= amount <= 10**12 and re.fullmatch("[A-Z]{3}", currency)
    if not sane or not all(0 <= share <= 100 for share in (noshow_percent, late_percent)):
        raise PriceNotAccepted()
    found = partners.find_offering(session, actor, offering)
    partner_id = session.execute(
        select(Partner.id)
        .join(Site, Site.partner_id == Partner.id)
        .join(Offering, Offering.site_id == Site.id)
        .where(Offering.id == found.id)
    ).scalar_one()
    days = session.scalars(select(_price.c.from_day).where(_price.c.offering_id == found.id))
    refuse_counted(days.all(), from_day, clock.today(found.time_zone))
    values = {
        "partner_id": partner_id,
        "offering_id": found.id,
        "from_day": from_day,
        "amount_minor": amount,
        "currency": currency,
        "noshow_percent": noshow_percent,
        "late_percent": late_percent,
        "created_at": clock.now(),
    }
    if not insert_ignore(session, _price, values, conflict=["offering_id", "from_day"]):
        raise PriceKnown(from_day=from_day)
    priced = _price_waiting_lines(session, found.id)
    audit.write(
        session,
        actor,
        "price.set",
        subject=("offering", found.ref),
        after={
            "from_day": from_day,
            "amount": amount,
            "currency": currency,
            "noshow_percent": noshow_percent,
            "late_percent": late_percent,
            "priced_lines": priced,
        },
    )
    return priced


def refuse_counted(begins: Collection[date], from_day: date, today: date) -> None:
    """A price may begin on a day that is over only where none was in force: it is what visits of
    that time wait for. Where one was, visits were charged with it, and one that is corrected or
    confirmed late would be charged otherwise than the rest. `begins` are the first days of the
    prices on record, `today` is on the site's wall. Raises PriceCounted."""
    if from_day < today and from_day not in begins and any(day <= from_day for day in begins):
        raise PriceCounted(from_day=from_day)


def _price_waiting_lines(session: Session, offering_id: int) -> int:
    """Fill the amounts of lines that have none, at the price of each one's day. Locked first:
    whoever takes a line back meanwhile has done so, and its correction is read too, or waits and
    reads the amount."""
    corrected = _line.alias("corrected")
    waiting = and_(_line.c.offering_id == offering_id, _line.c.amount_minor.is_(None))
    session.execute(for_no_key_update(select(_line.c.id).where(waiting).order_by(_line.c.id))).all()
    rows = session.execute(
        price_columns(
            select(_line.c.id, _line.c.kind, corrected.c.kind.label("corrected"))
            .select_from(_line)
            .outerjoin(corrected, corrected.c.id == _line.c.corrects_id),
            offering=_line.c.offering_id,
            day=_line.c.service_day,
        ).where(waiting)
    ).all()
    filled = 0
    for row in rows:
        price, kind = price_of_row(row), row.corrected or row.kind
        if price is None:
            continue
        money = amount_of(price, kind)
        sign = -1 if row.kind == "correction" else 1
        session.execute(
            update(_line)
            .where(_line.c.id == row.id, _line.c.amount_minor.is_(None))
            .values(
                amount_minor=sign * money.amount,
                currency=money.currency,
                percent=price.percent_of(kind),
            )
        )
        filled += 1
    return filled
