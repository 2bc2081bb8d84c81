"""Who is one person: the only door to it.

Every record began a person and keeps it, so one human being may stand in several rows of `person`:
a cluster, for which the survivor stands. What rows of other parts name may be any of them. These
are the conditions that join rows through the survivor; a person is given as the class `Person`, an
alias of it, or its table. Each is a comparison of plain columns, that an index answers.
"""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    select,
)
from sqlalchemy.orm import aliased

from vipclub.people.models import Person

Persons: TypeAlias = type[Person] | FromClause


def survivor_of(person: Persons) -> SQLColumnExpression[int]:
    """The id of who stands for a person."""
    return person.c.survivor_id if isinstance(person, FromClause) else person.survivor_id


def same_person(one: Persons, other: Persons) -> ColumnElement[bool]:
    """Whether two rows are one human being."""
    return survivor_of(one) == survivor_of(other)


def stands_for(survivor: Persons, person: Persons) -> ColumnElement[bool]:
    """Whether the first row is the one that stands for the second: itself, when alone."""
    own: SQLColumnExpression[int]
    own = survivor.c.id if isinstance(survivor, FromClause) else survivor.id
    return own == survivor_of(person)


def is_survivor(person: Persons) -> ColumnElement[bool]:
    """Whether a row stands for its cluster."""
    return stands_for(person, person)


def cluster_of(survivor_id: int | SQLColumnExpression[int]) -> Select[int]:
    """The ids of all rows for which a survivor stands (an id, a parameter or a column)."""
    return select(Person.id).where(Person.survivor_id == survivor_id)


def cluster_behind(ref: str) -> Select[int]:
    """The ids of all rows of the human being whom a parsed reference names."""
    asked, holder = aliased(Person), aliased(Person)
    return select(holder.id).join(asked, same_person(asked, holder)).where(asked.public_ref == ref)


def survivor_behind(person_id: int | SQLColumnExpression[int]) -> ScalarSelect[int]:
    """The survivor's id, from the id of any row of its cluster (an id or a parameter)."""
    asked = aliased(Person)
    return select(asked.survivor_id).where(asked.id == person_id).scalar_subquery()
