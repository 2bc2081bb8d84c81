"""Who may be meant by a number or a name as typed: survivors, as SQL for others to join.

A number is compared in E.164, a name by its key: script, accents, spaces and the order of a Latin
name's words make no difference. Who is known by pinyin only is found by pinyin only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    SQLColumnExpression,
    bindparam,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from vipclub.core.crypto import cipher_of
from vipclub.core.errors import MalformedRef
from vipclub.core.prefix_search import beginning, begins_with
from vipclub.core.types import parse_ref
from vipclub.people.clusters import Persons, survivor_of
from vipclub.people.models import Person, SourceRecord
from vipclub.people.normal_forms.names import name_key

LOOKED_AT = 60
"""At most so many records are read for each rank of `by_name`; pages show the best of them."""
_AT_MOST = literal_column(str(LOOKED_AT), Integer)


@dataclass(frozen=True, slots=True)
class Meant:
    """Who may be meant by what was typed: SELECTs of `ranked` persons, built once, and the values
    with which they are asked."""

    ways: tuple[Select[int, int], ...]
    values: Mapping[str, Any] = field(repr=False)

    def or_by(self, other: Meant) -> Meant:
        """By this or by the other."""
        return Meant(self.ways + other.ways, {**self.values, **other.values})

    def persons(self) -> CompoundSelect[int, int]:
        """All of it as one SELECT with its values, for a statement that is built for a question."""
        return union_all(*self.ways).params(**self.values)


def ranked(person: Persons, rank: int) -> Select[int, int]:
    """A SELECT of the survivor's id as `person_id`, and of `rank`: the lower, the surer that this
    person is meant. The caller adds WHERE, and joins several of them by UNION ALL."""
    order: ColumnElement[int] = literal_column(str(rank), Integer)
    return select(survivor_of(person).label("person_id"), order.label("rank"))


_asked, _own, _held = aliased(Person), aliased(Person), aliased(Person)
_by_reference = (ranked(_asked, 0).where(_asked.public_ref == bindparam("person")),)
_numbers: BindParameter[list[bytes]] = bindparam("numbers", expanding=True)
_by_phone = (
    ranked(_own, 0).where(_own.mobile_index.in_(_numbers)),
    ranked(_held, 1)
    .join(SourceRecord, SourceRecord.person_id == _held.id)
    .where(SourceRecord.mobile_index.in_(_numbers), SourceRecord.deleted_at.is_(None)),
)


def by_reference(typed: str) -> Meant | None:
    """The survivor whom a reference names, whoever's of the cluster it is; None for what is no
    reference of a person."""
    try:
        return Meant(_by_reference, {"person": parse_ref(typed, "M")})
    except MalformedRef:
        return None


def by_phone(session: Session, number: str) -> Meant:
    """Survivors who have an E.164 number: by their own word (rank 0), or by a record (1)."""
    return Meant(_by_phone, {"numbers": cipher_of(session).blind_indexes("mobile", number)})


def by_name(text: str) -> Meant | None:
    """Survivors with a record of that name (rank 0) or of one that begins so (rank 1), a bounded
    number of each; of several Latin words, each is somewhere in the name. None when nothing is left
    to search by."""
    key = name_key(text)
    if not key:
        return None
    words = [name_key(word) for word in text.split()] if key.isascii() else [key]
    first, *rest = sorted(word for word in words if word)
    within = {f"word_{n}": f"%{_escaped(word)}%" for n, word in enumerate(rest)}
    return Meant(_by_name(len(rest)), {"key": key, **beginning("begins", first), **within})


_escaped = partial(re.sub, r"([/%_])", r"/\1")


@lru_cache(maxsize=64)
def _by_name(further: int) -> tuple[Select[int, int], ...]:
    """The two SELECTs, of a name with so many words beside the first."""
    begins: ColumnElement[bool] = begins_with(SourceRecord.name_key, bindparam("begins"))
    for n in range(further):
        begins = begins & SourceRecord.name_key.like(bindparam(f"word_{n}"), escape="/")
    parts = []
    for rank, condition in enumerate((SourceRecord.name_key == bindparam("key"), begins)):
        holder = aliased(Person)
        part = (
            ranked(holder, rank)
            .join(SourceRecord, SourceRecord.person_id == holder.id)
            .where(condition, SourceRecord.deleted_at.is_(None))
            .limit(_AT_MOST)
            .subquery()
        )
        parts.append(select(part.c.person_id, part.c.rank))
    return tuple(parts)


def named_like(text: str, person_id: SQLColumnExpression[int]) -> ColumnElement[bool] | None:
    """Whether somebody has a record in whose name all typed words are: for lists that are scoped
    already. SQL over a survivor's id; None when nothing is left to search by."""
    key = name_key(text)
    if not key:
        return None
    words = [name_key(word) for word in text.split()] if key.isascii() else [key]
    holder = aliased(Person)
    found = (
        select(SourceRecord.id)
        .join(holder, holder.id == SourceRecord.person_id)
        .where(survivor_of(holder) == person_id, SourceRecord.deleted_at.is_(None))
    )
    for word in words:
        if word:
            found = found.where(SourceRecord.name_key.contains(word, autoescape=True))
    return found.exists()
