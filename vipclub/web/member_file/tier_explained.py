"""Why a member has the tier, in sentences: the condition that was met, by which figures, and what
is missing to the next tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vipclub.core.i18n import N_, format_date, format_money, gettext, present
from vipclub.core.types import Money
from vipclub.membership import TIER_NAMES, TierExplanation

AMOUNTS = frozenset({"value", "annual_contribution"})
HAVE = {
    "value": N_("%(have)s with the group, at least %(least)s is asked"),
    "annual_contribution": N_("%(have)s paid a year, at least %(least)s is asked"),
    "tenure_years": N_("%(have)s years with the group, at least %(least)s are asked"),
    "holdings": N_("customer of %(have)s group companies, at least %(least)s are asked"),
    "vip_grade": N_("grade %(have)s, one of %(least)s is asked"),
}
MISSING = {
    "value": N_("%(short)s more with the group (now %(have)s of %(least)s)"),
    "annual_contribution": N_("%(short)s more paid a year (now %(have)s of %(least)s)"),
    "tenure_years": N_("%(short)s more years with the group (now %(have)s of %(least)s)"),
    "holdings": N_("%(short)s more group companies (now %(have)s of %(least)s)"),
    "vip_grade": N_("grade %(least)s (now %(have)s)"),
}
MOVEMENTS = {
    "first": N_("first invitation"),
    "return": N_("invited again"),
    "renewal": N_("renewed"),
    "upgrade": N_("moved to a higher tier"),
    "downgrade": N_("moved to a lower tier"),
    "lapse": N_("no longer met"),
}


@dataclass(frozen=True, slots=True)
class TierExplained:
    """The explanation as a page shows it; each of `ways` is one way to the next tier, with all
    that is missing on it."""

    lead: str
    met: list[str]
    next_lead: str
    ways: list[list[str]]
    rated: str


def tier_explained(language: str, found: TierExplanation | None) -> TierExplained | None:
    """The newest rating in sentences; None for somebody who was never rated."""
    if found is None:
        return None
    tier = TIER_NAMES[found.tier].to(language) if found.tier else ""
    if found.met and tier:
        met_tier = TIER_NAMES[found.tier_met].to(language) if found.tier_met else tier
        lead = gettext(language, N_("%(tier)s is met by:"), tier=met_tier)
    elif tier:
        lead = gettext(language, N_("%(tier)s stays until the membership year ends."), tier=tier)
    else:
        lead = gettext(language, N_("No tier is met yet."))
    following = TIER_NAMES[found.next_tier].to(language) if found.next_tier else ""
    said = gettext(
        language,
        N_("Rated on %(day)s under policy %(policy)s"),
        day=format_date(language, found.rated_on),
        policy=found.policy,
    )
    movement = MOVEMENTS.get(found.movement)
    return TierExplained(
        lead=lead,
        met=[_said(language, HAVE, each, found.currency) for each in found.met],
        next_lead=gettext(language, N_("Missing for %(tier)s, one of:"), tier=following)
        if following
        else "",
        ways=[
            [_said(language, MISSING, each, found.currency) for each in way]
            for way in found.missing
            if way
        ],
        rated=f"{said} · {gettext(language, movement)}" if movement else said,
    )


def _said(language: str, words: dict[str, str], each: dict[str, Any], currency: str) -> str:
    measure = each["measure"]
    if measure == "vip_grade":
        have, short = present(language, each["have"]) or "–", ""
        least = present(language, each["one_of"])
    else:
        short = _figure(language, measure, each["at_least"] - each["have"], currency)
        have = _figure(language, measure, each["have"], currency)
        least = _figure(language, measure, each["at_least"], currency)
    sentence = gettext(language, words[measure], have=have, least=least, short=short)
    where = each.get("subsidiary")
    if not where:
        return sentence
    return gettext(language, N_("%(label)s: %(value)s"), label=where, value=sentence)


def _figure(language: str, measure: str, figure: int, currency: str) -> str:
    if measure in AMOUNTS:
        return format_money(language, Money(figure, currency))
    return str(figure)
