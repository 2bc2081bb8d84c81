"""The lock of a person's row. A use case that decides about people takes their locks first, in the
order of their ids (`bookings/lock_order.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.people.clusters import stands_for, survivor_of
from vipclub.people.finding import visible_to
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
    found = _locked(session, and_(_asked.public_ref.in_(wanted), visible_to(actor, _survivor)))
    if len(found) < len(set(wanted)):
        raise NotFound()
    return {ref: found[parse_ref(ref, "M")] for ref in refs}


def lock_survivors(session: Session, ids: AnySelect) -> dict[int, LockedPerson]:
    """The survivors whose ids a statement gives, locked in their order, by their ids. Asks nobody
    who may: whoever calls it looks whether the actor may see what they are locked for. One
    statement."""
    found = _locked(session, and_(_asked.id == _survivor.id, _survivor.id.in_(ids)))
    return {person.id: person for person in found.values()}


def _locked(session: Session, condition: ColumnElement[bool]) -> dict[str, LockedPerson]:
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
    rows = session.execute(for_no_key_update(statement, of=_survivor))  # type: ignore[arg-type]
    return {
        row.asked: LockedPerson(row.id, row.public_ref, row.full_name, row.birth_date, row.sex)
        for row in rows
    }


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
    owner = aliased(Person)
    mine = select(survivor_of(owner)).where(owner.public_ref == own).scalar_subquery()
    cluster = aliased(Person)
    family = (
        select(FamilyTie.relative_id)
        .join(cluster, cluster.id == FamilyTie.person_id)
        .where(survivor_of(cluster) == mine, FamilyTie.ended_at.is_(None))
    )
    found = _locked(
        session,
        or_(
            and_(_asked.public_ref == own, visible_to(actor, _survivor)),
            and_(
                _asked.public_ref == other,
                or_(_asked.id.in_(family), survivor_of(_asked) == mine),
            ),
        ),
    )
    if own not in found:
        raise NotFound()
    return found[own], found.get(other)
