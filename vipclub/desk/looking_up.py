"""Looking up a caller: a person found in seconds by what is said on the phone.

A number that names somebody is asked of the part that gives it out; what is left is a name, which
may be narrowed: `王伟 1980`, `Wang Wei Shanghai`, `王伟 5678` (the last four digits of number or
card).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlalchemy import func, literal_column, select, union_all
from sqlalchemy.orm import Session, aliased

from vipclub import assistance, bookings, membership, people
from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.membership import MemberSummary, member_summaries
from vipclub.people import FamilyTie, FoundBy, Meant, Person, Sight

FOUND_AT_MOST = 10
LONGEST = 120
EARLIEST = 1900


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody whom a caller may mean, with the membership if there is one, and by what. The
    relative is the one who was named, with what they are to the person (`people.RELATIONS`)."""

    ref: str
    name: str = field(repr=False)
    surname: str | None = field(repr=False)
    latin_name: str | None = field(repr=False)
    sex: str | None
    birth_year: int | None
    city: str | None
    term: MemberSummary | None
    by: FoundBy
    relative: str | None = field(default=None, repr=False)
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Whom a caller may mean, ten at most, the surest first and members before others. `named` says
    that a whole number names the only one; `more` that there are further ones."""

    persons: Sequence[FoundPerson] = ()
    named: bool = False
    more: bool = False


def look_up(
    session: Session,
    actor: Actor,
    *,
    typed: str,
    today: date,
    cities: Mapping[str, str] | None = None,
) -> LookedUp:
    """Whom a caller may mean by a reference (the person's, an appointment's or a case's), card,
    phone number in any shape, e-mail address, last four digits, or name in any script; `cities` has
    the words for cities that may narrow a name, in small letters, with their codes. Two statements,
    and a third where a name may have a city in it. Raises Forbidden."""
    actor.require(Permission.MEMBER_FIND)
    rows: Sequence[AnyRow] = ()
    for meant in _readings(session, people.visible(typed)[:LONGEST], today, cities or {}):
        statement = _found(meant.ways, people.sight_of(actor))
        rows = run_built(session, statement, {**meant.values, **people.values_of(actor)}).all()
        if rows:
            break
    if not rows:
        return LookedUp()
    terms = member_summaries(session, [row.id for row in rows], today=today)
    best = sorted(rows, key=lambda row: (row.rank, row.id not in terms))
    return LookedUp(
        persons=[_person(row, terms.get(row.id)) for row in best[:FOUND_AT_MOST]],
        named=len(rows) == 1 and rows[0].rank in people.SURE_ALONE,
        more=len(rows) > FOUND_AT_MOST,
    )


def _person(row: AnyRow, term: MemberSummary | None) -> FoundPerson:
    by = FoundBy(row.rank)
    named = by is FoundBy.RELATIVE
    return FoundPerson(
        ref=row.public_ref,
        name=row.full_name,
        surname=row.surname,
        latin_name=row.latin_name,
        sex=row.sex,
        birth_year=row.birth_date.year if row.birth_date else None,
        city=row.city_code,
        term=term,
        by=by,
        relative=row.relative if named else None,
        relation=row.relation if named else None,
    )


@lru_cache(maxsize=64)
def _found(ways: tuple[AnySelect, ...], sight: Sight) -> AnySelect:
    """Those who are meant, of whom the actor sees, the surest first: built once for each way of
    searching."""
    found = union_all(*ways).subquery()
    rank = func.min(found.c.rank).label("rank")
    best = (
        select(found.c.person_id, rank, func.max(found.c.tie_id).label("tie_id"))
        .group_by(found.c.person_id)
        .subquery()
    )
    chosen = (
        select(
            Person.id,
            Person.public_ref,
            Person.full_name,
            Person.surname,
            Person.latin_name,
            Person.sex,
            Person.birth_date,
            Person.city_code,
            best.c.rank,
            best.c.tie_id,
        )
        .join(best, best.c.person_id == Person.id)
        .where(sight.over(Person))
        .order_by(best.c.rank, Person.full_name, Person.id)
        .limit(literal_column(str(people.LOOKED_AT)))
        .subquery()
    )
    tie, relative = FamilyTie.id == chosen.c.tie_id, aliased(Person)
    named = select(relative.full_name).join(FamilyTie, FamilyTie.relative_id == relative.id)
    return select(
        *chosen.c,
        named.where(tie).scalar_subquery().label("relative"),
        select(FamilyTie.relation).where(tie).scalar_subquery().label("relation"),
    ).order_by(chosen.c.rank, chosen.c.full_name, chosen.c.id)


Naming = Callable[[Session, str], Meant | None]
NAMING: tuple[Naming, ...] = (bookings.meant_by, assistance.meant_by, membership.meant_by)
"""Which parts say whom a number names, asked in turn."""


def _readings(
    session: Session, typed: str, today: date, cities: Mapping[str, str]
) -> Iterator[Meant]:
    """How what was typed may be meant; each further way only if nobody was found before."""
    for naming in NAMING:
        named = naming(session, typed)
        if named is not None:
            yield named
            return
    end = people.last_four(typed)
    if end is not None:
        yield membership.meant_by_end(session, end)
        return
    narrowed = narrow(typed, today=today, cities=cities)
    meant = people.by_name(narrowed.name, born=narrowed.born, city=narrowed.city)
    if meant is not None and narrowed.digits:
        ends = membership.meant_by_end(session, narrowed.digits, name=narrowed.name)
        meant = meant.or_by(ends) if narrowed.born else ends
    if meant is not None:
        yield meant
    if narrowed.city and not narrowed.digits:  # a name may have a city in it
        whole = people.by_name(typed)
        if whole is not None:
            yield whole


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A name with what narrows it: four digits, the year of birth if they can be one, a city."""

    name: str = field(repr=False)
    digits: str | None = None
    born: int | None = None
    city: str | None = None


def narrow(typed: str, *, today: date, cities: Mapping[str, str]) -> Narrowed:
    """What was typed, as a name and what narrows it. What is no name alone narrows nothing.

    >>> words = {"上海": "310000", "hong kong": "810000"}
    >>> narrow("王伟1980年", today=date(2026, 1, 1), cities=words).born
    1980
    >>> found = narrow("Hong Kong Chan 5678", today=date(2026, 1, 1), cities=words)
    >>> (found.name, found.digits, found.born, found.city)
    ('Chan', '5678', None, '810000')
    >>> narrow("上海", today=date(2026, 1, 1), cities=words).city is None
    True
    """
    name, city = typed, None
    match = _FOUR_DIGITS.search(name)
    if match:
        name = _joined(name[: match.start()], name[match.end() :])
    digits = match[1] if match else None
    for word in sorted(cities, key=len, reverse=True):
        place = _place_of(word, name)
        if place is not None:
            name, city = _joined(name[: place[0]], name[place[1] :]), cities[word]
            break
    if not people.asked_of(name):
        return Narrowed(typed)
    born = int(digits) if digits and EARLIEST <= int(digits) <= today.year else None
    return Narrowed(name, digits, born, city)


_FOUR_DIGITS = re.compile(r"(?<!\d)(\d{4})(?!\d)\s*年?(?:出?生)?", re.ASCII)


def _joined(*parts: str) -> str:
    return " ".join(word for part in parts for word in re.split(r"[\s,，、;；]+", part) if word)


def _place_of(word: str, name: str) -> tuple[int, int] | None:
    """Where a city stands in a name: as a word of its own, or, in characters, at its beginning or
    end."""
    lower = name.casefold()
    if len(lower) != len(name):
        return None
    if word.isascii():
        found = re.search(rf"(?<!\S){re.escape(word)}(?![^\s,])", lower)
    else:
        found = re.search(rf"^{re.escape(word)}市?|{re.escape(word)}市?$", lower)
        found = found or re.search(rf"(?<!\S){re.escape(word)}市?(?!\S)", lower)
    return found.span() if found and len(name) > len(found[0]) else None
