"""Relatives whom a member books for: persons of their own, known by the member's word alone.

They are linked with no customer record, so that nobody learns through a relative's entry whether
somebody is a customer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, aliased

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update, new_ids
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_
from vipclub.core.types import new_ref, parse_ref
from vipclub.people.clusters import cluster_of, survivor_of
from vipclub.people.finding import find_person
from vipclub.people.models import FamilyTie, Person
from vipclub.people.normal_forms.names import name_key
from vipclub.people.refusals import FamilyFull, RelativeNotAccepted
from vipclub.people.search_keys import write_spellings

RELATIONS = {
    "spouse": N_("Spouse"),
    "child": N_("Child"),
    "parent": N_("Parent"),
    "sibling": N_("Brother or sister"),
    "other": N_("Other family"),
}
"""Code -> word."""
AT_MOST = 12
CHANGE = "family:change"
_relative = aliased(Person)


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A relative as the member named them."""

    ref: str
    name: str = field(repr=False)
    relation: str
    birth_date: date | None = field(repr=False)
    sex: str | None


def family_of(session: Session, actor: Actor, *, member: str) -> list[FamilyMember]:
    """The relatives of a member, in the order they were named. Two statements. Raises NotFound,
    Forbidden."""
    actor.require("member:view")
    return relatives_of(session, find_person(session, actor, member).id)


def relatives_of(session: Session, person_id: int) -> list[FamilyMember]:
    """The relatives of a survivor, by id, in the order they were named. Asks nobody who may. One
    statement."""
    rows = session.execute(
        select(
            _relative.public_ref,
            _relative.full_name,
            FamilyTie.relation,
            _relative.birth_date,
            _relative.sex,
        )
        .join(_relative, _relative.id == FamilyTie.relative_id)
        .join(Person, Person.id == FamilyTie.person_id)
        .where(survivor_of(Person) == person_id, FamilyTie.ended_at.is_(None))
        .order_by(FamilyTie.id)
    )
    return [FamilyMember(*row) for row in rows]


def add_relative(
    session: Session,
    actor: Actor,
    *,
    member: str,
    name: str,
    relation: str,
    birth_date: date | None = None,
    sex: str | None = None,
) -> FamilyMember:
    """Name a relative. Raises RelativeNotAccepted, FamilyFull, NotFound, Forbidden."""
    now = clock.now()
    actor.require(CHANGE)
    person = find_person(session, actor, member)
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise RelativeNotAccepted(rule="name")
    if relation not in RELATIONS or sex not in {None, "M", "F"}:
        raise RelativeNotAccepted(rule="relation")
    if birth_date is not None and not date(1900, 1, 1) <= birth_date <= now.date():
        raise RelativeNotAccepted(rule="birth_date")
    session.execute(for_no_key_update(select(Person.id).where(Person.id == person.id)))
    count = session.scalar(
        select(func.count())
        .select_from(FamilyTie)
        .join(Person, Person.id == FamilyTie.person_id)
        .where(survivor_of(Person) == person.id, FamilyTie.ended_at.is_(None))
    )
    if (count or 0) >= AT_MOST:
        raise FamilyFull(most=AT_MOST)
    made = FamilyMember(new_ref("M"), name, relation, birth_date, sex)
    _write(session, person.id, made, now)
    audit.write(
        session,
        actor,
        "family.add",
        subject=("person", person.ref),
        after={"relative": made.ref},
        at=now,
    )
    return made


def _write(session: Session, person_id: int, made: FamilyMember, now: datetime) -> None:
    """A person for a relative, the tie, and what the relative is found by."""
    (relative_id,) = new_ids(session, "person", 1)
    key = name_key(made.name)
    session.execute(
        insert(Person).values(
            id=relative_id,
            public_ref=made.ref,
            survivor_id=relative_id,
            full_name=made.name,
            birth_date=made.birth_date,
            sex=made.sex,
            created_at=now,
        )
    )
    session.execute(
        insert(FamilyTie).values(
            person_id=person_id,
            relative_id=relative_id,
            relation=made.relation,
            name_key=key,
            since=now,
        )
    )
    write_spellings(session, [(key, made.name)], of_relatives=True)


def remove_relative(session: Session, actor: Actor, *, member: str, relative: str) -> None:
    """End a tie: the relative can't be booked for any more, appointments stay. Raises NotFound,
    Forbidden."""
    now = clock.now()
    actor.require(CHANGE)
    person = find_person(session, actor, member)
    ref = parse_ref(relative, "M")
    named = select(Person.id).where(Person.public_ref == ref)
    done = session.execute(
        update(FamilyTie)
        .where(
            FamilyTie.person_id.in_(cluster_of(person.id)),
            FamilyTie.relative_id.in_(named),
            FamilyTie.ended_at.is_(None),
        )
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound()
    audit.write(
        session,
        actor,
        "family.remove",
        subject=("person", person.ref),
        after={"relative": ref},
        at=now,
    )
