"""Finding persons, and who may find whom (`visible_to`): the finder is the lock. Not found and not
allowed look alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Table, and_, bindparam, false, or_, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect, row_as
from vipclub.core.types import parse_ref
from vipclub.people.clusters import stands_for, survivor_of
from vipclub.people.models import Person, SourceRecord, Subsidiary
from vipclub.people.normal_forms.phone_numbers import phone_number
from vipclub.people.searching import by_phone

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
    the actor's own: none, one, or more."""

    everybody: bool
    own: Literal[0, 1, 2]
    portfolio: tuple[tuple[str, str], ...]

    def over(self, person: type[Person], own: Sequence[str] | None = None) -> ColumnElement[bool]:
        """The condition over `person` (a survivor, or anybody who turned out to be one), to be
        asked with `values_of`, or about these `own` references."""
        if self.everybody:
            return true()
        conditions: list[ColumnElement[bool]] = []
        if self.own:
            ref = _person.c.public_ref
            asked: ColumnElement[bool]
            if own is not None:
                asked = ref.in_(own)
            elif self.own == 1:
                asked = ref == bindparam("own_person")
            else:
                asked = ref.in_(bindparam("own_persons", expanding=True))
            mine = select(survivor_of(_person)).where(asked)
            conditions.append(survivor_of(person).in_(mine))
        if self.portfolio:
            conditions.append(survivor_of(person).in_(_managed(self.portfolio)))
        return or_(*conditions) if conditions else false()


def _managed(portfolio: tuple[tuple[str, str], ...]) -> AnySelect:
    """Survivors in a manager's care, by (subsidiary, manager's number)."""
    member = aliased(Person)
    pairs = or_(
        *(
            and_(Subsidiary.code == code, SourceRecord.manager_no == number)
            for code, number in portfolio
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
        return Sight(True, 0, ())
    portfolio = (ref.partition("/") for ref in actor.refs("portfolio"))
    return Sight(
        False,
        _how_many(actor.refs("person")),
        tuple(sorted((code, number) for code, _, number in portfolio)),
    )


def values_of(actor: Actor) -> dict[str, Any]:
    """What a statement with the actor's `Sight` is asked with."""
    own = actor.refs("person")
    if not own or actor.sees_all:
        return {}
    return {"own_person": next(iter(own))} if len(own) == 1 else {"own_persons": sorted(own)}


def _how_many(own: Collection[str]) -> Literal[0, 1, 2]:
    if len(own) > 1:
        return 2
    return 1 if own else 0


def visible_to(actor: Actor, person: type[Person] = Person) -> ColumnElement[bool]:
    """Which persons an actor may know of, as SQL with all it needs, over `person` (a survivor, or
    anybody who turned out to be one). For statements that are built for each question; a hot one is
    built once a `Sight`."""
    return sight_of(actor).over(person, own=sorted(actor.refs("person")))


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
    number = phone_number(phone)
    if number is None:
        return None
    meant = by_phone(session, number)
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
