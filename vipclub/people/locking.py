"""The lock of a person's row. A use case that decides about people takes their locks first, in the
order of their ids (`bookings/lock_order.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.people.clusters import stands_for, survivor_of
from vipclub.people.finding import Sight, sight_of, values_of
from vipclub.people.models import FamilyTie, Person


@dataclass(frozen=True, slots=True)
class LockedPerson:
    """A person under its lock: the survivor of its cluster."""

    id: int
    ref: str
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: str | None


_asked, _survivor = aliased(Person), aliased(Person)


def lock_persons(session: Session, actor: Actor, refs: Sequence[str]) -> dict[str, LockedPerson]:
    """The persons behind references, locked in the order of their ids. One statement. Raises
    NotFound when one is missing or not for this actor."""
    wanted = [parse_ref(ref, "M") for ref in refs]
    sight = sight_of(actor)
    if len(wanted) == 1:
        found = _locked(session, _of_ref(sight), {"ref": wanted[0], **values_of(actor)})
    else:
        found = _locked(session, _of_refs(sight), {"refs": wanted, **values_of(actor)})
    if len(found) < len(set(wanted)):
        raise NotFound()
    return {ref: found[parse_ref(ref, "M")] for ref in refs}


def lock_survivors(session: Session, ids: AnySelect) -> dict[int, LockedPerson]:
    """The survivors whose ids a statement gives, locked in their order, by their ids. Asks nobody
    who may: whoever calls it looks whether the actor may see what they are locked for. One
    statement."""
    statement = _locking(and_(_asked.id == _survivor.id, _survivor.id.in_(ids)))
    return {person.id: person for person in _locked(session, statement, {}).values()}


def lock_member(
    session: Session, actor: Actor, member: str, beneficiary: str | None
) -> tuple[LockedPerson, LockedPerson | None]:
    """The member and whom the visit is for, both locked in the order of their ids; None for
    somebody who isn't the member nor of the family. One statement. Raises NotFound."""
    own = parse_ref(member, "M")
    other = parse_ref(beneficiary, "M") if beneficiary else own
    if other == own:
        who = lock_persons(session, actor, [own])[own]
        return who, who
    asked = {"own": own, "other": other, **values_of(actor)}
    found = _locked(session, _with_family(sight_of(actor)), asked)
    if own not in found:
        raise NotFound()
    return found[own], found.get(other)


def _locked(
    session: Session, statement: AnySelect, asked: dict[str, Any]
) -> dict[str, LockedPerson]:
    rows = run_built(session, statement, asked)
    return {
        row.asked: LockedPerson(row.id, row.public_ref, row.full_name, row.birth_date, row.sex)
        for row in rows
    }


def _locking(condition: ColumnElement[bool]) -> AnySelect:
    statement = (
        select(
            _asked.public_ref.label("asked"),
            _survivor.id,
            _survivor.public_ref,
            _survivor.full_name,
            _survivor.birth_date,
            _survivor.sex,
        )
        .join(_survivor, stands_for(_survivor, _asked))
        .where(condition)
        .order_by(_survivor.id)
    )
    return for_no_key_update(statement, of=_survivor)  # type: ignore[arg-type]


@lru_cache(maxsize=512)
def _of_ref(sight: Sight) -> AnySelect:
    return _locking(and_(_asked.public_ref == bindparam("ref"), sight.over(_survivor)))


@lru_cache(maxsize=512)
def _of_refs(sight: Sight) -> AnySelect:
    return _locking(
        and_(
            _asked.public_ref.in_(bindparam("refs", expanding=True)),
            sight.over(_survivor),
        )
    )


@lru_cache(maxsize=512)
def _with_family(sight: Sight) -> AnySelect:
    owner, cluster = aliased(Person), aliased(Person)
    mine = select(survivor_of(owner)).where(owner.public_ref == bindparam("own")).scalar_subquery()
    family = (
        select(FamilyTie.relative_id)
        .join(cluster, cluster.id == FamilyTie.person_id)
        .where(survivor_of(cluster) == mine, FamilyTie.ended_at.is_(None))
    )
    return _locking(
        or_(
            and_(_asked.public_ref == bindparam("own"), sight.over(_survivor)),
            and_(
                _asked.public_ref == bindparam("other"),
                or_(_asked.id.in_(family), survivor_of(_asked) == mine),
            ),
        )
    )
