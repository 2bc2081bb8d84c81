"""Which keys a backup needs, without telling them: a check value of each."""

from __future__ import annotations

import hashlib
import hmac

from vipclub.core.crypto import FieldKeys


def check_value(key: bytes) -> str:
    """Twelve digits that are equal for equal keys and tell nothing else of one."""
    return hmac.digest(key, b"vipclub: check value of a key", hashlib.sha256)[:6].hex()


def checks_of(keys: FieldKeys) -> dict[str, str]:
    """The keys of VIPCLUB_FIELD_KEYS by their names there."""
    named = {str(number): key for number, key in sorted(keys.encryption.items())}
    return {
        name: check_value(key)
        for name, key in (*named.items(), ("index", keys.index), ("mac", keys.mac))
    }


def missing(needed: dict[str, str], keys: FieldKeys) -> dict[str, str]:
    """The keys that a backup needs and the settings don't hold, with their check values."""
    held = checks_of(keys)
    return {name: check for name, check in needed.items() if held.get(name) != check}
