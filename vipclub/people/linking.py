"""Which records are one person: strong keys, behind the one function `groups_of`.

Two records are linked by the same valid document number, or by the same name, birth date and
mobile. Records with different valid numbers of one kind of document are never one person
(`linked_records`), and a record whose consent to share in the group is missing stays a person of
its own. Each record keeps the person it began; `survivor_id` says who stands for the cluster, the
eldest.
So a link is undone by computing it again, and an unchanged person never changes its id.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of, number_in
from vipclub.core.db import Database
from vipclub.core.facts import record
from vipclub.people import golden_record
from vipclub.people.comparable_indexes import indexes_to_find, indexes_under
from vipclub.people.facts import PersonsMerged, PersonUnmerged
from vipclub.people.models import Person, SourceRecord, Subsidiary

CHUNK = 500
LARGE = 20_000


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


@dataclass(frozen=True, slots=True)
class LinkReport:
    """`matched` links that hold clusters together; `possible` pairs with the same name, birth date
    and mobile that a conflict of documents keeps apart."""

    records: int
    persons: int
    matched: int
    possible: int
    seconds: float


def link_records(db: Database, actor: Actor, *, delivery_id: int | None = None) -> LinkReport:
    """Link all records, or only those that a delivery touched and whom they may concern.

    Idempotent, and independent of the order in which records came.
    """
    actor.require("delivery:load")
    started = time.monotonic()
    with db.read() as session:
        number = cipher_of(session).in_force.index
        if delivery_id:
            nodes = _concerned(session, SourceRecord.delivery_id == delivery_id, number)
        else:
            nodes = _everybody(session, number)
    found, matched, possible = linked_records(nodes)
    moves, renew = _moves_of(found)
    for start in range(0, len(moves), CHUNK):
        db.run(_move, moves[start : start + CHUNK])
    for start in range(0, len(renew), CHUNK):
        db.run(golden_record.renew, renew[start : start + CHUNK])
    seconds = round(time.monotonic() - started, 2)
    return LinkReport(len(nodes), len(found), matched, possible, seconds)


def link_some(session: Session, record_ids: Sequence[int]) -> None:
    """Link a few records and all that share a key or a person with them, in the caller's
    transaction: for a row that is corrected."""
    number = cipher_of(session).in_force.index
    found, *_ = linked_records(_concerned(session, SourceRecord.id.in_(record_ids), number))
    moves, renew = _moves_of(found)
    _move(session, moves)
    if renew:
        golden_record.renew(session, renew)


def _moves_of(found: list[list[Node]]) -> tuple[list[tuple[int, int, int]], list[int]]:
    """Persons with the survivor they have and the one they get; survivors to compute anew."""
    moves: list[tuple[int, int, int]] = []
    renew: list[int] = []
    for cluster in found:
        survivor = min(node.person_id for node in cluster)
        changed = {
            (node.person_id, node.survivor_id) for node in cluster if node.survivor_id != survivor
        }
        moves += [(person_id, old, survivor) for person_id, old in sorted(changed)]
        if changed:
            renew.append(survivor)
    renew += sorted({old for _, old, _ in moves} - {new for *_, new in moves})
    return moves, renew


def groups_of(nodes: Sequence[Node]) -> Iterator[tuple[str, list[Node]]]:
    """Records that a strong key has in common, key by key, in one order: documents first, then
    name, birth date and mobile. The one place that decides what a match is.

    The same document number with different birth dates is two persons' (passports of two
    countries), and says nothing about a record without a birth date then.
    """
    sharing = sorted((node for node in nodes if node.shares), key=lambda node: node.order)
    documents: dict[tuple[str, bytes], list[Node]] = defaultdict(list)
    contacts: dict[tuple[str, date, bytes], list[Node]] = defaultdict(list)
    for node in sharing:
        if node.document is not None and node.document[0] != "other":
            documents[node.document].append(node)
        if node.name_key and node.birth_date and node.mobile:
            contacts[node.name_key, node.birth_date, node.mobile].append(node)
    for group in documents.values():
        days = {node.birth_date for node in group if node.birth_date}
        if len(days) < 2:
            yield "document", group
        else:
            for day in sorted(days):
                yield "document", [node for node in group if node.birth_date == day]
    for group in contacts.values():
        yield "contact", group


class DisjointRecords:
    """Disjoint sets of records, each with the document numbers that it holds."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._parent = {node.record_id: node.record_id for node in nodes}
        self._documents = {
            node.record_id: {node.document[0]: node.document[1]} if node.document else {}
            for node in nodes
        }

    def root(self, record_id: int) -> int:
        parent = self._parent
        while parent[record_id] != record_id:
            parent[record_id] = parent[parent[record_id]]
            record_id = parent[record_id]
        return record_id

    def contradict(self, a: int, b: int) -> bool:
        """Whether two roots hold different numbers of one kind of document."""
        mine, theirs = self._documents[a], self._documents[b]
        return any(mine[kind] != theirs[kind] for kind in mine.keys() & theirs.keys())

    def has_document(self, root: int) -> bool:
        return bool(self._documents[root])

    def join(self, a: int, b: int) -> None:
        self._parent[b] = a
        self._documents[a] |= self._documents[b]


def linked_records(nodes: Sequence[Node]) -> tuple[list[list[Node]], int, int]:
    """Who is one person; how many links hold them together; how many records a contradiction of
    documents keeps apart from others with their name, birth date and mobile. Where it does, a
    record without a document could be either's, and is nobody's."""
    sets = DisjointRecords(nodes)
    matched = possible = 0
    for kind, group in groups_of(nodes):
        roots = list(dict.fromkeys(sets.root(node.record_id) for node in group))
        if kind == "contact" and len(roots) > 1:
            pairs = ((a, b) for i, a in enumerate(roots[:50]) for b in roots[i + 1 : 50])
            if any(sets.contradict(a, b) for a, b in pairs):
                possible += len(roots)
                roots = [root for root in roots if not sets.has_document(root)]
        for other in roots[1:]:
            first = sets.root(roots[0])
            if sets.contradict(first, other):
                possible += 1
                continue
            sets.join(first, other)
            matched += 1
    found: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        found[sets.root(node.record_id)].append(node)
    return list(found.values()), matched, possible


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


def _everybody(session: Session, number: int) -> list[Node]:
    nodes = _as_nodes(session.execute(_nodes.execution_options(yield_per=5_000)))
    return _comparable(session, nodes, number)


def _comparable(session: Session, nodes: Iterable[Node], number: int) -> list[Node]:
    """The same with all indexes under one key: while it changes, records are under two."""
    found = {node.record_id: node for node in nodes}
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


def _keys_shared(session: Session, some: Sequence[Node]) -> ColumnElement[bool]:
    """SQL: whether a record shares a document, a mobile number or a person with one of these."""
    if len(cipher_of(session).used("index")) > 1:
        documents, mobiles = indexes_to_find(session, [node.record_id for node in some])
    else:
        documents = {node.document[1] for node in some if node.document}
        mobiles = {node.mobile for node in some if node.mobile}
    return or_(
        SourceRecord.id_index.in_(documents),
        SourceRecord.mobile_index.in_(mobiles),
        Person.survivor_id.in_({node.survivor_id for node in some}),
    )


def _concerned(session: Session, these: ColumnElement[bool], number: int) -> list[Node]:
    """These records, and all that share a key or a person with them, until none is new."""
    first = _comparable(session, _as_nodes(session.execute(_nodes.where(these))), number)
    found = {node.record_id: node for node in first}
    if len(found) > LARGE:
        return _everybody(session, number)
    fresh = list(found.values())
    while fresh:
        reached: list[Node] = []
        for start in range(0, len(fresh), CHUNK):
            some = fresh[start : start + CHUNK]
            rows = session.execute(_nodes.where(_keys_shared(session, some)))
            for node in _comparable(session, _as_nodes(rows), number):
                if node.record_id not in found:
                    found[node.record_id] = node
                    reached.append(node)
        fresh = reached
    return list(found.values())


def _move(session: Session, moves: list[tuple[int, int, int]]) -> None:
    """Give persons the survivor that stands for them now."""
    by_survivor: dict[int, list[int]] = defaultdict(list)
    for person_id, _old, survivor in moves:
        by_survivor[survivor].append(person_id)
    for survivor, person_ids in sorted(by_survivor.items()):
        session.execute(
            update(Person)
            .where(Person.id.in_(person_ids))
            .values(survivor_id=survivor)
            .execution_options(synchronize_session=False)
        )
    for person_id, old, _survivor in moves:
        if old != person_id:
            record(session, PersonUnmerged(person_id, old))
    merged = tuple((person, survivor) for person, _, survivor in moves if survivor != person)
    if merged:
        record(session, PersonsMerged(merged))
