"""Card numbers: 16 digits, an unguessable middle, a check digit that finds a slip on the phone."""

from __future__ import annotations

import re
import secrets

PREFIX = "80"  # ISO/IEC 7812: 80 is for health care
LENGTH = 16


def luhn_digit(digits: str) -> str:
    """The check digit of ISO/IEC 7812-1, annex B.

    >>> luhn_digit("7992739871")
    '3'
    """
    total = 0
    for place, character in enumerate(reversed(digits)):
        number = int(character) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def new_card_no() -> str:
    """A new number: 13 random digits between the prefix and the check digit."""
    body = PREFIX + f"{secrets.randbelow(10 ** (LENGTH - 3)):013d}"
    return body + luhn_digit(body)


def parse_card_no(text: str) -> str | None:
    """The 16 digits of what somebody typed or read out, None when they can't be a card of the club.

    >>> parse_card_no("8012 3456 7890 1231") is None
    True
    >>> parse_card_no("8012-3456-7890-1230")
    '8012345678901230'
    """
    digits = re.sub(r"[\s-]", "", text) if len(text) <= 40 else ""
    if not re.fullmatch(rf"{PREFIX}\d{{14}}", digits, re.ASCII):
        return None
    return digits if luhn_digit(digits[:-1]) == digits[-1] else None


def grouped(card_no: str) -> str:
    """As it is printed.

    >>> grouped("8012345678901230")
    '8012 3456 7890 1230'
    """
    return " ".join(card_no[i : i + 4] for i in range(0, len(card_no), 4))
