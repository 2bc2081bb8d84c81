"""Counting SQL: `with statements(at_most=8) as counted:`.

Every statement of every engine in this process counts, whatever thread sends it; what opens and
ends a transaction or sets up a connection doesn't, nor what every process asks twice a minute,
whatever it does (`vipclub/core/key_numbers.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_UNCOUNTED = re.compile(
    r"\s*((BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|SET|SHOW)\b|SELECT .* FROM club_key$)",
    re.I,
)


class Counted(list[str]):
    """The statements so far, in order."""

    def __str__(self) -> str:
        lines = (re.sub(r"\s+", " ", statement)[:400] for statement in self)
        return "\n".join(f"{number:3}. {line}" for number, line in enumerate(lines, 1))


@contextmanager
def statements(at_most: int | None = None, exactly: int | None = None) -> Iterator[Counted]:
    """Count the statements of the block and hold their number; a failure prints them."""
    counted = Counted()

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not _UNCOUNTED.match(statement):
            counted.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    if at_most is not None and len(counted) > at_most:
        raise AssertionError(f"{len(counted)} statements, at most {at_most}:\n{counted}")
    if exactly is not None and len(counted) != exactly:
        raise AssertionError(f"{len(counted)} statements instead of {exactly}:\n{counted}")
