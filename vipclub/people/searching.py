"""Who may be meant by a number or a name as typed: survivors, as SQL for others to join.

A number is compared in E.164, a name by its key: script, accents, spaces and the order of a Latin
name's words make no difference. Who is known by pinyin only is found by pinyin only.
"""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from vipclub.core.crypto import cipher_of
from vipclub.core.errors import MalformedRef
from vipclub.core.prefix_search import begins_with
from vipclub.core.types import parse_ref
from vipclub.people.clusters import Persons, survivor_of
from vipclub.people.models import Person, SourceRecord
from vipclub.people.normal_forms.names import name_key

LOOKED_AT = 60
"""At most so many records are read for each rank of `by_name`; pages show the best of them."""


def ranked(person: Persons, rank: int) -> Select[int, int]:
    """A SELECT of the survivor's id as `person_id`, and of `rank`: the lower, the surer that this
    person is meant. The caller adds WHERE, and joins several of them by UNION ALL."""
    return select(survivor_of(person).label("person_id"), literal(rank).label("rank"))


def by_reference(typed: str) -> Select[int, int] | None:
    """The survivor whom a reference names, whoever's of the cluster it is; None for what is no
    reference of a person."""
    try:
        ref = parse_ref(typed, "M")
    except MalformedRef:
        return None
    asked = aliased(Person)
    return ranked(asked, 0).where(asked.public_ref == ref)


def by_phone(session: Session, number: str) -> tuple[Select[int, int], Select[int, int]]:
    """Survivors who have an E.164 number: by their own word (rank 0), or by a record (1)."""
    indexes = cipher_of(session).blind_indexes("mobile", number)
    own, held = aliased(Person), aliased(Person)
    return (
        ranked(own, 0).where(own.mobile_index.in_(indexes)),
        ranked(held, 1)
        .join(SourceRecord, SourceRecord.person_id == held.id)
        .where(SourceRecord.mobile_index.in_(indexes), SourceRecord.deleted_at.is_(None)),
    )


def by_name(text: str) -> CompoundSelect[int, int] | None:
    """Survivors with a record of that name (rank 0) or of one that begins so (rank 1), a bounded
    number of each: `person_id`, `rank`. None when nothing is left to search by."""
    key = name_key(text)
    if not key:
        return None
    parts = []
    for rank, condition in ((0, SourceRecord.name_key == key), (1, _begins(text, key))):
        holder = aliased(Person)
        parts.append(
            ranked(holder, rank)
            .join(SourceRecord, SourceRecord.person_id == holder.id)
            .where(condition, SourceRecord.deleted_at.is_(None))
            .limit(LOOKED_AT)
            .subquery()
        )
    return union_all(*(select(part.c.person_id, part.c.rank) for part in parts))


def _begins(text: str, key: str) -> ColumnElement[bool]:
    """Names that begin so; of several Latin words, each is somewhere in the name."""
    words = [name_key(word) for word in text.split()] if key.isascii() else [key]
    first, *rest = sorted(word for word in words if word)
    condition: ColumnElement[bool] = begins_with(SourceRecord.name_key, first)
    for word in rest:
        condition = condition & SourceRecord.name_key.contains(word, autoescape=True)
    return condition


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
