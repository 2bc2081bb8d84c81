"""A way of being meant, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    SQLColumnExpression,
    literal_column,
    select,
    union_all,
)

from vipclub.core.rows import AnySelect
from vipclub.people.clusters import Persons, survivor_of

LOOKED_AT = 60
"""At most so many rows are read for each way that many may be meant by; pages show the best."""
AT_MOST = literal_column(str(LOOKED_AT), Integer)


class FoundBy(IntEnum):
    """By what somebody may be meant: the lower, the surer. 3 is kept for a case's reference."""

    REFERENCE = 0
    CARD = 1
    BOOKING = 2
    OWN_PHONE = 4
    PHONE = 5
    EMAIL = 6
    NAME = 7
    SPELLING = 8
    PHONE_END = 9
    CARD_END = 10
    BEGINNING = 11
    INITIALS = 12
    RELATIVE = 13


SURE_ALONE = frozenset(
    {FoundBy.REFERENCE, FoundBy.CARD, FoundBy.BOOKING, FoundBy.OWN_PHONE, FoundBy.PHONE}
)
"""A whole number names somebody, when one alone has it. A name never does."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Who may be meant by what was typed: SELECTs of `ranked` persons, built once, and the values
    with which they are asked."""

    ways: tuple[AnySelect, ...]
    values: Mapping[str, Any] = field(repr=False)

    def or_by(self, other: Meant | None) -> Meant:
        """By this or by the other."""
        if other is None:
            return self
        return Meant(self.ways + other.ways, {**self.values, **other.values})

    def persons(self) -> CompoundSelect[*tuple[Any, ...]]:
        """All of it as one SELECT with its values, for a statement that is built for a question."""
        return union_all(*self.ways).params(**self.values)


_no_tie = literal_column("CAST(NULL AS INTEGER)", Integer).label("tie_id")


def ranked(person: Persons, by: FoundBy, tie: SQLColumnExpression[int] | None = None) -> AnySelect:
    """A SELECT of the survivor's id as `person_id`, of `rank`, which is by what this person is
    meant, and of `tie_id`, the `FamilyTie` of a relative who was named. The caller adds WHERE, and
    joins several of them by UNION ALL."""
    rank = literal_column(str(int(by)), Integer).label("rank")
    tie_id = _no_tie if tie is None else tie.label("tie_id")
    return select(survivor_of(person).label("person_id"), rank, tie_id)


def bounded(way: AnySelect) -> AnySelect:
    """Of a way at most so many rows as are looked at."""
    return select(way.limit(AT_MOST).subquery())
