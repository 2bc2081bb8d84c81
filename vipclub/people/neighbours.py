"""Records that may be one person: by the keys that they have in common, and by the person that they
have been so far. What linking reads, a few statements for some thousand records."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session, aliased

from vipclub.core.crypto import cipher_of, number_in
from vipclub.core.query_plans import by_index
from vipclub.core.value_lists import among
from vipclub.people.comparable_indexes import indexes_to_find, indexes_under
from vipclub.people.models import Person, SourceRecord, Subsidiary

AT_ONCE = 2_000
NO_KIND = "other"
"""Numbers of documents of no known kind say nothing."""


@dataclass(frozen=True, slots=True)
class Node:
    """A record as linking sees it. `order` sorts records the same way whatever their ids."""

    record_id: int
    person_id: int
    survivor_id: int
    order: tuple[str, str]
    document: tuple[str, bytes] | None
    name_key: str | None
    birth_date: date | None
    mobile: bytes | None
    shares: bool


_nodes = (
    select(
        SourceRecord.id,
        SourceRecord.person_id,
        Person.survivor_id,
        Subsidiary.code,
        SourceRecord.customer_no,
        SourceRecord.id_type,
        SourceRecord.id_index,
        SourceRecord.name_key,
        SourceRecord.birth_date,
        SourceRecord.mobile_index,
        SourceRecord.shares,
    )
    .join(Person, Person.id == SourceRecord.person_id)
    .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
)
_mine, _other = aliased(SourceRecord), aliased(SourceRecord)
_my_person, _their_person = aliased(Person), aliased(Person)


def record_ids(session: Session, delivery_id: int | None = None) -> Sequence[int]:
    """The ids of all records, or of those that a delivery touched, ascending; eight bytes each."""
    statement = select(SourceRecord.id).order_by(SourceRecord.id)
    if delivery_id is not None:
        statement = statement.where(SourceRecord.delivery_id == delivery_id)
    return array("q", session.scalars(statement.execution_options(yield_per=10_000)))


def all_together(session: Session, records: Sequence[int]) -> list[Node]:
    """These records, and all that share a key or a person with them, until none is new."""
    by_index(session)
    found: dict[int, Node] = {}
    reached = set(records)
    while reached:
        fresh = sorted(reached)
        reached = set()
        for start in range(0, len(fresh), AT_ONCE):
            some = fresh[start : start + AT_ONCE]
            found.update((node.record_id, node) for node in _nodes_of(session, some))
            reached.update(session.scalars(_neighbours(session, some)))
        reached -= found.keys()
    return list(found.values())


def _neighbours(session: Session, some: Sequence[int]) -> CompoundSelect[int]:
    """SQL: the ids of other records with a key or a person of one of these. A union of look-ups,
    since a condition with OR over two tables has all rows of both read."""
    these = among(_mine.id, some)
    document = select(_other.id).where(_other.shares)
    contact = document.join(
        _mine, (_mine.name_key == _other.name_key) & (_mine.birth_date == _other.birth_date)
    ).where(these, _mine.shares, _mine.id != _other.id)
    if len(cipher_of(session).used("index")) > 1:
        documents, mobiles = indexes_to_find(session, some)
        document = document.where(_other.id_index.in_(documents))
        contact = contact.where(_other.mobile_index.in_(mobiles))
    else:
        document = document.join(
            _mine, (_mine.id_index == _other.id_index) & (_mine.id_type == _other.id_type)
        ).where(these, _mine.shares, _mine.id_type != NO_KIND, _mine.id != _other.id)
        contact = contact.where(_mine.mobile_index == _other.mobile_index)
    person = (
        select(_other.id)
        .join(_their_person, _their_person.id == _other.person_id)
        .join(_my_person, _my_person.survivor_id == _their_person.survivor_id)
        .join(_mine, _mine.person_id == _my_person.id)
        .where(these, _mine.id != _other.id)
    )
    return union(document, contact, person)


def _nodes_of(session: Session, some: Sequence[int]) -> list[Node]:
    """These records with all indexes under one key: while it changes, records are under two."""
    number = cipher_of(session).in_force.index
    rows = session.execute(_nodes.where(among(SourceRecord.id, some)))
    found = {node.record_id: node for node in _as_nodes(rows)}
    others = [
        node.record_id
        for node in found.values()
        if any(
            index is not None and number_in(index) != number
            for index in (node.document[1] if node.document else None, node.mobile)
        )
    ]
    for record_id, document, mobile in indexes_under(session, others, number):
        node = found[record_id]
        named = (node.document[0], document) if node.document and document else None
        found[record_id] = replace(node, document=named, mobile=mobile)
    return list(found.values())


def _as_nodes(rows: Iterable[Any]) -> Iterator[Node]:
    for row in rows:
        record_id, person_id, survivor, code, number, kind, index, key, born, mobile, shares = row
        yield Node(
            record_id,
            person_id,
            survivor,
            (code, number),
            (kind, bytes(index)) if kind and index else None,
            key,
            born,
            bytes(mobile) if mobile else None,
            bool(shares),
        )
