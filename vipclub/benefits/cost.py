"""What a population of members costs in benefits, a calendar year. Pure: for the trial run of a
tier policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vipclub.benefits.queries import BenefitRow
from vipclub.core.types import Money


@dataclass(frozen=True, slots=True)
class YearCost:
    """`full` if all that is given is used, `expected` at the usual share; unlimited benefits count
    in both at their usual use.
    """

    full: Money
    expected: Money

    def to_json(self) -> dict[str, Any]:
        return {"full": self.full.to_json(), "expected": self.expected.to_json()}


def cost_of(
    members: Mapping[str, int],
    benefits: Sequence[BenefitRow],
    quantities: Mapping[tuple[str, str], int],
) -> YearCost:
    """The cost of so many members by tier, in the catalogue's currency.

    >>> from vipclub.core.types import Localized
    >>> text = Localized("体检", "體檢", "check")
    >>> check = BenefitRow(
    ...     1, "check", text, text, "times", "slot", ("member",), "x", 180_000, "CNY", 500
    ... )
    >>> cost = cost_of({"gold": 10}, [check], {("check", "gold"): 1, ("check", "black"): 4})
    >>> cost.full, cost.expected
    (Money(amount=1800000, currency='CNY'), Money(amount=900000, currency='CNY'))
    """
    full = expected = 0
    for benefit in benefits:
        for tier, count in members.items():
            quantity = quantities.get((benefit.code, tier))
            if quantity is None:
                continue
            if benefit.unit == "unlimited":
                usual = count * benefit.unit_cost_minor * benefit.expected_use // 1000
                full += usual
                expected += usual
            else:
                whole = count * quantity * benefit.unit_cost_minor
                full += whole
                expected += whole * benefit.expected_use // 1000
    currency = benefits[0].currency if benefits else "CNY"
    return YearCost(Money(full, currency), Money(expected, currency))
