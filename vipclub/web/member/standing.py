"""Where a member stands: the card's face, and what is left of each benefit as a ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from vipclub.benefits import Entitlement
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.membership import TIER_NAMES, MemberSummary, grouped_card_no
from vipclub.web.percentages import ring


@dataclass(frozen=True, slots=True)
class Card:
    """The card's face."""

    tier: str
    tier_text: str
    name: str
    number: str
    valid: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A benefit as a ring: `left` and `held` are hundredths of what was given."""

    name: str
    text: str
    left: int
    held: int
    icon: str
    href: str
    remaining: str
    figures: str
    how: str
    ledger: str


def card(language: str, found: MemberSummary | None, name: str) -> Card | None:
    """The card of a running membership."""
    if found is None:
        return None
    valid = format_date(language, found.valid_to)
    return Card(
        tier=found.tier,
        tier_text=TIER_NAMES[found.tier].to(language),
        name=name,
        number=grouped_card_no(found.card),
        valid=gettext(language, N_("Valid to %(day)s"), day=valid),
    )


def tile(language: str, found: Entitlement, bookable: Sequence[str]) -> Tile:
    """What is left, what is reserved, of what was given."""
    left, held = ring(found.granted, found.held, found.remaining, unlimited=found.unlimited)
    figures = {"remaining": found.remaining, "granted": found.granted, "held": found.held}
    if found.unlimited:
        text = gettext(language, N_("whenever you need it"))
    elif found.held:
        text = gettext(
            language, N_("%(remaining)s of %(granted)s left, %(held)s reserved"), **figures
        )
    elif found.remaining:
        text = gettext(language, N_("%(remaining)s of %(granted)s left"), **figures)
    else:
        text = gettext(language, N_("all used"))
    can_book = found.benefit in bookable
    return Tile(
        name=found.name.to(language),
        text=text,
        left=left,
        held=held,
        icon=found.icon,
        href=url_for("member.choose", service=found.benefit) if can_book else "",
        remaining=text
        if found.unlimited
        else gettext(language, N_("%(count)s left"), count=found.remaining),
        figures=""
        if found.unlimited
        else gettext(
            language,
            N_("%(granted)s given · %(held)s reserved · %(used)s used"),
            granted=found.granted,
            held=found.held,
            used=found.used,
        ),
        how=found.summary.to(language),
        ledger=url_for("member.ledger", code=found.benefit),
    )


def year_end(year: int) -> date:
    """The last day on which a year's benefits count."""
    return date(year, 12, 31)
