"""What is left of a benefit, as a tile with a ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from vipclub.benefits import Entitlement
from vipclub.core.i18n import N_, gettext
from vipclub.web.percentages import ring


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
    return Tile(
        name=found.name.to(language),
        text=text,
        left=left,
        held=held,
        icon=found.icon,
        href=_href(found, bookable),
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


def _href(found: Entitlement, bookable: Sequence[str]) -> str:
    """Where it is used; nothing where that is not on a page."""
    if found.use == "event":
        return url_for("member.events_list")
    return url_for("member.choose", service=found.benefit) if found.benefit in bookable else ""


def year_end(year: int) -> date:
    """The last day on which a year's benefits count."""
    return date(year, 12, 31)
