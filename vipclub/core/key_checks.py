"""Which key is meant, without telling it: a check value of each."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from vipclub.core.crypto import KINDS, FieldKeys


def check_value(key: bytes) -> str:
    """Twelve digits that are equal for equal keys and tell nothing else of one."""
    return hmac.digest(key, b"vipclub: check value of a key", hashlib.sha256)[:6].hex()


def name_of(kind: str, number: int) -> str:
    """How a key is called in a backup's manifest.

    >>> name_of("encryption", 2), name_of("index", 1), name_of("index", 2)
    ('2', 'index', 'index 2')
    """
    if kind == "encryption":
        return str(number)
    return kind if number == 1 else f"{kind} {number}"


def numbered_checks(keys: FieldKeys) -> dict[tuple[str, int], str]:
    """The check value of each key, by kind and number."""
    return {
        (kind, number): check_value(key)
        for kind in KINDS
        for number, key in sorted(keys.of(kind).items())
    }


def checks_of(keys: FieldKeys) -> dict[str, str]:
    """The keys of VIPCLUB_FIELD_KEYS by their names, as a backup's manifest has them."""
    return {name_of(*which): check for which, check in numbered_checks(keys).items()}


def missing(needed: Mapping[str, str], keys: FieldKeys) -> dict[str, str]:
    """The keys that a backup needs and the settings don't hold, with their check values."""
    held = checks_of(keys)
    return {name: check for name, check in needed.items() if held.get(name) != check}
