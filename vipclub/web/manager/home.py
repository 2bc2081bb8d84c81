"""The first page: who needs a word this week and why, each with one thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for

from vipclub import portfolio
from vipclub.core import clock
from vipclub.core.i18n import N_, format_day, gettext
from vipclub.membership import TIER_NAMES
from vipclub.portfolio import Reason
from vipclub.web.day_words import days_until, near_day
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.manager.door import manager
from vipclub.web.names import person_name
from vipclub.web.percentages import percent_of
from vipclub.web.status_words import mood_of, state_word

SHOWN = 12
SENTENCES = {
    "wrote": N_("Has written to you."),
    "proposed": N_("Another time is offered for: %(service)s. No answer yet."),
    "promise": N_("%(service)s: the partner has not confirmed in time."),
    "declined": N_("%(service)s: the partner declined."),
    "missed": N_("%(service)s: nobody came."),
    "ends": N_("The membership ends."),
    "invited": N_("Invited, and has not answered yet."),
    "unused": N_("%(service)s: %(count)s unused, ends with the year."),
    "birthday": N_("Birthday."),
}
KINDS = {
    "wrote": N_("Answer wanted"),
    "proposed": N_("Answer wanted"),
    "promise": N_("Promise missed"),
    "declined": N_("Declined"),
    "missed": N_("Missed"),
    "ends": N_("Membership"),
    "invited": N_("Invitation"),
    "unused": N_("Benefit ends"),
    "birthday": N_("Birthday"),
}


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A member, why, when, and the one thing to do."""

    ref: str
    href: str
    name: str
    tier: str
    why: str
    more: str
    when: str
    act: str
    act_href: str


@dataclass(frozen=True, slots=True)
class Share:
    """A line with a bar; `share` in hundredths."""

    name: str
    share: int
    text: str


@dataclass(frozen=True, slots=True)
class Today:
    """Somebody's visit today."""

    name: str
    href: str
    service: str
    state: str
    mood: str


@manager.get("/")
def home() -> str:
    """Who needs a word, the portfolio in figures, today's visits. Five statements beside the
    sign-in."""
    actor, language, now = current_actor(), current_language(), clock.now()
    today = clock.club_day(now)
    with read() as session:
        week = portfolio.this_week(session, actor, now=now, today=today)
    total = sum(week.counts.values())
    return render_template(
        "manager/home.html",
        rows=[
            _row(language, reason, week.more.get(reason.member, 0), today)
            for reason in week.reasons[:SHOWN]
        ],
        waiting=max(len(week.reasons) - SHOWN, 0),
        total=total,
        tiers=[
            Share(TIER_NAMES[tier].to(language), percent_of(count, max(total, 1)), str(count))
            for tier, count in reversed(week.counts.items())
        ],
        use=[
            Share(each.name.to(language), percent_of(each.taken, each.granted), _per_cent(each))
            for each in week.use
        ],
        today=[_today(language, each) for each in week.visits],
        today_text=format_day(language, today),
        numbers=sorted(actor.refs("portfolio")),
    )


def _row(language: str, reason: Reason, more: int, today: date) -> WeekRow:
    service = reason.service.to(language) if reason.service else ""
    act, href = _act(reason)
    return WeekRow(
        ref=reason.member,
        href=url_for("manager.show", ref=reason.member),
        name=person_name(language, reason.name, "masked"),
        tier=TIER_NAMES[reason.tier].to(language),
        why=gettext(language, SENTENCES[reason.kind], service=service, count=reason.count),
        more=gettext(language, N_("%(count)s more"), count=more) if more else "",
        when=_when(language, reason, today),
        act=gettext(language, act),
        act_href=href,
    )


def _when(language: str, reason: Reason, today: date) -> str:
    """What it is about, and on which day."""
    kind = gettext(language, KINDS[reason.kind])
    day = reason.day
    if reason.moment is not None:
        day = clock.club_day(reason.moment)
    if day is None:
        return kind
    said = days_until(language, day, today) or near_day(language, day, today)
    return f"{kind} · {said}"


def _act(reason: Reason) -> tuple[str, str]:
    """The one thing to do: the word on the button and where it leads."""
    if reason.kind == "wrote":
        return N_("Answer"), url_for("manager.conversation", ref=reason.member)
    if reason.kind == "unused":
        where = url_for("manager.choose", ref=reason.member, service=reason.service_code)
        return N_("Book"), where
    if reason.kind in {"declined", "missed"}:
        where = url_for("manager.choose", ref=reason.member, service=reason.service_code)
        return N_("Book anew"), where
    if reason.kind in {"proposed", "promise"}:
        where = url_for("manager.visit", ref=reason.member, visit=reason.appointment)
        return N_("Open"), where
    return N_("Call"), url_for("manager.show", ref=reason.member) + "#contact"


def _today(language: str, found: portfolio.VisitToday) -> Today:
    return Today(
        name=person_name(language, found.name, "masked"),
        href=url_for("manager.visit", ref=found.member, visit=found.appointment),
        service=found.service.to(language),
        state=state_word(language, found.status),
        mood=mood_of(found.status),
    )


def _per_cent(each: portfolio.BenefitUse) -> str:
    return f"{percent_of(each.taken, each.granted)}%"
