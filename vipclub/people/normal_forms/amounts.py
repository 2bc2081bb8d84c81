"""Amounts of money: from a decimal text to minor units and back."""

from __future__ import annotations

import re
from functools import cache

from babel.numbers import get_currency_precision, list_currencies

from vipclub.people.reasons import BadValue

CURRENCIES = frozenset(list_currencies())
MAX_MINOR = 10**17
_AMOUNT = re.compile(r"(-?)(\d{1,18})(?:\.(\d{1,6}))?", re.ASCII)


@cache
def _decimals(currency: str) -> int:
    return int(get_currency_precision(currency))


def minor_units(text: str, currency: str = "CNY") -> int:
    """A decimal amount as minor units of its currency. Nothing is rounded away.
    Raises BadValue.

    >>> minor_units("1280.5"), minor_units("7", "JPY")
    (128050, 7)
    """
    digits = _decimals(currency)
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise BadValue("no_plain_amount")
    if int("0" + (match[3] or "")[digits:]):
        raise BadValue("too_many_decimals")
    amount = int(match[2] + (match[3] or "")[:digits].ljust(digits, "0"))
    if match[1] and amount:
        raise BadValue("below_zero")
    if amount > MAX_MINOR:
        raise BadValue("too_large")
    return amount


def amount_of(minor: int, currency: str) -> str:
    """Minor units as a plain decimal amount: what `minor_units` reads.

    >>> amount_of(128050, "CNY"), amount_of(7, "JPY")
    ('1280.50', '7')
    """
    digits = _decimals(currency)
    text = str(minor).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}" if digits else text
