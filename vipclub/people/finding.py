"""Finding persons, and who may find whom (`visible_to`): the finder is the lock. Not found and not
allowed look alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    String,
    Table,
    and_,
    bindparam,
    false,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect, row_as
from vipclub.core.types import parse_ref
from vipclub.people.clusters import stands_for, survivor_of
from vipclub.people.models import Person, SourceRecord, Subsidiary
from vipclub.people.searching.by_number import by_phone

_person: Table = Person.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as others may know one: names, no numbers. `id` and `ref` are the survivor's, who
    stands for the cluster; `asked_id` is the row that was asked for."""

    asked_id: int
    id: int
    ref: str
    full_name: str = field(repr=False)
    surname: str | None = field(repr=False)
    given_name: str | None = field(repr=False)
    sex: str | None
    birth_date: date | None = field(repr=False)
    language: str | None
    city_code: str | None
    latin_name: str | None = field(default=None, repr=False)

    @property
    def public_ref(self) -> str:
        return self.ref


@dataclass(frozen=True, slots=True)
class Sight:
    """Which persons an actor may know of, as the shape of a condition: a statement is built once
    for all who see alike. `values_of` has what it is asked with. `own` is how many references are
    the actor's own: none, one, or more; `managed` how many places there are for the pairs of a
    portfolio, a power of two, so that thousands of managers share a few shapes."""

    everybody: bool
    own: Literal[0, 1, 2]
    managed: int

    def over(
        self, person: type[Person], values: Mapping[str, Any] | None = None
    ) -> ColumnElement[bool]:
        """The condition over `person` (a survivor, or anybody who turned out to be one), to be
        asked with `values_of`, or with these of its `values` within it."""
        if self.everybody:
            return true()
        conditions: list[ColumnElement[bool]] = []
        if self.own:
            ref = _person.c.public_ref
            asked: ColumnElement[bool]
            if self.own == 1:
                asked = ref == _value("own_person", values)
            elif values is None:
                asked = ref.in_(bindparam("own_persons", expanding=True))
            else:
                asked = ref.in_(values["own_persons"])
            mine = select(survivor_of(_person)).where(asked)
            conditions.append(survivor_of(person).in_(mine))
        if self.managed:
            conditions.append(survivor_of(person).in_(_managed(self.managed, values)))
        return or_(*conditions) if conditions else false()


def _value(name: str, values: Mapping[str, Any] | None) -> BindParameter[str]:
    """A place in the statement, or the value itself."""
    return bindparam(name, type_=String()) if values is None else literal(values[name], String())


def _managed(places: int, values: Mapping[str, Any] | None) -> AnySelect:
    """Survivors in a manager's care, by (subsidiary, manager's number)."""
    member = aliased(Person)
    pairs = or_(
        *(
            and_(
                Subsidiary.code == _value(f"managed_company_{place}", values),
                SourceRecord.manager_no == _value(f"managed_number_{place}", values),
            )
            for place in range(places)
        )
    )
    return (
        select(survivor_of(member))
        .join(SourceRecord, SourceRecord.person_id == member.id)
        .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
        .where(pairs, SourceRecord.deleted_at.is_(None))
    )


def sight_of(actor: Actor) -> Sight:
    """Members see their own cluster, managers their portfolio, partners nobody, desk, operations
    and channels everybody."""
    if actor.sees_all:
        return Sight(True, 0, 0)
    pairs = len(actor.refs("portfolio"))
    places = 1 << (pairs - 1).bit_length() if pairs else 0
    return Sight(False, _how_many(actor.refs("person")), places)


def values_of(actor: Actor) -> dict[str, Any]:
    """What a statement with the actor's `Sight` is asked with."""
    if actor.sees_all:
        return {}
    own, values = actor.refs("person"), dict[str, Any]()
    if own:
        values = {"own_person": next(iter(own))} if len(own) == 1 else {"own_persons": sorted(own)}
    pairs = sorted(ref.partition("/") for ref in actor.refs("portfolio"))
    for place in range(sight_of(actor).managed):
        company, _, number = pairs[min(place, len(pairs) - 1)]  # places that are left say it again
        values[f"managed_company_{place}"] = company
        values[f"managed_number_{place}"] = number
    return values


def _how_many(own: Collection[str]) -> Literal[0, 1, 2]:
    if len(own) > 1:
        return 2
    return 1 if own else 0


def visible_to(actor: Actor, person: type[Person] = Person) -> ColumnElement[bool]:
    """Which persons an actor may know of, as SQL with all it needs, over `person` (a survivor, or
    anybody who turned out to be one). For statements that are built for each question; a hot one is
    built once a `Sight`."""
    return sight_of(actor).over(person, values_of(actor))


def person_columns(asked: type[Person], survivor: type[Person]) -> list[ColumnElement[Any]]:
    """The columns of a `PersonRow` under the names of its fields."""
    return [
        asked.id.label("asked_id"),
        survivor.public_ref.label("ref"),
        *(
            getattr(survivor, each.name).label(each.name)
            for each in fields(PersonRow)
            if each.name not in {"asked_id", "ref"}
        ),
    ]


def _persons(asked: type[Person], survivor: type[Person]) -> AnySelect:
    return select(*person_columns(asked, survivor)).join(survivor, stands_for(survivor, asked))


@lru_cache(maxsize=512)
def _by_ref(sight: Sight) -> AnySelect:
    asked, survivor = aliased(Person), aliased(Person)
    return _persons(asked, survivor).where(
        asked.public_ref == bindparam("ref"), sight.over(survivor)
    )


def find_person(session: Session, actor: Actor, ref: str) -> PersonRow:
    """The person behind a reference, of its whole cluster. One statement. Raises MalformedRef and
    NotFound."""
    asked = {"ref": parse_ref(ref, "M"), **values_of(actor)}
    row = run_built(session, _by_ref(sight_of(actor)), asked).first()
    if row is None:
        raise NotFound()
    return row_as(PersonRow, row)


_anybody, _who_stands = aliased(Person), aliased(Person)
_by_id = _persons(_anybody, _who_stands).where(_anybody.id == bindparam("id"))


def person_of(session: Session, person_id: int) -> PersonRow:
    """The person behind the id of any row of its cluster. Asks nobody who may: for callers who have
    the id from something that they may see. One statement. Raises NotFound."""
    row = run_built(session, _by_id, {"id": person_id}).first()
    if row is None:
        raise NotFound()
    return row_as(PersonRow, row)


def find_by_phone(session: Session, phone: str) -> int | None:
    """The survivor's id behind a phone number as typed; None when nobody has it, or several do."""
    meant = by_phone(session, phone)
    if meant is None:
        return None
    having = meant.persons().subquery()
    found = session.scalars(select(having.c.person_id).distinct().limit(2)).all()
    return found[0] if len(found) == 1 else None


def names_of(session: Session, refs: Sequence[str]) -> list[tuple[str, str]]:
    """Persons by reference with their names, in the order given, for a page that masks them: the
    right to see it is asked there. One statement."""
    rows = session.execute(
        select(Person.public_ref, Person.full_name).where(Person.public_ref.in_(refs))
    )
    found = {row.public_ref: row.full_name for row in rows}
    return [(ref, found[ref]) for ref in refs if ref in found]
