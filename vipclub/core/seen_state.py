"""What somebody saw of a thing when its form was opened: of two people who change it at once the
second is told, and not the first one's change lost.

A form carries a short mark of each field. The use case compares them with the row that it has
locked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from vipclub.core.errors import ChangedMeanwhile
from vipclub.core.types import Localized

_MARK = 10
"""Hexadecimal digits of a mark: two values that differ have the same one time in a million
millions."""


def seen_of(values: Mapping[str, object]) -> str:
    """The marks of a thing's fields, for its form.

    >>> seen_of({"name": "Life", "rank": 20}).split()[1].split(":")[0]
    'rank'
    """
    return " ".join(f"{name}:{_mark(value)}" for name, value in values.items())


def refuse_unseen(
    seen: str | None, now: Mapping[str, object], wanted: Mapping[str, object]
) -> None:
    """Raises ChangedMeanwhile with the fields that are not as they were seen, and not as they are
    wanted either. Without `seen` nothing is asked: whoever changes by a command or a file means
    what is written there."""
    if seen is None:
        return
    marks = dict(part.split(":", 1) for part in seen.split() if ":" in part)
    changed = [
        name
        for name, value in now.items()
        if name in wanted and marks.get(name) != _mark(value) and value != wanted[name]
    ]
    if changed:
        raise ChangedMeanwhile(fields=changed)


def _plain(value: object) -> object:
    return value.to_json() if isinstance(value, Localized) else repr(value)


def _mark(value: object) -> str:
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(plain.encode()).hexdigest()[:_MARK]
