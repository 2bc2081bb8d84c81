"""The month's settlement: each line at the contract's price, the sums, the statement once it is
issued; to print, and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision
from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from vipclub import partners, settlement
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.dates import day_of, first_of, last_of
from vipclub.core.i18n import N_, format_date, format_moment, format_money, format_month, gettext
from vipclub.core.types import Money
from vipclub.partners import OfferingRow
from vipclub.settlement import LineRow, MonthOfLines
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.frame.csv_export import csv_file
from vipclub.web.partner.door import desk_name, desk_zone, own_partner, partner

KINDS = {
    "visit": N_("Visit"),
    "noshow": N_("Missed"),
    "late_cancellation": N_("Cancelled late"),
    "correction": N_("Correction"),
}
HEAD = (
    N_("Date"),
    N_("Appointment"),
    N_("Service"),
    N_("Site"),
    N_("Kind"),
    N_("Share"),
    N_("Amount"),
    N_("Currency"),
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as it is read."""

    ref: str
    href: str
    day: str
    service: str
    site: str
    kind: str
    share: str
    amount: str
    minus: bool
    late: bool


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """A month of settlement."""

    title: str
    lines: list[ShownLine]
    totals: list[str]
    by_kind: list[tuple[str, int, str]]
    unpriced: int
    state: str
    mood: str
    text: str
    statement: str
    months: list[tuple[str, str, bool]]
    file_href: str
    several_sites: bool


@partner.get("/settlement")
def settlement_month() -> str:
    """A month's lines and sums. Four statements beside the sign-in."""
    actor, language = current_actor(), current_language()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        month, zone = _asked(offerings)
        found = _found(session, actor, offerings, month)
        months = settlement.months_of(session, actor, partner=found.partner)
    return render_template(
        "partner/settlement.html",
        month=_compose(language, found, months, zone),
        partner_name=found.partner_name.to(language),
        desk_name=desk_name(language, offerings),
    )


@partner.get("/settlement.csv")
def settlement_file() -> Response:
    """The same lines for a spreadsheet."""
    actor, language = current_actor(), current_language()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        month, _ = _asked(offerings)
        found = _found(session, actor, offerings, month)
    name = f"settlement-{found.partner}-{month:%Y-%m}.csv"
    head = [gettext(language, word) for word in HEAD]
    return csv_file(name, head, (_cells(language, line) for line in found.lines))


def _cells(language: str, line: LineRow) -> list[object]:
    amount = "" if line.amount is None else _decimal(line.amount)
    return [
        line.service_day.isoformat(),
        line.appointment,
        line.offering_name.to(language),
        line.site_name.to(language),
        gettext(language, KINDS[line.kind]),
        line.percent,
        amount,
        line.amount.currency if line.amount else "",
    ]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of ours, written for a spreadsheet: no text, so never taken for a formula."""

    text: str

    def __str__(self) -> str:
        return self.text


def _decimal(money: Money) -> Figure:
    """An amount in its whole unit, exactly: 1680.00."""
    digits = get_currency_precision(money.currency)
    whole, rest = divmod(abs(money.amount), 10**digits)
    sign = "-" if money.amount < 0 else ""
    return Figure(f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}")


def _asked(offerings: list[OfferingRow]) -> tuple[date, str]:
    """The month of the address, the running one where none is named; and the desk's zone."""
    zone = desk_zone(offerings)
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    return day_of(f"{request.args.get('month', '')}-01") or first_of(today), zone


def _found(
    session: Session, actor: Actor, offerings: list[OfferingRow], month: date
) -> MonthOfLines:
    return settlement.settlement_of(session, actor, partner=own_partner(offerings), month=month)


def _compose(language: str, found: MonthOfLines, months: list[date], zone: str) -> ShownMonth:
    lines = [_shown(language, line) for line in found.lines]
    state, mood, text = _state(language, found, zone)
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    shown = sorted({*months, found.month, first_of(today)}, reverse=True)
    return ShownMonth(
        title=format_month(language, found.month),
        lines=lines,
        totals=[format_money(language, money) for money in found.totals],
        by_kind=_by_kind(language, found),
        unpriced=found.unpriced,
        state=state,
        mood=mood,
        text=text,
        statement=found.statement.ref if found.statement else "",
        months=[
            (format_month(language, month), _href(month), month == found.month) for month in shown
        ],
        file_href=url_for("partner.settlement_file", month=f"{found.month:%Y-%m}"),
        several_sites=len({line.site for line in lines}) > 1,
    )


def _href(month: date) -> str:
    return url_for("partner.settlement_month", month=f"{month:%Y-%m}")


def _state(language: str, found: MonthOfLines, zone: str) -> tuple[str, str, str]:
    """Where the month stands, in a word and in a sentence."""
    if found.statement:
        moment = format_moment(language, found.statement.issued_at, zone)
        text = gettext(
            language,
            N_("Issued %(moment)s. It never changes; a correction is a line of a later month."),
            moment=moment,
        )
        return gettext(language, N_("Statement issued")), "calm", text
    last = last_of(found.month)
    if clock.now().astimezone(ZoneInfo(zone)).date() > last:
        return (
            gettext(language, N_("To be issued")),
            "soon",
            gettext(language, N_("The month is over; operations issue the statement.")),
        )
    text = gettext(
        language,
        N_("The month runs until %(last)s. Each completed visit appears here at once."),
        last=format_date(language, last),
    )
    return gettext(language, N_("Running")), "", text


def _by_kind(language: str, found: MonthOfLines) -> list[tuple[str, int, str]]:
    """What the sums are made of: kind, how many, how much."""
    shown = []
    for kind, word in KINDS.items():
        of = [line for line in found.lines if line.kind == kind]
        sums: dict[str, int] = {}
        for line in of:
            if line.amount:
                currency = line.amount.currency
                sums[currency] = sums.get(currency, 0) + line.amount.amount
        amounts = [
            format_money(language, Money(total, currency))
            for currency, total in sorted(sums.items())
        ]
        if of:
            shown.append((gettext(language, word), len(of), " + ".join(amounts)))
    return shown


def _shown(language: str, line: LineRow) -> ShownLine:
    return ShownLine(
        ref=line.appointment,
        href=url_for("partner.appointment", ref=line.appointment),
        day=format_date(language, line.service_day),
        service=line.offering_name.to(language),
        site=line.site_name.to(language),
        kind=gettext(language, KINDS[line.kind]),
        share="" if line.percent in {None, 100} else f"{line.percent}%",
        amount=format_money(language, line.amount)
        if line.amount
        else gettext(language, N_("price missing")),
        minus=line.amount is not None and line.amount.amount < 0,
        late=line.late,
    )
