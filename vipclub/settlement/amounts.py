"""What a line is worth: integer minor units, half a unit rounded up."""

from __future__ import annotations

from dataclasses import dataclass

from vipclub.core.types import Money

KINDS = ("visit", "noshow", "late_cancellation")
"""What may be chargeable; a correction reverses one of them."""


@dataclass(frozen=True, slots=True)
class Price:
    """A contract's price of a visit, and the shares that the other kinds are worth, in percent."""

    amount: int
    currency: str
    noshow_percent: int = 0
    late_percent: int = 0

    def percent_of(self, kind: str) -> int:
        """The share of a kind: a visit is worth all of its price."""
        return {"noshow": self.noshow_percent, "late_cancellation": self.late_percent}.get(
            kind, 100
        )


def amount_of(price: Price, kind: str) -> Money:
    """What an appointment that ended so is worth.

    >>> price = Price(168_000, "CNY", noshow_percent=50)
    >>> amount_of(price, "visit").amount, amount_of(price, "noshow").amount
    (168000, 84000)
    >>> amount_of(price, "late_cancellation").amount, amount_of(Price(333, "CNY", 50), "noshow")
    (0, Money(amount=167, currency='CNY'))
    """
    return Money((price.amount * price.percent_of(kind) + 50) // 100, price.currency)
