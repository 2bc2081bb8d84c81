"""By a name: in characters, pinyin or other letters, in any order, by its initials, a given name, a
relative's name; narrowed by year of birth and city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import aliased

from vipclub.core.prefix_search import begins_with, prefix_order
from vipclub.core.rows import AnySelect
from vipclub.core.value_lists import among
from vipclub.people.clusters import stands_for
from vipclub.people.models import FamilyTie, NameSpelling, Person, SourceRecord
from vipclub.people.normal_forms.spellings import INITIALS, RELATIVE, SPELLED, has_characters
from vipclub.people.searching.meant import FoundBy, Meant, bounded, ranked
from vipclub.people.searching.of_somebody import asked_of


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which statements are built: what was typed, and what it is narrowed by."""

    characters: bool
    initials: bool
    born: bool
    city: bool


def by_name(text: str, *, born: int | None = None, city: str | None = None) -> Meant | None:
    """Survivors who are called so, whose name begins so, has such initials, or who have a relative
    called so: a bounded number of each. With `born`, a year, and `city`, a code, only those. None
    when nothing is left to search by."""
    asked = asked_of(text)
    if not asked:
        return None
    shape = _Shape(
        characters=has_characters(asked["name_key"]),
        initials=bool(asked["initials"]),
        born=born is not None,
        city=city is not None,
    )
    if born is not None:
        asked |= {"born_first": date(born, 1, 1), "born_last": date(born, 12, 31)}
    if city is not None:
        asked["city"] = city
    return Meant(_ways(shape), asked)


@lru_cache(maxsize=16)
def _ways(shape: _Shape) -> tuple[AnySelect, ...]:
    key, spelled, related = SourceRecord.name_key, NameSpelling.spelled, FamilyTie.name_key
    born = SourceRecord.birth_date
    so = NameSpelling.kind == SPELLED
    begins: ColumnElement[bool] = begins_with(spelled, bindparam("spelled_begins"))
    ways = [
        _of_records(FoundBy.NAME, shape, key == bindparam("name_key")).order_by(born),
        _of_spellings(FoundBy.SPELLING, shape, so & (spelled == bindparam("spelled"))),
        _of_spellings(FoundBy.BEGINNING, shape, so & begins).order_by(prefix_order(spelled)),
        _of_relatives(shape, begins_with(related, bindparam("key_begins"))).order_by(
            prefix_order(related)
        ),
        _of_spelled_relatives(shape, begins).order_by(prefix_order(spelled)),
    ]
    if shape.characters:
        beginning = begins_with(key, bindparam("key_begins"))
        ways.append(
            _of_records(FoundBy.BEGINNING, shape, beginning).order_by(prefix_order(key), born)
        )
    if shape.initials:
        those = (NameSpelling.kind == INITIALS) & among(spelled, bindparam("initials"))
        ways.append(_of_spellings(FoundBy.INITIALS, shape, those))
    return tuple(bounded(way) for way in ways)


def _of_records(by: FoundBy, shape: _Shape, condition: ColumnElement[bool]) -> AnySelect:
    holder = aliased(Person)
    way = ranked(holder, by).join(SourceRecord, SourceRecord.person_id == holder.id)
    way = way.where(condition, SourceRecord.deleted_at.is_(None))
    if shape.born:
        way = way.where(SourceRecord.birth_date.between(*_year()))
    return _of_city(way, holder) if shape.city else way


def _of_spellings(by: FoundBy, shape: _Shape, condition: ColumnElement[bool]) -> AnySelect:
    way = _of_records(by, shape, condition)
    return way.join(NameSpelling, NameSpelling.name_key == SourceRecord.name_key)


def _of_relatives(shape: _Shape, condition: ColumnElement[bool]) -> AnySelect:
    """Those who named a relative; the year is the relative's."""
    holder, relative = aliased(Person), aliased(Person)
    way = ranked(holder, FoundBy.RELATIVE, FamilyTie.id)
    way = way.join(FamilyTie, FamilyTie.person_id == holder.id)
    way = way.where(condition, FamilyTie.ended_at.is_(None))
    if shape.born:
        way = way.join(relative, relative.id == FamilyTie.relative_id)
        way = way.where(relative.birth_date.between(*_year()))
    return _of_city(way, holder) if shape.city else way


def _of_spelled_relatives(shape: _Shape, condition: ColumnElement[bool]) -> AnySelect:
    way = _of_relatives(shape, (NameSpelling.kind == RELATIVE) & condition)
    return way.join(NameSpelling, NameSpelling.name_key == FamilyTie.name_key)


def _year() -> tuple[ColumnElement[date], ColumnElement[date]]:
    return bindparam("born_first"), bindparam("born_last")


def _of_city(way: AnySelect, holder: type[Person]) -> AnySelect:
    """Those who live in a city, as it is known of them."""
    survivor = aliased(Person)
    return way.join(survivor, stands_for(survivor, holder)).where(
        survivor.city_code == bindparam("city")
    )
