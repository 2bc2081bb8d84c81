"""Looking up a caller: a person found in seconds by what is said on the phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlalchemy import Select, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.bookings import Appointment
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import MalformedRef
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.membership import MemberSummary, meant_by, member_summaries
from vipclub.people import Meant, Person, Sight

FOUND_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody whom a caller may mean, with the membership if there is one."""

    ref: str
    name: str = field(repr=False)
    surname: str | None = field(repr=False)
    latin_name: str | None = field(repr=False)
    sex: str | None
    birth_year: int | None
    city: str | None
    term: MemberSummary | None


def look_up(session: Session, actor: Actor, *, typed: str, today: date) -> list[FoundPerson]:
    """Whom a caller may mean, ten at most, members first: by reference (the member's or an
    appointment's), card number, phone number in any shape, or name in any script. Two statements.
    Raises Forbidden."""
    actor.require(Permission.MEMBER_FIND)
    meant = _meant(session, typed.strip())
    if meant is None:
        return []
    statement = _found(meant.ways, people.sight_of(actor))
    asked = {**meant.values, **people.values_of(actor)}
    rows = run_built(session, statement, asked).all()
    terms = member_summaries(session, [row.id for row in rows], today=today)
    rows = sorted(rows, key=lambda row: (row.rank, row.id not in terms))[:FOUND_AT_MOST]
    return [
        FoundPerson(
            row.public_ref,
            row.full_name,
            row.surname,
            row.latin_name,
            row.sex,
            row.birth_date.year if row.birth_date else None,
            row.city_code,
            terms.get(row.id),
        )
        for row in rows
    ]


@lru_cache(maxsize=64)
def _found(ways: tuple[Select[int, int], ...], sight: Sight) -> AnySelect:
    """Those who are meant, of whom the actor sees, the surest first: built once for each way of
    searching."""
    found = union_all(*ways).subquery()
    rank = func.min(found.c.rank)
    return (
        select(
            Person.id,
            Person.public_ref,
            Person.full_name,
            Person.surname,
            Person.latin_name,
            Person.sex,
            Person.birth_date,
            Person.city_code,
            rank.label("rank"),
        )
        .join(found, found.c.person_id == Person.id)
        .where(sight.over(Person))
        .group_by(Person.id)
        .order_by(rank, Person.full_name, Person.id)
        .limit(literal_column(str(people.LOOKED_AT)))
    )


_booked = aliased(Person)
_by_appointment = (
    people.ranked(_booked, 0)
    .join(Appointment, Appointment.person_id == _booked.id)
    .where(Appointment.public_ref == bindparam("appointment"))
)


def _meant(session: Session, typed: str) -> Meant | None:
    """Who may be meant; None when nothing can be searched by."""
    try:
        return Meant((_by_appointment,), {"appointment": parse_ref(typed, "A")})
    except MalformedRef:
        found = meant_by(session, typed)
        return people.by_name(typed) if found is None else found
