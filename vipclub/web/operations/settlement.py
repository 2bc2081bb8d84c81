"""Settling with partners: months to issue, prices that are missing, statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import settlement
from vipclub.core import clock
from vipclub.core.dates import day_of, last_of
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_, format_date, format_moment, format_money, format_month, gettext
from vipclub.core.types import Money
from vipclub.settlement import IssuedStatement, OpenMonth, PriceMissing
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.operations.door import operations
from vipclub.web.operations.price_form import CURRENCIES, PriceForm


@dataclass(frozen=True, slots=True)
class ShownOpen:
    """A month that is not issued."""

    partner: str
    name: str
    month: str
    month_value: str
    lines: int
    unpriced: int
    sum: str
    over: bool
    text: str


@dataclass(frozen=True, slots=True)
class ShownMissing:
    """An offering without a price on record for some of its visits."""

    offering: str
    name: str
    site: str
    lines: int
    first_day: str
    first_value: str


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement."""

    ref: str
    name: str
    month: str
    issued: str
    lines: int
    sum: str


@operations.get("/settlement")
def settlements() -> str:
    """Months to issue, missing prices, statements. Four statements beside the sign-in."""
    return _page()


@operations.post("/settlement/<partner>/<month>/issue")
def issue(partner: str, month: str) -> ResponseReturnValue:
    """The partner's statement of a month."""
    language, first = current_language(), day_of(f"{month}-01")
    if first is None:
        raise Malformed(month[:10])
    with shown() as refusal:
        issued = run(settlement.issue_statement, partner=partner, month=first)
        said = N_("Statement %(statement)s is issued, lines: %(count)s.")
        flash(gettext(language, said, statement=issued.statement, count=issued.lines), "done")
        return redirect(url_for("operations.settlements"), code=303)
    return _page(refused=refusal.said), refusal.status


@operations.post("/settlement/price")
def price() -> ResponseReturnValue:
    """A price for visits that have none."""
    form = PriceForm.sent()
    first = day_of(form.from_day.data)
    amount = form.minor()
    if not form.validate() or first is None or amount is None:
        return _page(form=form), 422
    with shown() as refusal:
        priced = run(
            settlement.set_price,
            offering=form.offering.data,
            from_day=first,
            amount=amount,
            **form.terms(),
        )
        said = N_("The price is on record; lines priced: %(count)s.")
        flash(gettext(current_language(), said, count=priced))
        return redirect(url_for("operations.settlements"), code=303)
    return _page(form=form, refused=refusal.said), refusal.status


def _page(*, form: PriceForm | None = None, refused: str = "") -> str:
    actor, language = current_actor(), current_language()
    today = clock.club_today()
    with read() as session:
        waiting = settlement.open_months(session, actor)
        missing = settlement.prices_missing(session, actor)
        issued = settlement.statements(session, actor)
    return render_template(
        "operations/settlement.html",
        waiting=[_open(language, month, today) for month in waiting],
        missing=[_missing(language, row) for row in missing],
        issued=[_issued(language, row) for row in issued],
        form=form or PriceForm(currency="CNY"),
        currencies=CURRENCIES,
        refused=refused,
    )


def _sum(language: str, totals: list[Money]) -> str:
    return " + ".join(format_money(language, money) for money in totals) or "–"


def _open(language: str, found: OpenMonth, today: date) -> ShownOpen:
    last = last_of(found.month)
    text = ""
    if found.unpriced:
        text = gettext(language, N_("prices missing: %(count)s"), count=found.unpriced)
    elif today <= last:
        text = gettext(language, N_("runs until %(last)s"), last=format_date(language, last))
    return ShownOpen(
        partner=found.partner,
        name=found.partner_name.to(language),
        month=format_month(language, found.month),
        month_value=f"{found.month:%Y-%m}",
        lines=found.lines,
        unpriced=found.unpriced,
        sum=_sum(language, found.totals),
        over=today > last,
        text=text,
    )


def _missing(language: str, found: PriceMissing) -> ShownMissing:
    return ShownMissing(
        offering=found.offering,
        name=found.offering_name.to(language),
        site=found.site_name.to(language),
        lines=found.lines,
        first_day=format_date(language, found.first_day),
        first_value=found.first_day.isoformat(),
    )


def _issued(language: str, found: IssuedStatement) -> ShownStatement:
    return ShownStatement(
        ref=found.ref,
        name=found.partner_name.to(language),
        month=format_month(language, found.month),
        issued=format_moment(language, found.issued_at, clock.club_zone()),
        lines=found.lines,
        sum=_sum(language, found.totals),
    )
