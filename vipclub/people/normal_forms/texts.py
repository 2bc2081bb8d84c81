"""Free text without what nobody sees."""

from __future__ import annotations

import re
import unicodedata

from vipclub.people.reasons import BadValue

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f]")


def clean(text: str) -> str:
    """A text without invisible characters, spaces joined. Raises BadValue for control codes."""
    plain = text.strip()
    if plain.isascii() and plain.isprintable() and "  " not in plain:
        return plain
    plain = " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())
    if not plain.isprintable():
        raise BadValue("control_character")
    return plain
