"""A tier policy written as its TOML document again, so that changed figures become a draft."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from vipclub.membership.policy import AMOUNTS, Condition, TermRule, TierPolicy, minor_digits

Place = tuple[int, int, int]
"""A condition: the tier's place from the lowest, the rule's in it, the condition's in that."""


def whole_units(condition: Condition, currency: str) -> int:
    """The figure as people write it: amounts in whole units of the currency."""
    if condition.measure in AMOUNTS:
        scale: int = 10 ** minor_digits(currency)
        return condition.at_least // scale
    return condition.at_least


def with_figures(policy: TierPolicy, figures: dict[Place, int]) -> TierPolicy:
    """The same policy with other figures (in whole units); places it lacks are passed over."""

    def changed(place: Place, condition: Condition) -> Condition:
        wanted = figures.get(place)
        if wanted is None or condition.measure == "vip_grade":
            return condition
        scale = 10 ** minor_digits(policy.currency) if condition.measure in AMOUNTS else 1
        return replace(condition, at_least=wanted * scale)

    return replace(
        policy,
        tiers=tuple(
            replace(
                tier,
                any_of=tuple(
                    tuple(changed((t, r, c), condition) for c, condition in enumerate(rule))
                    for r, rule in enumerate(tier.any_of)
                ),
            )
            for t, tier in enumerate(policy.tiers)
        ),
    )


def policy_text(policy: TierPolicy) -> str:
    """The document: `read_policy` makes the same policy of it.

    >>> from datetime import date
    >>> print(policy_text(TierPolicy("v", date(2026, 1, 1), "CNY", ())))
    version = "v"
    in_force_from = 2026-01-01
    currency = "CNY"
    <BLANKLINE>
    [term]
    model = "anniversary"
    years = 1
    upgrade = "real_time"
    downgrade = "membership_anniversary"
    downgrade_to = "balance_based"
    grace_days = 0
    <BLANKLINE>
    [exchange_rates]
    <BLANKLINE>
    [weights]
    <BLANKLINE>
    """
    lines = [
        f"version = {_quoted(policy.version)}",
        f"in_force_from = {policy.in_force_from.isoformat()}",
        f"currency = {_quoted(policy.currency)}",
        "",
        *_term(policy.term),
        "",
        "[exchange_rates]",
        *(f"{_quoted(code)} = {_quoted(_decimal(rate))}" for code, rate in policy.rates.items()),
        "",
        "[weights]",
        *(f"{_quoted(code)} = {_quoted(_decimal(part))}" for code, part in policy.weights.items()),
    ]
    for tier in policy.tiers:
        lines += ["", "[[tier]]", f"code = {_quoted(tier.code)}", "any_of = ["]
        for rule in tier.any_of:
            written = ", ".join(_condition(condition, policy.currency) for condition in rule)
            lines.append(f"  [{written}],")
        lines.append("]")
    return "\n".join(lines) + "\n"


def _term(term: TermRule) -> list[str]:
    model = ['model = "anniversary"']
    if term.fixed_last_day is not None:
        model = ['model = "fixed"', 'last_day = "{:02}-{:02}"'.format(*term.fixed_last_day)]
    return [
        "[term]",
        *model,
        f"years = {term.years}",
        'upgrade = "real_time"',
        f"downgrade = {_quoted(term.downgrade)}",
        f"downgrade_to = {_quoted(term.downgrade_to)}",
        f"grace_days = {term.grace_days}",
    ]


def _condition(condition: Condition, currency: str) -> str:
    parts = [f"measure = {_quoted(condition.measure)}"]
    if condition.measure == "vip_grade":
        parts.append(f"one_of = [{', '.join(map(_quoted, condition.one_of))}]")
    else:
        parts.append(f"at_least = {whole_units(condition, currency):_}")
    if condition.subsidiary:
        parts.append(f"subsidiary = {_quoted(condition.subsidiary)}")
    return "{ " + ", ".join(parts) + " }"


def _quoted(text: str) -> str:
    """A TOML basic string.

    >>> _quoted('a "quiet" word')
    '"a \\\\"quiet\\\\" word"'
    """
    kept = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = (c if c.isprintable() else f"\\U{ord(c):08X}" for c in kept)
    return '"' + "".join(plain) + '"'


def _decimal(value: Fraction) -> str:
    """A factor as its shortest decimal; documents are read from decimals, so it ends."""
    return format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")
