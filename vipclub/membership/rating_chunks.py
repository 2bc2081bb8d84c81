"""A chunk of persons as the rating sees it: what is read of them, set-based, and what is decided
for each. Changes nothing.

The rating and the simulation stand on this one function, so a simulation equals the real run of the
same day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.core.query_plans import by_index
from vipclub.membership.models import Membership
from vipclub.membership.policy import (
    Evaluation,
    Measures,
    Record,
    TierPolicy,
    best_met,
    evaluate,
    measures_of,
)
from vipclub.membership.steps import LIVE
from vipclub.membership.terms import Decision, Term, decide
from vipclub.people import Person, SourceRecord, Subsidiary

CHUNK = 2_000

_person: Table = Person.__table__  # type: ignore[assignment]
_survivor = people.survivor_of(_person)
_record: Table = SourceRecord.__table__  # type: ignore[assignment]
_subsidiary: Table = Subsidiary.__table__  # type: ignore[assignment]
_membership: Table = Membership.__table__  # type: ignore[assignment]


@dataclass(slots=True)
class Rated:
    """A person (the survivor of a cluster) with a tier or a membership, and what is decided.

    `holder_id` is the person id under which the memberships run: a merge doesn't move them.
    """

    person_id: int
    holder_id: int
    terms: list[Term]
    measures: Measures
    evaluation: Evaluation
    decision: Decision

    @property
    def tier_before(self) -> str | None:
        live = [term for term in self.terms if term.state in LIVE]
        return live[-1].tier if live else None


@dataclass(slots=True)
class Chunk:
    """Persons with after_id < id <= last_id; `below` counts those with neither tier nor
    membership.
    """

    after_id: int
    last_id: int
    persons: int
    rated: list[Rated] = field(default_factory=list)
    below: int = 0


def read_chunk(
    session: Session, policy: TierPolicy, as_of: date, after_id: int, size: int = CHUNK
) -> Chunk | None:
    """The next `size` persons after an id, rated; None when there are no more. Three statements."""
    by_index(session)
    ids = (
        select(_person.c.id)
        .where(people.is_survivor(_person), _person.c.id > after_id)
        .order_by(_person.c.id)
        .limit(size)
        .subquery()
    )
    last_id, persons = session.execute(select(func.max(ids.c.id), func.count())).one()
    if not persons:
        return None
    records = _records(session, after_id, last_id)
    terms = _terms(session, after_id, last_id)
    chunk = Chunk(after_id, last_id, persons)
    lowest = persons - len(records.keys() | terms.keys())
    for person_id in sorted(records.keys() | terms.keys()):
        measures = measures_of(records.get(person_id, ()), policy, as_of)
        held = terms.get(person_id)
        if held is None and best_met(measures, policy)[0] < 0:
            lowest += 1
            continue
        evaluation = evaluate(measures, policy)
        known = [term for _holder, term in held] if held else []
        decision = decide(known, evaluation.tier, policy, as_of)
        holder = _holder(held, decision) if held else person_id
        chunk.rated.append(Rated(person_id, holder, known, measures, evaluation, decision))
    chunk.below = lowest
    return chunk


def _holder(held: list[tuple[int, Term]], decision: Decision) -> int:
    """The person id under which the newest membership runs that wasn't merged away."""
    merged = {term_id for term_id, _state, reason in decision.close if reason == "merged"}
    return next(holder for holder, term in reversed(held) if term.id not in merged)


def _records(session: Session, after_id: int, last_id: int) -> dict[int, list[Record]]:
    """What the subsidiaries say, by survivor: sums by subsidiary, currency and grade."""
    rows = session.execute(
        select(
            _survivor,
            _subsidiary.c.code,
            _record.c.currency,
            func.sum(func.coalesce(_record.c.value_minor, 0)),
            func.sum(func.coalesce(_record.c.contribution_minor, 0)),
            func.min(_record.c.customer_since),
            _record.c.vip_grade,
        )
        .join_from(_person, _record, _record.c.person_id == _person.c.id)
        .join(_subsidiary, _subsidiary.c.id == _record.c.subsidiary_id)
        .where(
            _survivor > after_id,
            _survivor <= last_id,
            _record.c.deleted_at.is_(None),
        )
        .group_by(_survivor, _subsidiary.c.code, _record.c.currency, _record.c.vip_grade)
    )
    found: dict[int, list[Record]] = defaultdict(list)
    for survivor, code, currency, value, contribution, since, grade in rows:
        found[survivor].append(Record(code, currency, int(value), int(contribution), since, grade))
    return found


def _terms(session: Session, after_id: int, last_id: int) -> dict[int, list[tuple[int, Term]]]:
    """All memberships by survivor, oldest first, each with the person id that holds it."""
    m = _membership.c
    rows = session.execute(
        select(
            _survivor,
            m.person_id,
            m.id,
            m.tier,
            m.state,
            m.effective_day,
            m.last_day,
            m.tier_since,
            m.in_grace,
        )
        .join_from(_person, _membership, m.person_id == _person.c.id)
        .where(_survivor > after_id, _survivor <= last_id)
        .order_by(m.effective_day, m.id)
    )
    found: dict[int, list[tuple[int, Term]]] = defaultdict(list)
    for survivor, holder, *term in rows:
        found[survivor].append((holder, Term(*term)))
    return found
