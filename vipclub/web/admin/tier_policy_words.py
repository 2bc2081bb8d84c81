"""The tier policy in words: what each tier asks for, and how long a membership runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.numbers import format_decimal

from vipclub.core.i18n import N_, format_day, format_money, gettext, ngettext, present
from vipclub.core.types import Money
from vipclub.membership import AMOUNTS, TIER_NAMES, Condition, TermRule, TierPolicy

MEASURES = {
    "value": N_("value with the group"),
    "annual_contribution": N_("paid in a year"),
    "tenure_years": N_("years as a customer"),
    "holdings": N_("group companies"),
    "vip_grade": N_("grade at a group company"),
}
"""What a figure is of, for the label of its field."""
_AT_LEAST = {
    "value": N_("at least %(amount)s with the group"),
    "annual_contribution": N_("at least %(amount)s paid in a year"),
}
_AT_ONE = {
    "value": N_("at least %(amount)s with %(company)s"),
    "annual_contribution": N_("at least %(amount)s paid to %(company)s in a year"),
}
_DOWNGRADES = {
    "membership_anniversary": N_("A lower tier comes only when the membership year ends."),
    "tier_anniversary": N_("A lower tier comes a year after the tier was reached."),
    "real_time": N_("A lower tier comes at once."),
}
_LANDINGS = {
    "balance_based": N_("It is the tier whose standard is met then."),
    "one_down": N_("It is one tier lower at most."),
}


@dataclass(frozen=True, slots=True)
class TierWords:
    """A tier's name, and the ways to reach it, any of which is enough."""

    code: str
    name: str
    ways: list[str]


def tier_name(language: str, code: str) -> str:
    """What a tier is called; nobody's tier is no tier."""
    if code in TIER_NAMES:
        return TIER_NAMES[code].to(language)
    return gettext(language, N_("no tier"))


def tiers_in_words(language: str, policy: TierPolicy) -> list[TierWords]:
    """Each tier from the lowest to the highest."""
    return [
        TierWords(
            tier.code,
            tier_name(language, tier.code),
            [rule_in_words(language, rule, policy.currency) for rule in tier.any_of],
        )
        for tier in policy.tiers
    ]


def rule_in_words(language: str, rule: tuple[Condition, ...], currency: str) -> str:
    """All conditions of a rule, which must hold together."""
    joiner = gettext(language, N_(" and "))
    return joiner.join(condition_in_words(language, condition, currency) for condition in rule)


def condition_in_words(language: str, condition: Condition, currency: str) -> str:
    """One condition.

    >>> condition_in_words("en", Condition("value", 50_000_000), "CNY")
    'at least CNY 500,000.00 with the group'
    >>> condition_in_words("en", Condition("tenure_years", 1, subsidiary="LIFE"), "CNY")
    'a customer of LIFE for at least 1 year'
    """
    measure, company = condition.measure, condition.subsidiary
    if measure in AMOUNTS:
        amount = format_money(language, Money(condition.at_least, currency))
        sentence = _AT_ONE[measure] if company else _AT_LEAST[measure]
        return gettext(language, sentence, amount=amount, company=company or "")
    if measure == "vip_grade":
        grades = present(language, list(condition.one_of))
        if company:
            return gettext(
                language, N_("graded %(grades)s by %(company)s"), grades=grades, company=company
            )
        return gettext(language, N_("graded %(grades)s by a group company"), grades=grades)
    if measure == "holdings" and company:
        return gettext(language, N_("a customer of %(company)s"), company=company)
    if measure == "holdings":
        return ngettext(
            language,
            "a customer of at least %(num)s group company",
            "a customer of at least %(num)s group companies",
            condition.at_least,
        )
    if company:
        return ngettext(
            language,
            "a customer of %(company)s for at least %(num)s year",
            "a customer of %(company)s for at least %(num)s years",
            condition.at_least,
            company=company,
        )
    return ngettext(
        language,
        "a customer for at least %(num)s year",
        "a customer for at least %(num)s years",
        condition.at_least,
    )


def term_in_words(language: str, term: TermRule) -> list[str]:
    """How long a membership runs, and when a tier changes."""
    if term.fixed_last_day is None:
        length = ngettext(
            language,
            "A membership runs for %(num)s year from the day after the rating.",
            "A membership runs for %(num)s years from the day after the rating.",
            term.years,
        )
    else:
        day = format_day(language, date(2025, *term.fixed_last_day))
        length = gettext(language, N_("Every membership runs to %(day)s of a year."), day=day)
    lines = [
        length,
        gettext(language, N_("A higher tier comes at the rating, at once.")),
        gettext(language, _DOWNGRADES[term.downgrade]),
        gettext(language, _LANDINGS[term.downgrade_to]),
    ]
    if term.grace_days:
        lines.append(
            ngettext(
                language,
                "Who falls below keeps the tier for %(num)s day of grace.",
                "Who falls below keeps the tier for %(num)s days of grace.",
                term.grace_days,
            )
        )
    return lines


def rates_in_words(language: str, policy: TierPolicy) -> str:
    """What other currencies count for."""
    told = [
        f"{code} 1 = {policy.currency} {format_decimal(float(rate), '0.######', locale='en')}"
        for code, rate in policy.rates.items()
    ]
    return present(language, told)


def weights_in_words(language: str, policy: TierPolicy) -> str:
    """What a company's value counts for, where it isn't the whole."""
    told = [
        f"{code} × {format_decimal(float(part), '0.######', locale='en')}"
        for code, part in policy.weights.items()
    ]
    return present(language, told)
