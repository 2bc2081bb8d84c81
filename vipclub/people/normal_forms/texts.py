"""Free text without what nobody sees."""

from __future__ import annotations

import re
import unicodedata

from vipclub.people.reasons import BadValue

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f]")


def visible(text: str) -> str:
    """A text without what nobody sees, in the usual width, its spaces joined: as something typed
    is looked for.

    >>> visible(" １３８\u200b 0013\u3000 ８000 ")
    '138 0013 8000'
    """
    shown = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return " ".join("".join(c if c.isprintable() else " " for c in shown).split())


def clean(text: str) -> str:
    """A text without invisible characters, spaces joined. Raises BadValue for control codes."""
    plain = text.strip()
    if plain.isascii() and plain.isprintable() and "  " not in plain:
        return plain
    plain = " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())
    if not plain.isprintable():
        raise BadValue("control_character")
    return plain
