"""The page that asks before something is decided for a member: what, where, when, what it uses,
which rule stands against it, and the reason for which staff set that rule aside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import g, render_template

from vipclub import benefits, bookings, people
from vipclub.bookings import BookableOffering
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor
from vipclub.web.member import appointment_words
from vipclub.web.member.confirm_booking import cancel_rule
from vipclub.web.member_file.forms import CHANNELS
from vipclub.web.promise_clock import Clock

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """All that the page shows; the caller says what the button does."""

    title: str
    name: str
    action: str
    button: str
    back_href: str
    back_text: str
    facts: list[appointment_words.Fact]
    terms: list[tuple[str, str]] = field(default_factory=list)
    preparation: str = ""
    clock: Clock | None = None
    hidden: dict[str, str] = field(default_factory=dict)
    whom: list[Option] = field(default_factory=list)
    chosen_whom: str = ""
    channels: list[Option] = field(default_factory=list)
    chosen_channel: str = "phone"
    with_note: bool = False
    note: str = ""
    rule: Rule | None = None
    override: str = ""
    override_error: str = ""


def render(page: DecisionPage) -> str:
    return render_template("member_file/decision.html", page=page)


def channel_options(language: str) -> list[Option]:
    """How the member asked."""
    return [(code, gettext(language, word)) for code, word in CHANNELS.items()]


def by_channel(code: str) -> None:
    """What follows in this request is done by phone or at the counter: the trail and the
    appointment say so."""
    if code in CHANNELS:
        g.actor = replace(current_actor(), channel=code)


def terms(
    language: str,
    offering: BookableOffering,
    start: datetime,
    left: benefits.Entitlement | None,
    now: datetime,
    *,
    held: bool,
) -> list[tuple[str, str]]:
    """What it uses, who confirms by when, until when it may be cancelled."""
    said: list[tuple[str, str]] = []
    if left is not None and not left.unlimited:
        remaining = left.remaining if held else max(left.remaining - 1, 0)
        uses = gettext(
            language,
            N_("Uses 1 of %(granted)s for %(year)s; %(remaining)s more left after it."),
            granted=left.granted,
            year=left.year,
            remaining=remaining,
        )
        said.append(("ticket-check", uses))
    if offering.policy.confirmation == "partner":
        until = offering.site_clock.promised(offering.policy, now, start)
        text = gettext(
            language,
            N_("%(place)s confirms before %(moment)s."),
            place=offering.site_name.to(language),
            moment=day_and_hour(language, until, now, offering.time_zone),
        )
    else:
        text = gettext(language, N_("Confirmed at once."))
    said.append(("hourglass", text))
    said.append(("calendar-x", cancel_rule(language, offering, start, now)))
    return said


def facts_of(
    language: str, offering: BookableOffering, start: datetime, end: datetime
) -> list[appointment_words.Fact]:
    """What, where, when."""
    return appointment_words.facts(
        language,
        service=offering.service_name,
        offering=offering.name,
        site=offering.site_name,
        address=offering.address,
        start=start,
        end=end,
        time_zone=offering.time_zone,
    )


def whom_options(name: str, ref: str, family: list[people.FamilyMember]) -> list[Option]:
    """The member first, then the relatives."""
    return [(ref, name), *((each.ref, each.name) for each in family)] if family else []


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that stands against it; `yields` says that staff may set it aside with a reason."""

    text: str
    yields: bool

    @classmethod
    def told(cls, refusal: Refused, text: str) -> Rule:
        """A refusal as the page tells it; whether a reason overcomes it is its own word."""
        return cls(text, bookings.yields_to(current_actor(), refusal))
