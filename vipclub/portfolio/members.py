"""A manager's own members: searched, filtered, sorted, page by page, and counted. Everything is
within `membership.members_in_sight`, the counts too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    SQLColumnExpression,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from vipclub import bookings, membership, people
from vipclub.accounts import Permission
from vipclub.benefits import Benefit, EntitlementAccount
from vipclub.bookings import LIVE, Appointment
from vipclub.core.actor import Actor
from vipclub.core.errors import MalformedRef
from vipclub.core.paging import beyond, cursor_after
from vipclub.core.rows import AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.membership import (
    TIERS,
    Membership,
    Rating,
    ends_on,
    meant_by,
    meant_by_end,
    members_in_sight,
)
from vipclub.partners import Offering
from vipclub.people import Person, SourceRecord, Subsidiary

ENDS_WITHIN = timedelta(days=60)
LATELY = timedelta(days=60)
SORTS = ("name", "tier", "ends", "next")
"""By name, by tier from the lowest, by the membership's end, by the next visit."""
_OF_SORT: dict[str, type] = {"name": str, "tier": int, "ends": date, "next": datetime}
_LAST, _FIRST = datetime(9000, 1, 1), datetime(1970, 1, 1)  # noqa: DTZ001 - only ends of a sort


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by; nothing narrows nothing. `left` and `unused` name a benefit,
    `coming` is "yes" or "no", `lately` is "upgraded", `ending` says within 60 days."""

    search: str = ""
    tier: str = ""
    city: str = ""
    subsidiary: str = ""
    left: str = ""
    unused: str = ""
    coming: str = ""
    ending: bool = False
    upgraded: bool = False
    invited: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one benefit this year."""

    benefit: str
    name: Localized
    remaining: int
    granted: int


@dataclass(frozen=True, slots=True)
class OwnMember:
    """A member as the list shows one; `next_*` is the next visit, `left` this year's units of
    what is booked by time."""

    ref: str
    name: str = field(repr=False)
    surname: str | None = field(repr=False)
    latin_name: str | None = field(repr=False)
    tier: str
    status: str
    valid_to: date
    city: str | None
    next_start: datetime | None
    next_service: Localized | None
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A page of members; `counts` are all that match, by tier; `next` is the cursor to more."""

    counts: dict[str, int]
    members: list[OwnMember]
    next: str | None

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def own_members(
    session: Session,
    actor: Actor,
    *,
    filters: Filters,
    sort: str = "name",
    backwards: bool = False,
    after: str | None = None,
    limit: int = 50,
    now: datetime,
    today: date,
) -> Portfolio:
    """Members that the actor may see and the filters ask for, in one of SORTS or in its reverse;
    who has no visit is last both ways. Three statements. Raises Forbidden and Malformed (a cursor
    that is none)."""
    actor.require(Permission.MEMBER_VIEW)
    sort = sort if sort in SORTS else "name"
    mine = _mine(session, actor, filters, now, today)
    counts = _counts(session, mine)
    key = _key(sort, now, backwards)
    order = (key.desc(), Person.id.desc()) if backwards else (key, Person.id)
    page = (
        mine.add_columns(Person.surname, Person.latin_name, key.label("key"))
        .order_by(*order)
        .limit(limit + 1)
    )
    if after:
        page = page.where(beyond(after, key, Person.id, _OF_SORT[sort], backwards=backwards))
    rows = session.execute(_with_next_visit(page, now, backwards)).all()
    shown = rows[:limit]
    left = _left(session, [row.id for row in shown], today.year)
    members = [
        OwnMember(
            row.public_ref,
            row.full_name,
            row.surname,
            row.latin_name,
            row.tier,
            row.state,
            row.last_day,
            row.city_code,
            row.next_start,
            row.next_service,
            tuple(left.get(row.id, ())),
        )
        for row in shown
    ]
    return Portfolio(counts, members, cursor_after(rows, limit, "key"))


def _mine(
    session: Session, actor: Actor, filters: Filters, now: datetime, today: date
) -> AnySelect:
    statement = members_in_sight(actor, today)
    for condition in _conditions(session, filters, now, today):
        statement = statement.where(condition)
    return statement


def _counts(session: Session, mine: AnySelect) -> dict[str, int]:
    found = mine.subquery()
    rows = session.execute(select(found.c.tier, func.count()).group_by(found.c.tier)).all()
    counted = {row[0]: row[1] for row in rows}
    return {tier: counted.get(tier, 0) for tier in TIERS}


def _conditions(
    session: Session, filters: Filters, now: datetime, today: date
) -> list[ColumnElement[bool]]:
    """What the filters ask for, as SQL over `Person` (a survivor) and its `Membership`."""
    asked: list[ColumnElement[bool]] = []
    if filters.search.strip():
        asked.append(_meant(session, filters.search))
    if filters.tier:
        asked.append(Membership.tier == filters.tier)
    if filters.city:
        asked.append(Person.city_code == filters.city)
    if filters.subsidiary:
        asked.append(_customer_of(filters.subsidiary))
    for code, unused in ((filters.left, False), (filters.unused, True)):
        if code:
            asked.append(_has_left(code, today.year, unused=unused))
    if filters.coming in {"yes", "no"}:
        coming = _next_start(now).is_not(None)
        asked.append(coming if filters.coming == "yes" else ~coming)
    if filters.ending:
        asked.append(ends_on() <= today + ENDS_WITHIN)
    if filters.invited:
        asked.append(Membership.state == "invited")
    if filters.upgraded:
        asked.append(
            exists(
                select(Rating.id).where(
                    Rating.person_id == Person.id,
                    Rating.movement == "upgrade",
                    Rating.as_of >= today - LATELY,
                )
            )
        )
    return asked


def _meant(session: Session, typed: str) -> ColumnElement[bool]:
    """Who is meant by a reference (the member's or an appointment's), a card, a phone number or its
    last four digits, an e-mail address, or a name: the member's or a relative's."""
    typed = people.visible(typed)
    meant, end = bookings.meant_by(session, typed), people.last_four(typed)
    if meant is None:
        meant = meant_by(session, typed)
    if end is not None:
        meant = meant_by_end(session, end, everybody=True)
    if meant is not None:
        return Person.id.in_(select(meant.persons().subquery().c.person_id))
    named = (people.named_like(typed, Person.id), people.related_to(typed, Person.id))
    return or_(literal(False), *(condition for condition in named if condition is not None))


def is_whole_number(typed: str) -> bool:
    """Whether what was typed is a whole number that may name one person: an appointment's
    reference, or what `membership.is_whole_number` says."""
    try:
        parse_ref(people.visible(typed), "A")
    except MalformedRef:
        return membership.is_whole_number(typed)
    return True


def _customer_of(code: str) -> ColumnElement[bool]:
    """Whether the person has a record of a company. The sum keeps planners from reading all of the
    company's records for each person."""
    holder = aliased(Person)
    company = select(Subsidiary.id).where(Subsidiary.code == code).scalar_subquery()
    return exists(
        select(SourceRecord.id)
        .join(holder, holder.id == SourceRecord.person_id)
        .where(
            people.stands_for(Person, holder),
            SourceRecord.subsidiary_id + 0 == company,
            SourceRecord.deleted_at.is_(None),
        )
    )


def _has_left(code: str, year: int, *, unused: bool) -> ColumnElement[bool]:
    """Whether the person has units of a benefit left this year; `unused`: none used nor held."""
    a, holder = EntitlementAccount, aliased(Person)
    found = (
        select(a.id)
        .join(holder, holder.id == a.person_id)
        .join(Benefit, Benefit.id == a.benefit_id)
        .where(
            people.stands_for(Person, holder),
            a.year == year,
            Benefit.code == code,
            a.unlimited.is_(False),
            a.remaining > 0,
        )
    )
    if unused:
        found = found.where(a.used == 0, a.held == 0)
    return found.exists()


def _next_start(now: datetime) -> ScalarSelect[datetime]:
    """When the person's next visit begins."""
    holder = aliased(Person)
    return (
        select(func.min(Appointment.starts_at))
        .join(holder, holder.id == Appointment.person_id)
        .where(
            people.stands_for(Person, holder),
            Appointment.starts_at > now,
            Appointment.state.in_(sorted(LIVE)),
        )
        .correlate(Person)
        .scalar_subquery()
    )


def _key(sort: str, now: datetime, backwards: bool) -> SQLColumnExpression[Any]:
    """What the list is sorted by, the same way on every page; never empty."""
    if sort == "tier":
        return case({tier: rank for rank, tier in enumerate(TIERS)}, value=Membership.tier)
    if sort == "ends":
        return Membership.last_day
    if sort == "next":
        last = _FIRST if backwards else _LAST
        return func.coalesce(_next_start(now), last.replace(tzinfo=now.tzinfo))
    return Person.full_name


def _with_next_visit(page: AnySelect, now: datetime, backwards: bool) -> AnySelect:
    """The rows of a page in their order, each with its next visit: `next_start` and
    `next_service`. Looked up for these rows alone."""
    shown = page.subquery()
    holder = aliased(Person)
    visits = (
        select(Appointment.starts_at)
        .join(holder, holder.id == Appointment.person_id)
        .where(
            people.survivor_of(holder) == shown.c.id,
            Appointment.starts_at > now,
            Appointment.state.in_(sorted(LIVE)),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(1)
        .correlate(shown)
    )
    service = (
        visits.join(Offering, Offering.id == Appointment.offering_id)
        .join(Benefit, Benefit.id == Offering.benefit_id)
        .with_only_columns(Benefit.name)
    )
    order = (shown.c.key, shown.c.id)
    return select(
        shown,
        visits.scalar_subquery().label("next_start"),
        service.scalar_subquery().label("next_service"),
    ).order_by(*(each.desc() if backwards else each for each in order))


def _left(session: Session, ids: list[int], year: int) -> dict[int, list[Left]]:
    """What each has left this year of what is booked by time. One statement."""
    a, holder = EntitlementAccount, aliased(Person)
    rows = session.execute(
        select(
            people.survivor_of(holder),
            Benefit.code,
            Benefit.name,
            a.remaining,
            a.granted,
        )
        .join(holder, holder.id == a.person_id)
        .join(Benefit, Benefit.id == a.benefit_id)
        .where(
            people.survivor_of(holder).in_(ids),
            a.year == year,
            a.unlimited.is_(False),
            a.granted > 0,
            Benefit.use == "slot",
        )
        .order_by(Benefit.position)
    )
    found: dict[int, list[Left]] = {}
    for person_id, code, name, remaining, granted in rows:
        found.setdefault(person_id, []).append(Left(code, name, remaining, granted))
    return found
