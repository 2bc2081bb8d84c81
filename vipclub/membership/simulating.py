"""A policy tried on everybody, nothing changed: who would move from which tier to which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.membership.figures import CHUNK, read_chunk
from vipclub.membership.policy import TierPolicy
from vipclub.people import Person

NOBODY = "none"
EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """Those who move from one tier to another (`none` without one), and the first of them by
    reference.
    """

    before: str
    after: str
    persons: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """The movement matrix of a policy on a day."""

    policy: str
    as_of: str
    persons: int
    movements: dict[str, int]
    cells: tuple[Cell, ...]

    def tiers_before(self) -> dict[str, int]:
        return self._tiers("before")

    def tiers_after(self) -> dict[str, int]:
        return self._tiers("after")

    def _tiers(self, side: str) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for cell in self.cells:
            counts[getattr(cell, side)] += cell.persons
        return {tier: count for tier, count in sorted(counts.items()) if tier != NOBODY}

    def to_json(self) -> dict[str, Any]:
        matrix: dict[str, dict[str, int]] = {}
        for cell in self.cells:
            matrix.setdefault(cell.before, {})[cell.after] = cell.persons
        return {
            "policy": self.policy,
            "as_of": self.as_of,
            "persons": self.persons,
            "movements": self.movements,
            "matrix": matrix,
            "examples": {
                f"{c.before}>{c.after}": list(c.examples) for c in self.cells if c.before != c.after
            },
        }


def simulate(
    session: Session,
    policy: TierPolicy,
    as_of: date,
    *,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """What rating everybody under this policy on this day would do. Reads only."""
    movements: Counter[str] = Counter()
    cells: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[int]] = {}
    persons, cursor = 0, 0
    while (part := read_chunk(session, policy, as_of, cursor, chunk)) is not None:
        persons, cursor = persons + part.persons, part.last_id
        if part.below:
            movements["below"] += part.below
            cells[NOBODY, NOBODY] += part.below
        for rated in part.rated:
            movements[rated.decision.movement] += 1
            cell = (rated.tier_before or NOBODY, rated.decision.tier or NOBODY)
            cells[cell] += 1
            if cell[0] != cell[1] and len(few := examples.setdefault(cell, [])) < EXAMPLES:
                few.append(rated.person_id)
        if progress:
            progress(persons)
    refs = _refs(session, [person for few in examples.values() for person in few])
    return Simulation(
        policy=policy.version,
        as_of=as_of.isoformat(),
        persons=persons,
        movements=dict(sorted(movements.items())),
        cells=tuple(
            Cell(*cell, count, tuple(refs[p] for p in examples.get(cell, ())))
            for cell, count in sorted(cells.items())
        ),
    )


def _refs(session: Session, person_ids: list[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.public_ref).where(Person.id.in_(person_ids)))
    return dict(rows.all())
