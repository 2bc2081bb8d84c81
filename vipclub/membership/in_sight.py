"""Everybody in an actor's sight with the term that counts, read at once: for a page that says
several things of all of them, each of which would find them anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Table, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.rows import AnySelect
from vipclub.membership.models import Membership
from vipclub.membership.running_term import is_live, nearness
from vipclub.people import Person, Sight

_person: Table = Person.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class MemberInSight:
    """A member by the survivor's id, with the term that counts. `ends_on` is the last day of the
    last term that is decided."""

    id: int
    ref: str
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    tier: str
    state: str
    effective_day: date
    created_at: datetime
    ends_on: date


@dataclass(frozen=True, slots=True)
class InSight:
    """Whom an actor sees: `survivors` has the survivor's id of each row of a person, `members` by
    that id those of them who are members or will be."""

    survivors: Mapping[int, int]
    members: Mapping[int, MemberInSight]


def all_in_sight(session: Session, actor: Actor, *, today: date) -> InSight:
    """All persons whom a manager sees, with the term of each that counts: the one that runs today,
    or that begins later for somebody just rated. One statement. Raises Forbidden."""
    actor.require(Permission.MEMBER_VIEW)
    asked = {"today": today, **people.values_of(actor)}
    rows = run_built(session, _with_terms(people.sight_of(actor)), asked).all()
    survivors: dict[int, int] = {}
    ends: dict[int, date] = {}
    counts = {}
    for holder, survivor, ref, name, birth_date, tier, state, first, last, created_at in rows:
        survivors[holder] = survivor
        if tier is not None:
            ends[survivor] = max(last, ends.get(survivor, last))
            # the best comes last and stays
            counts[survivor] = survivor, ref, name, birth_date, tier, state, first, created_at
    members = {each: MemberInSight(*said, ends[each]) for each, said in counts.items()}
    return InSight(survivors, members)


@lru_cache(maxsize=512)
def _with_terms(sight: Sight) -> AnySelect:
    holder, survivor, m = aliased(Person), _person.alias(), Membership
    return (
        select(
            holder.id,
            survivor.c.id.label("survivor"),
            survivor.c.public_ref,
            survivor.c.full_name,
            survivor.c.birth_date,
            m.tier,
            m.state,
            m.effective_day,
            m.last_day,
            m.created_at,
        )
        .join(survivor, people.stands_for(survivor, holder))
        .outerjoin(m, and_(m.person_id == holder.id, is_live(m)))
        .where(sight.over(holder))
        .order_by(*nearness(bindparam("today", type_=m.effective_day.type)))
    )
