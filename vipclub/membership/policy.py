"""The tier policy: what measures a tier asks for. Pure: values in, values out.

`evaluate` answers which tier is met, by which figures, and what is missing to the next one. The
rating, the simulation and the explanation on a page ask this one function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from babel.numbers import get_currency_precision

from vipclub.core.dates import full_years

AMOUNTS = frozenset({"value", "annual_contribution"})
COUNTS = frozenset({"tenure_years", "holdings"})
FIGURES = AMOUNTS | COUNTS
MEASURES = FIGURES | {"vip_grade"}
TIERS = ("gold", "platinum", "diamond", "black")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: a measure of at least so much, or a grade out of a list.

    `at_least` is in minor units for amounts. `subsidiary` narrows it to one subsidiary, unweighted.
    """

    measure: str
    at_least: int = 0
    one_of: tuple[str, ...] = ()
    subsidiary: str | None = None


Rule = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class TierRule:
    """A tier and its any-of list of all-of conditions."""

    code: str
    any_of: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class TermRule:
    """How long a membership runs and when a tier may change.

    `fixed_last_day` is (month, day) under the `fixed` model, else None.
    """

    years: int = 1
    fixed_last_day: tuple[int, int] | None = None
    downgrade: str = "membership_anniversary"
    downgrade_to: str = "balance_based"
    grace_days: int = 0


@dataclass(frozen=True)
class TierPolicy:
    """A policy, tiers from the lowest to the highest. `rates` turn one unit of a currency into the
    policy's.
    """

    version: str
    in_force_from: date
    currency: str
    tiers: tuple[TierRule, ...]
    term: TermRule = TermRule()
    rates: Mapping[str, Fraction] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)

    @cached_property
    def ranks(self) -> dict[str, int]:
        return {tier.code: rank for rank, tier in enumerate(self.tiers)}

    def rank(self, tier: str | None) -> int:
        """A tier's place, 0 the lowest; -1 for none and for a tier that the policy doesn't know."""
        return self.ranks.get(tier, -1) if tier else -1

    @cached_property
    def asked_of_subsidiaries(self) -> bool:
        return any(
            condition.subsidiary or condition.measure == "vip_grade"
            for tier in self.tiers
            for rule in tier.any_of
            for condition in rule
        )


@dataclass(frozen=True, slots=True)
class Record:
    """What one subsidiary says of a person, amounts in minor units of `currency`."""

    subsidiary: str
    currency: str
    value: int
    annual_contribution: int
    customer_since: date | None = None
    vip_grade: str | None = None


@dataclass(slots=True)
class Figures:
    """Measures of one subsidiary; amounts in minor units of the policy's currency."""

    value: int = 0
    annual_contribution: int = 0
    tenure_years: int = 0
    grades: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Measures:
    """Measures of a person over the group. `unconverted` lists currencies for which the policy has
    no rate; their amounts count nothing.
    """

    value: int = 0
    annual_contribution: int = 0
    tenure_years: int = 0
    holdings: int = 0
    by_subsidiary: dict[str, Figures] = field(default_factory=dict)
    unconverted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The tier met (None: none) and why, as JSON-friendly documents.

    `met` lists the conditions of the first rule met, with figures; `missing` has for each rule of
    the next tier what is short.
    """

    tier: str | None
    met: list[dict[str, Any]]
    next_tier: str | None
    missing: list[list[dict[str, Any]]]


@cache
def minor_digits(currency: str) -> int:
    """Decimal places of a currency (ISO 4217).

    >>> minor_digits("CNY"), minor_digits("JPY"), minor_digits("KWD")
    (2, 0, 3)
    """
    return get_currency_precision(currency)


def converted(amount: int, currency: str, policy: TierPolicy) -> int | None:
    """Minor units of `currency` in minor units of the policy's, rounded down; None without a rate.

    >>> rates = {"USD": Fraction("7.15"), "JPY": Fraction("0.048")}
    >>> policy = TierPolicy("v", date(2026, 1, 1), "CNY", (), rates=rates)
    >>> converted(10_000, "USD", policy), converted(1_000, "JPY", policy)
    (71500, 4800)
    >>> converted(5, "XXX", policy) is None
    True
    """
    if currency == policy.currency:
        return amount
    rate = policy.rates.get(currency)
    if rate is None:
        return None
    numerator, denominator = rate.numerator, rate.denominator
    shift = minor_digits(policy.currency) - minor_digits(currency)
    if shift >= 0:
        scaled: int = amount * 10**shift * numerator // denominator
        return scaled
    shrunk: int = amount * numerator // (denominator * 10**-shift)
    return shrunk


def measures_of(records: Iterable[Record], policy: TierPolicy, as_of: date) -> Measures:
    """A person's measures on a day, from what the subsidiaries say.

    >>> policy = TierPolicy("v", date(2026, 1, 1), "CNY", (), weights={"LIFE": Fraction(1, 2)})
    >>> both = [Record("LIFE", "CNY", 100, 10, date(2020, 5, 1)), Record("BANK", "CNY", 30, 0)]
    >>> m = measures_of(both, policy, date(2026, 4, 30))
    >>> m.value, m.annual_contribution, m.tenure_years, m.holdings
    (80, 10, 5, 2)
    """
    result = Measures()
    unconverted: set[str] = set()
    for record in records:
        figures = result.by_subsidiary.get(record.subsidiary)
        if figures is None:
            figures = result.by_subsidiary[record.subsidiary] = Figures()
        value = converted(record.value, record.currency, policy)
        contribution = converted(record.annual_contribution, record.currency, policy)
        if value is None or contribution is None:
            if record.value or record.annual_contribution:
                unconverted.add(record.currency)
            value = contribution = 0
        figures.value += value
        figures.annual_contribution += contribution
        weight = policy.weights.get(record.subsidiary)
        result.value += value if weight is None else int(value * weight)
        result.annual_contribution += contribution
        if record.customer_since is not None:
            years = full_years(record.customer_since, as_of)
            figures.tenure_years = max(figures.tenure_years, years)
            result.tenure_years = max(result.tenure_years, years)
        if record.vip_grade:
            figures.grades.add(record.vip_grade)
    result.holdings = len(result.by_subsidiary)
    if unconverted:
        result.unconverted = tuple(sorted(unconverted))
    return result


def _figure(condition: Condition, measures: Measures) -> int:
    if condition.subsidiary is None:
        return int(getattr(measures, condition.measure))
    if condition.measure == "holdings":
        return int(condition.subsidiary in measures.by_subsidiary)
    figures = measures.by_subsidiary.get(condition.subsidiary)
    return int(getattr(figures, condition.measure)) if figures else 0


def _grades(condition: Condition, measures: Measures) -> list[str]:
    found = (
        measures.by_subsidiary.values()
        if condition.subsidiary is None
        else filter(None, [measures.by_subsidiary.get(condition.subsidiary)])
    )
    return sorted({grade for figures in found for grade in figures.grades})


def is_met(condition: Condition, measures: Measures) -> bool:
    """Whether a person's measures meet one condition."""
    if condition.subsidiary is None and condition.measure in FIGURES:
        reached: bool = getattr(measures, condition.measure) >= condition.at_least
        return reached
    if condition.measure == "vip_grade":
        return any(grade in condition.one_of for grade in _grades(condition, measures))
    return _figure(condition, measures) >= condition.at_least


def _document(condition: Condition, measures: Measures) -> dict[str, Any]:
    """A condition with its figure, as the explanation keeps it."""
    document: dict[str, Any] = {"measure": condition.measure}
    if condition.subsidiary:
        document["subsidiary"] = condition.subsidiary
    if condition.measure == "vip_grade":
        return {**document, "have": _grades(condition, measures), "one_of": list(condition.one_of)}
    return {**document, "have": _figure(condition, measures), "at_least": condition.at_least}


def evaluate(measures: Measures, policy: TierPolicy) -> Evaluation:
    """The highest tier of which one rule is met, and why.

    >>> wide = (Condition("holdings", 3), Condition("value", 300))
    >>> gold = TierRule("gold", ((Condition("value", 500),), wide))
    >>> black = TierRule("black", ((Condition("value", 9_000),),))
    >>> policy = TierPolicy("v", date(2026, 1, 1), "CNY", (gold, black))
    >>> evaluate(Measures(value=499), policy).tier is None
    True
    >>> result = evaluate(Measures(value=300, holdings=3), policy)
    >>> result.tier, result.next_tier
    ('gold', 'black')
    >>> result.met[0]
    {'measure': 'holdings', 'have': 3, 'at_least': 3}
    >>> result.missing
    [[{'measure': 'value', 'have': 300, 'at_least': 9000}]]
    """
    rank, rule = best_met(measures, policy)
    following = policy.tiers[rank + 1] if rank + 1 < len(policy.tiers) else None
    return Evaluation(
        policy.tiers[rank].code if rank >= 0 else None,
        [_document(condition, measures) for condition in rule],
        following.code if following else None,
        _missing(following, measures),
    )


def best_met(measures: Measures, policy: TierPolicy) -> tuple[int, Rule]:
    """The rank of the highest tier of which one rule is met, with the rule; -1 for none. What
    `evaluate` decides by, without the why: most people are asked only this.

    >>> gold = TierRule("gold", ((Condition("value", 500),),))
    >>> policy = TierPolicy("v", date(2026, 1, 1), "CNY", (gold,))
    >>> best_met(Measures(value=499), policy), best_met(Measures(value=500), policy)[0]
    ((-1, ()), 0)
    """
    for rank in range(len(policy.tiers) - 1, -1, -1):
        for rule in policy.tiers[rank].any_of:
            for condition in rule:
                if not is_met(condition, measures):
                    break
            else:
                return rank, rule
    return -1, ()


def _missing(tier: TierRule | None, measures: Measures) -> list[list[dict[str, Any]]]:
    """For each rule of a tier, the conditions that are not met yet."""
    if tier is None:
        return []
    return [
        [_document(c, measures) for c in rule if not is_met(c, measures)] for rule in tier.any_of
    ]


def explanation(evaluation: Evaluation, measures: Measures, policy: TierPolicy) -> dict[str, Any]:
    """What a rating row keeps: figures, what was met, what is missing. Amounts in minor units."""
    document: dict[str, Any] = {
        "policy": policy.version,
        "currency": policy.currency,
        "measures": {
            "value": measures.value,
            "annual_contribution": measures.annual_contribution,
            "tenure_years": measures.tenure_years,
            "holdings": measures.holdings,
        },
        "tier": evaluation.tier,
        "met": evaluation.met,
        "next_tier": evaluation.next_tier,
        "missing": evaluation.missing,
    }
    if measures.unconverted:
        document["unconverted"] = list(measures.unconverted)
    return document


def one_below(tier: str, policy: TierPolicy) -> str | None:
    """The tier just below, None below the lowest."""
    rank = policy.rank(tier)
    return policy.tiers[rank - 1].code if rank > 0 else None
