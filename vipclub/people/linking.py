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
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.facts import record
from vipclub.core.query_plans import renew_statistics
from vipclub.people import golden_record
from vipclub.people.facts import PersonsMerged, PersonUnmerged
from vipclub.people.models import Person, SourceRecord
from vipclub.people.neighbours import AT_ONCE, NO_KIND, Node, all_together, record_ids

CHUNK = 500


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

    Idempotent, and independent of the order in which records came. Some thousand records at a time,
    each with all that hang together with it, so that no more than those are in memory; a
    transaction for what changes of them.
    """
    actor.require("delivery:load")
    started = time.monotonic()
    db.run(renew_statistics, (SourceRecord.__table__, Person.__table__))
    with db.read() as session:
        ids = record_ids(session, delivery_id)
    looked_at = bytearray(len(ids))
    records = persons = matched = possible = 0
    for start in range(0, len(ids), AT_ONCE):
        part = range(start, min(start + AT_ONCE, len(ids)))
        some = [ids[place] for place in part if not looked_at[place]]
        with db.read() as session:
            nodes = all_together(session, some)
        for node in nodes:
            place = bisect_left(ids, node.record_id)
            if place < len(ids) and ids[place] == node.record_id:
                looked_at[place] = True
        found, links, kept_apart = linked_records(nodes)
        _write(db, *_moves_of(found))
        records, persons = records + len(nodes), persons + len(found)
        matched, possible = matched + links, possible + kept_apart
    seconds = round(time.monotonic() - started, 2)
    return LinkReport(records, persons, matched, possible, seconds)


def _write(db: Database, moves: list[tuple[int, int, int]], renew: list[int]) -> None:
    for start in range(0, len(moves), CHUNK):
        db.run(_move, moves[start : start + CHUNK])
    for start in range(0, len(renew), CHUNK):
        db.run(golden_record.renew, renew[start : start + CHUNK])


def link_some(session: Session, some: Sequence[int]) -> None:
    """Link a few records and all that share a key or a person with them, in the caller's
    transaction: for a row that is corrected."""
    found, *_ = linked_records(all_together(session, some))
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
        if node.document is not None and node.document[0] != NO_KIND:
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


_give = (
    update(Person.__table__)  # type: ignore[arg-type]
    .where(Person.__table__.c.id == bindparam("person"))
    .values(survivor_id=bindparam("survivor"))
)


def _move(session: Session, moves: list[tuple[int, int, int]]) -> None:
    """Give persons the survivor that stands for them now."""
    if not moves:
        return
    given = [{"person": person, "survivor": survivor} for person, _, survivor in sorted(moves)]
    session.connection().execute(_give, given)
    for person_id, old, _survivor in moves:
        if old != person_id:
            record(session, PersonUnmerged(person_id, old))
    merged = tuple((person, survivor) for person, _, survivor in moves if survivor != person)
    if merged:
        record(session, PersonsMerged(merged))
