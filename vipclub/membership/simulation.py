"""The simulation of a tier policy: tried on everybody, nothing changed, who would move from which
tier to which.

What was found so far is a `Tally`, which can be kept and gone on with: a trial over a large club is
done in parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.membership.policy import TierPolicy
from vipclub.membership.rating_chunks import CHUNK, Chunk, read_chunk
from vipclub.people import Person

NOBODY = "none"
EXAMPLES = 50


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

    def cell(self, before: str, after: str) -> Cell:
        """One cell; an empty one when nobody is in it."""
        found = (c for c in self.cells if (c.before, c.after) == (before, after))
        return next(found, Cell(before, after, 0, ()))

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


@dataclass(slots=True)
class Tally:
    """What was found up to the person with the id `cursor`; `examples` holds person ids, the first
    of each movement."""

    cursor: int = 0
    persons: int = 0
    movements: Counter[str] = field(default_factory=Counter)
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def add(self, part: Chunk) -> None:
        """Count some more persons."""
        self.persons, self.cursor = self.persons + part.persons, part.last_id
        if part.below:
            self.movements["below"] += part.below
            self.cells[NOBODY, NOBODY] += part.below
        for rated in part.rated:
            self.movements[rated.decision.movement] += 1
            cell = (rated.tier_before or NOBODY, rated.decision.tier or NOBODY)
            self.cells[cell] += 1
            if cell[0] != cell[1] and len(few := self.examples.setdefault(cell, [])) < EXAMPLES:
                few.append(rated.person_id)

    def to_json(self) -> dict[str, Any]:
        """To be kept in a row."""
        return {
            "persons": self.persons,
            "movements": dict(self.movements),
            "cells": {f"{a}>{b}": count for (a, b), count in self.cells.items()},
            "examples": {f"{a}>{b}": few for (a, b), few in self.examples.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], cursor: int) -> Tally:
        """What was kept.

        >>> tally = Tally(cells=Counter({("gold", "none"): 2}), examples={("gold", "none"): [7]})
        >>> Tally.from_json(tally.to_json(), 0) == tally
        True
        """

        def pair(text: str) -> tuple[str, str]:
            before, _, after = text.partition(">")
            return before, after

        return cls(
            cursor=cursor,
            persons=kept.get("persons", 0),
            movements=Counter(kept.get("movements", {})),
            cells=Counter({pair(k): n for k, n in kept.get("cells", {}).items()}),
            examples={pair(k): list(few) for k, few in kept.get("examples", {}).items()},
        )


def simulate(
    session: Session,
    policy: TierPolicy,
    as_of: date,
    *,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """What rating everybody under this policy on this day would do. Reads only."""
    tally = Tally()
    while (part := read_chunk(session, policy, as_of, tally.cursor, chunk)) is not None:
        tally.add(part)
        if progress:
            progress(tally.persons)
    return simulation_of(session, policy.version, as_of, tally)


def simulation_of(session: Session, version: str, as_of: date, tally: Tally) -> Simulation:
    """A tally with references instead of ids. One statement."""
    refs = _refs(session, [person for few in tally.examples.values() for person in few])
    return Simulation(
        policy=version,
        as_of=as_of.isoformat(),
        persons=tally.persons,
        movements=dict(sorted(tally.movements.items())),
        cells=tuple(
            Cell(*cell, count, tuple(refs[p] for p in tally.examples.get(cell, ())))
            for cell, count in sorted(tally.cells.items())
        ),
    )


def _refs(session: Session, person_ids: list[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.public_ref).where(Person.id.in_(person_ids)))
    return dict(rows.all())
