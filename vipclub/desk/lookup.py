"""Looking up a caller: a person found in seconds by what is said on the phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import CompoundSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.bookings import Appointment
from vipclub.core.actor import Actor
from vipclub.core.errors import MalformedRef
from vipclub.core.types import parse_ref
from vipclub.membership import MemberSummary, meant_by, member_summaries
from vipclub.people import Person, visible_to

FOUND_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody whom a caller may mean, with the membership if there is one."""

    ref: str
    name: str = field(repr=False)
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
    found = meant.subquery()
    rows = session.execute(
        select(
            Person.id,
            Person.public_ref,
            Person.full_name,
            Person.sex,
            Person.birth_date,
            Person.city_code,
            func.min(found.c.rank).label("rank"),
        )
        .join(found, found.c.person_id == Person.id)
        .where(visible_to(actor, Person))
        .group_by(Person.id)
        .order_by(func.min(found.c.rank), Person.full_name, Person.id)
        .limit(people.LOOKED_AT)
    ).all()
    terms = member_summaries(session, [row.id for row in rows], today=today)
    rows = sorted(rows, key=lambda row: (row.rank, row.id not in terms))[:FOUND_AT_MOST]
    return [
        FoundPerson(
            row.public_ref,
            row.full_name,
            row.sex,
            row.birth_date.year if row.birth_date else None,
            row.city_code,
            terms.get(row.id),
        )
        for row in rows
    ]


def _meant(session: Session, typed: str) -> Select[int, int] | CompoundSelect[int, int] | None:
    """Survivors that may be meant, with a rank; None when nothing can be searched by."""
    try:
        ref = parse_ref(typed, "A")
    except MalformedRef:
        found = meant_by(session, typed)
        return people.by_name(typed) if found is None else found
    booked = aliased(Person)
    return (
        people.ranked(booked, 0)
        .join(Appointment, Appointment.person_id == booked.id)
        .where(Appointment.public_ref == ref)
    )
