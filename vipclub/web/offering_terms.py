"""An offering with where it is, and what is settled about it in words: its hours and its prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale
from babel.dates import get_day_names

from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_date, format_money, gettext, join_clauses, ngettext
from vipclub.core.types import Money
from vipclub.partners import Hours
from vipclub.settlement import OfferingTerms, PartnerTerms, SiteTerms


@dataclass(frozen=True, slots=True)
class Place:
    """An offering with where it is."""

    partner: PartnerTerms
    site: SiteTerms
    offering: OfferingTerms


def places_of(found: Sequence[PartnerTerms]) -> list[Place]:
    """Every offering of these partners."""
    return [
        Place(partner, site, offering)
        for partner in found
        for site in partner.sites
        for offering in site.offerings
    ]


def place_of(found: Sequence[PartnerTerms], ref: str) -> Place:
    """The offering of a reference. Raises NotFound."""
    for place in places_of(found):
        if place.offering.ref == ref:
            return place
    raise NotFound()


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price as a row: from when, how much, what else is paid. `state` is past, now or coming."""

    first: str
    amount: str
    noshow: int
    late: int
    state: str


def prices_in_words(language: str, offering: OfferingTerms) -> list[PriceLine]:
    """All prices, the newest first."""
    begun = [kept.first for kept in offering.prices if kept.first <= offering.today]
    now = max(begun, default=None)
    return [
        PriceLine(
            format_date(language, kept.first),
            format_money(language, Money(kept.price.amount, kept.price.currency)),
            kept.price.noshow_percent,
            kept.price.late_percent,
            "now" if kept.first == now else "past" if kept.first in begun else "coming",
        )
        for kept in reversed(offering.prices)
    ]


def hours_in_words(language: str, hours: Sequence[Hours]) -> list[tuple[str, list[str]]]:
    """The weekdays that have hours, each with its spells."""
    names = get_day_names("wide", "stand-alone", Locale.parse(language, sep="-"))
    return [
        (names[number - 1], [_spell(language, row) for row in hours if row.weekday == number])
        for number in range(1, 8)
        if any(row.weekday == number for row in hours)
    ]


def hours_said(language: str, hours: Sequence[Hours]) -> str:
    """All hours in one text, each spell behind its weekday."""
    return join_clauses(
        language,
        (
            f"{weekday} {spell}"
            for weekday, spells in hours_in_words(language, hours)
            for spell in spells
        ),
    )


def _spell(language: str, row: Hours) -> str:
    return gettext(
        language,
        N_("%(opens)s to %(closes)s, a time every %(every)s minutes, %(places)s"),
        opens=row.opens.strftime("%H:%M"),
        closes=row.closes.strftime("%H:%M"),
        every=row.every,
        places=ngettext(language, "%(num)s place each", "%(num)s places each", row.capacity),
    )
