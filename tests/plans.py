"""How a database answers: `with plans() as found:` explains each statement before it runs, on the
same connection and with the same values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

_EXPLAINED = re.compile(r"\s*(SELECT|INSERT(?!.*\bVALUES\b)|UPDATE|DELETE|WITH)\b", re.I | re.S)
_WHOLE = re.compile(r"(?:Seq Scan on|SCAN) (\w+)(?! USING)")


class Plan(NamedTuple):
    """A statement with the database's words of how it will answer."""

    statement: str
    told: str

    @property
    def read_whole(self) -> set[str]:
        """The tables, by name or alias, of which every row is read."""
        return set(_WHOLE.findall(self.told))


@contextmanager
def plans() -> Iterator[list[Plan]]:
    """Collect the plan of every statement of the block, but for those that only write values."""
    found: list[Plan] = []

    def explain(
        connection: Any, cursor: Any, statement: str, values: Any, _context: Any, many: bool
    ) -> None:
        if many or not _EXPLAINED.match(statement):
            return
        how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        beside = cursor.connection.cursor()
        beside.execute(f"{how} {statement}", values)
        found.append(Plan(statement, "\n".join(str(row[-1]) for row in beside.fetchall())))
        beside.close()

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
