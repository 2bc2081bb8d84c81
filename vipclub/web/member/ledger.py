"""The ledger of a benefit in words: given, reserved, used, left, ended, and each entry as a
sentence about its visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, url_for

from vipclub import benefits, bookings
from vipclub.benefits import BenefitRow, LedgerLine
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.web.day_words import near_day
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.member import appointment_words, benefit_tile
from vipclub.web.member.door import member, own_ref
from vipclub.web.percentages import ring

WITH_VISIT = {
    "hold": N_("%(count)s reserved for the visit on %(day)s at %(place)s."),
    "release": N_("%(count)s given back: the visit on %(day)s at %(place)s does not take place."),
    "consume": N_("%(count)s used for the visit on %(day)s at %(place)s."),
    "reverse": N_("%(count)s given back: a correction about the visit on %(day)s at %(place)s."),
}
LATE = N_("%(count)s used: the visit on %(day)s at %(place)s was cancelled too late.")
MISSED = N_("%(count)s used: nobody came to the visit on %(day)s at %(place)s.")
MOVED = N_("%(count)s given back: the visit was moved to another year.")
WITHOUT_VISIT = {
    "grant": N_("%(count)s given for %(year)s."),
    "hold": N_("%(count)s reserved."),
    "release": N_("%(count)s given back."),
    "consume": N_("%(count)s used."),
    "reverse": N_("%(count)s given back by a correction."),
    "expire": N_("%(count)s ended unused."),
}
ADDED = N_("%(count)s added by the club.")
TAKEN = N_("%(count)s taken back by the club.")
ADDED_BY_TIER = N_("%(count)s added with your new tier.")
TAKEN_BY_TIER = N_("%(count)s fewer with your new tier.")
CHOOSING = N_("%(count)s kept while you choose a time.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, a sentence, what was left after it, and the visit's page."""

    day: str
    text: str
    left: str
    href: str
    whom: str


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year of the benefit: its figures by their words, and its entries, newest first."""

    year: int
    ends: str
    ring: tuple[int, int]
    figures: list[tuple[str, str]]
    entries: list[Entry]


@member.get("/benefits/<code>")
def ledger(code: str) -> str:
    """One benefit with its whole ledger. Five statements. Raises NotFound for an unknown code and
    for a benefit that the member never had."""
    actor, language = current_actor(), current_language()
    with read() as session:
        benefit = benefits.benefit_by_code(session, code[:40])
        if benefit is None:
            raise NotFound()
        lines = benefits.ledger_of(session, actor, member=own_ref(), benefit=benefit.code)
        if not lines:
            raise NotFound()
        lines = without_passing_holds(lines)
        visits = bookings.uses_of(
            session,
            actor,
            appointments_named={e.subject_ref for e in lines if e.subject_kind == "appointment"},
            holds={e.subject_ref for e in lines if e.subject_kind == "hold"},
        )
        bookable = any(s.service == benefit.code for s in bookings.services(session, actor))
    return render_template(
        "member/ledger.html",
        name=benefit.name.to(language),
        how=benefit.summary.to(language),
        icon_name=benefit.icon,
        book=url_for("member.choose", service=benefit.code) if bookable else "",
        years=years_of(language, benefit, lines, visits, own_ref()),
    )


def without_passing_holds(lines: Sequence[LedgerLine]) -> list[LedgerLine]:
    """Times that were looked at and let go again leave nothing to tell."""
    let_go = {e.subject_ref for e in lines if e.subject_kind == "hold" and e.kind == "release"}
    return [e for e in lines if not (e.subject_kind == "hold" and e.subject_ref in let_go)]


def years_of(
    language: str,
    benefit: BenefitRow,
    lines: Sequence[LedgerLine],
    visits: dict[str, AppointmentView],
    own: str,
) -> list[Year]:
    """The latest year first."""
    unlimited = benefit.unit == "unlimited"
    by_year = groupby(sorted(lines, key=lambda e: -e.year), key=lambda e: e.year)
    return [
        _year(language, year, list(entries), visits, unlimited, own) for year, entries in by_year
    ]


def _year(
    language: str,
    year: int,
    lines: list[LedgerLine],
    visits: dict[str, AppointmentView],
    unlimited: bool,
    own: str,
) -> Year:
    ended = -sum(e.granted for e in lines if e.kind == "expire")
    granted = sum(e.granted for e in lines) + ended
    held, used = sum(e.held for e in lines), sum(e.used for e in lines)
    left = granted - ended - held - used
    figures = [
        (gettext(language, N_("given")), granted),
        (gettext(language, N_("reserved")), held),
        (gettext(language, N_("used")), used),
        (gettext(language, N_("left")), left),
        (gettext(language, N_("ended")), ended),
    ]
    shown = [(word, str(n)) for word, n in figures if n or word != figures[4][0]]
    if unlimited:
        shown = [(word, str(n)) for word, n in (figures[1], figures[2])]
    return Year(
        year=year,
        ends=appointment_words.until_day(language, benefit_tile.year_end(year)),
        ring=ring(granted, held, left, unlimited=unlimited),
        figures=shown,
        entries=[_entry(language, e, visits, unlimited, own) for e in reversed(lines)],
    )


def _entry(
    language: str,
    line: LedgerLine,
    visits: dict[str, AppointmentView],
    unlimited: bool,
    own: str,
) -> Entry:
    visit = visits.get(line.subject_ref)
    left = gettext(language, N_("%(count)s left after it"), count=line.remaining)
    whom = ""
    if visit is not None and visit.beneficiary not in {own, visit.member}:
        whom = gettext(language, N_("for %(name)s"), name=visit.beneficiary_name)
    return Entry(
        day=format_date(language, clock.club_day(line.at)),
        text=told(language, line, visit),
        left="" if unlimited else left,
        href=url_for("member.appointment", ref=visit.appointment) if visit else "",
        whom=whom,
    )


def told(language: str, line: LedgerLine, visit: AppointmentView | None) -> str:
    """An entry as a sentence."""
    count = abs(line.used or line.held or line.granted)
    if line.kind == "adjust":
        count = abs(line.granted)
        tier = line.subject_kind in {"rating_run", "membership"}
        more, fewer = (ADDED_BY_TIER, TAKEN_BY_TIER) if tier else (ADDED, TAKEN)
        return gettext(language, more if line.granted > 0 else fewer, count=count)
    if visit is None or line.kind not in WITH_VISIT:
        kept = line.kind == "hold" and line.subject_kind == "hold"
        sentence = CHOOSING if kept else WITHOUT_VISIT[line.kind]
        return gettext(language, sentence, count=count, year=line.year)
    sentence = WITH_VISIT[line.kind]
    if line.kind == "consume" and visit.status == "cancelled":
        sentence = LATE
    elif line.kind == "consume" and visit.status == "noshow":
        sentence = MISSED
    elif line.kind == "release" and visit.status not in {"cancelled", "entered-in-error"}:
        sentence = MOVED
    return gettext(
        language,
        sentence,
        count=count,
        day=near_day(language, visit.start.date(), line.at.date()),
        place=visit.site_name.to(language),
    )
