"""Reads of the memberships. Name-free but for the list of members, which is searched and sorted by
name: names belong to `people`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import among
from vipclub.membership.models import Membership, Rating
from vipclub.membership.running_term import counts_on, nearness
from vipclub.membership.steps import LIVE
from vipclub.people import Person, PersonRow, Sight, find_person, visible_to

_person: Table = Person.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class MemberSummary:
    """A membership as it stands on a day. `status` is its state; days are the club's, both
    inclusive.
    """

    person_id: int
    tier: str
    status: str
    valid_from: date
    valid_to: date
    card: str
    membership_id: int

    def runs_on(self, day: date) -> bool:
        return self.status in LIVE and self.valid_from <= day <= self.valid_to

    def to_json(self) -> dict[str, Any]:
        """As the API says it."""
        return {
            "tier": self.tier,
            "status": self.status,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "card": self.card,
        }


@dataclass(frozen=True, slots=True)
class TierExplanation:
    """Why a person has the tier: figures, conditions met, and for each rule of the next tier what
    is missing.

    Amounts are minor units of `currency`; `met` and `missing` are as `policy.evaluate` makes them.
    """

    tier: str | None
    tier_met: str | None
    movement: str
    rated_on: date
    policy: str
    currency: str
    measures: dict[str, int]
    met: list[dict[str, Any]]
    next_tier: str | None
    missing: list[list[dict[str, Any]]]


def member_summary(
    session: Session, person_id: int, *, today: date | None = None
) -> MemberSummary | None:
    """A person's membership (any person id of the cluster), None when there never was one. One
    statement.

    The running term; else one that begins later; else the last one.
    """
    return member_summaries(session, [person_id], today=today).get(person_id)


def member_summaries(
    session: Session, person_ids: Collection[int], *, today: date | None = None
) -> dict[int, MemberSummary]:
    """The memberships of many persons at once, as `member_summary` tells one: by the person ids
    that were asked for, without those who never had any. One statement."""
    if not person_ids:
        return {}
    today = today or clock.club_today()
    asked = {"persons": list(person_ids), "today": today}
    rows = run_built(session, _terms_of, asked).all()
    # the best comes last and stays
    return {row[0]: MemberSummary(*row) for row in rows}


@lru_cache(maxsize=512)
def _with_terms(sight: Sight) -> AnySelect:
    asked, survivor, holder = aliased(Person), aliased(Person), aliased(Person)
    m = Membership
    day = bindparam("today", type_=m.effective_day.type)
    return (
        select(
            *people.person_columns(asked, survivor),
            m.tier,
            m.state,
            m.effective_day,
            m.last_day,
            m.card_no,
            m.id.label("term"),
        )
        .join(survivor, people.stands_for(survivor, asked))
        .join(holder, people.same_person(holder, survivor))
        .outerjoin(m, m.person_id == holder.id)
        .where(asked.public_ref == bindparam("ref"), sight.over(survivor))
        .order_by(m.id.is_not(None), *nearness(day))
    )


def person_with_membership(
    session: Session, actor: Actor, ref: str, *, today: date
) -> tuple[PersonRow, MemberSummary | None]:
    """The person behind a reference and the membership, as `member_summary` tells it. One
    statement. Raises NotFound, MalformedRef."""
    asked = {"ref": parse_ref(ref, "M"), "today": today, **people.values_of(actor)}
    rows = run_built(session, _with_terms(people.sight_of(actor)), asked).all()
    if not rows:
        raise NotFound()
    best = rows[-1]
    person = PersonRow(**{field.name: getattr(best, field.name) for field in fields(PersonRow)})
    if best.term is None:
        return person, None
    return person, MemberSummary(
        person.id,
        best.tier,
        best.state,
        best.effective_day,
        best.last_day,
        best.card_no,
        best.term,
    )


def _select_terms() -> AnySelect:
    asked, holder, m = _person.alias("asked"), _person.alias("holder"), Membership
    return (
        select(
            asked.c.id, m.tier, m.state, m.effective_day, m.last_day, m.card_no, m.id.label("term")
        )
        .join_from(asked, holder, people.same_person(holder, asked))
        .join(m, m.person_id == holder.c.id)
        .where(among(asked.c.id, bindparam("persons")))
        .order_by(*nearness(bindparam("today", type_=m.effective_day.type)))
    )


_terms_of = _select_terms()


def members_in_sight(
    actor: Actor, today: date
) -> Select[int, str, str, str | None, str, str, date]:
    """Persons with the term that runs today, of those whom the actor may see; with one that begins
    later for somebody just rated. A SELECT over `Person` (a survivor) and its `Membership`, to be
    narrowed, sorted and joined."""
    holder = aliased(Person)
    return (
        select(
            Person.id,
            Person.public_ref,
            Person.full_name,
            Person.city_code,
            Membership.tier,
            Membership.state,
            Membership.last_day,
        )
        .join(holder, people.stands_for(Person, holder))
        .join(Membership, Membership.person_id == holder.id)
        .where(visible_to(actor, holder), counts_on(today))
    )


def tier_explanation(session: Session, actor: Actor, *, member: str) -> TierExplanation | None:
    """Why this tier, from the newest rating; None for somebody never rated. Raises NotFound,
    Forbidden.
    """
    actor.require("member:view")
    row = session.execute(
        select(*_RATED)
        .where(Rating.person_id == find_person(session, actor, member).id)
        .order_by(Rating.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _explained(row)


def term_and_explanation(
    session: Session, person_id: int, *, today: date
) -> tuple[MemberSummary | None, TierExplanation | None]:
    """A person's (a survivor's id) membership as `member_summary` tells it, and why this tier,
    as `tier_explanation` does. Asks no right: whoever calls it has. One statement."""
    rows = run_built(session, _term_and_rating, {"person": person_id, "today": today}).all()
    if not rows:
        return None, None
    best = rows[-1]
    term = None
    if best.term is not None:
        term = MemberSummary(
            person_id,
            best.term_tier,
            best.state,
            best.effective_day,
            best.last_day,
            best.card_no,
            best.term,
        )
    return term, None if best.rating is None else _explained(best)


_RATED = (Rating.tier, Rating.tier_met, Rating.movement, Rating.as_of, Rating.explanation)


def _select_term_and_rating() -> AnySelect:
    """A row a term, the best last; one where there is none."""
    asked, holder, m = _person.alias("asked"), _person.alias("holder"), Membership
    older = aliased(Rating)
    newest = (
        select(older.id)
        .where(older.person_id == asked.c.id)
        .order_by(older.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            m.tier.label("term_tier"),
            m.state,
            m.effective_day,
            m.last_day,
            m.card_no,
            m.id.label("term"),
            Rating.id.label("rating"),
            *_RATED,
        )
        .join_from(asked, holder, people.same_person(holder, asked))
        .outerjoin(m, m.person_id == holder.c.id)
        .outerjoin(Rating, Rating.id == newest)
        .where(asked.c.id == bindparam("person"))
        .order_by(m.id.is_not(None), *nearness(bindparam("today", type_=m.effective_day.type)))
    )


_term_and_rating = _select_term_and_rating()


def _explained(row: AnyRow) -> TierExplanation:
    document = row.explanation
    return TierExplanation(
        tier=row.tier,
        tier_met=row.tier_met,
        movement=row.movement,
        rated_on=row.as_of,
        policy=document["policy"],
        currency=document["currency"],
        measures=document["measures"],
        met=document["met"],
        next_tier=document["next_tier"],
        missing=document["missing"],
    )
