"""What must be true of a whole club after anything, asked of the tables and not of the code.

Each part says its own in its `invariants.py`; `vipclub/wiring.py` lists them and `vipclub verify`
looks. All look at one snapshot, in one transaction that only reads and locks nothing that a writer
wants; each walks its table in parts (`in_parts`), so that no statement is a long one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, select
from sqlalchemy.orm import Session

from vipclub.core.db import Database

PART = 20_000
"""How many rows a statement looks at, where it is quick for each."""
MOST = 1_000
"""How many of the broken are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One that breaks an invariant: which, and how."""

    ref: str
    problem: str

    def __str__(self) -> str:
        return f"{self.ref}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a part of a look found: how many rows it looked at, and which are broken."""

    rows: int
    broken: Sequence[Broken] = ()


@dataclass(frozen=True, slots=True)
class Invariant:
    """`says` is what must be true, in one sentence; `look` gives what each part found."""

    name: str
    says: str
    look: Callable[[Session], Iterator[Looked]]


@dataclass(slots=True)
class Outcome:
    """What a whole look found; the first of the broken by name."""

    invariant: Invariant
    rows: int = 0
    count: int = 0
    broken: list[Broken] = field(default_factory=list)
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.invariant.name,
            "says": self.invariant.says,
            "rows": self.rows,
            "broken": self.count,
            "seconds": round(self.seconds, 3),
            "first": [{"ref": one.ref, "problem": one.problem} for one in self.broken],
        }


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a table: the ids above `low`, up to `high`."""

    low: int
    high: int

    def of(self, column: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Whether a column names one of them."""
        return and_(column > self.low, column <= self.high)


def parts(
    session: Session, over: SQLColumnExpression[int], size: int = PART
) -> Iterator[tuple[int, Span]]:
    """A table part by part, by its ids: how many rows each has, and where they are."""
    low = 0
    while True:
        some = select(over.label("id")).where(over > low).order_by(over).limit(size).subquery()
        rows, high = session.execute(select(func.count(), func.max(some.c.id))).one()
        if not rows:
            return
        yield rows, Span(low, high)
        low = high


BrokenIn: TypeAlias = Callable[[Session, Span], Iterable[Broken]]


def in_parts(
    name: str, says: str, *, over: SQLColumnExpression[int], broken: BrokenIn, size: int = PART
) -> Invariant:
    """An invariant that is asked of `size` rows at a time, by the ids of `over`."""

    def look(session: Session) -> Iterator[Looked]:
        for rows, span in parts(session, over, size):
            yield Looked(rows, list(broken(session, span)))

    return Invariant(name, says, look)


def verify(database: Database, invariants: Iterable[Invariant]) -> Iterator[Outcome]:
    """Look at each, in one read-only transaction over one snapshot; gives each as it is done."""
    with database.read(one_snapshot=True) as session:
        for invariant in invariants:
            outcome, began = Outcome(invariant), time.perf_counter()
            for found in invariant.look(session):
                outcome.rows += found.rows
                outcome.count += len(found.broken)
                outcome.broken += islice(found.broken, MOST - len(outcome.broken))
            outcome.seconds = time.perf_counter() - began
            yield outcome
