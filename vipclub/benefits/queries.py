"""Reads of the benefits: the catalogue, a person's entitlements, an account and its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.benefits.models import Benefit, BenefitQuantity, EntitlementAccount, LedgerEntry
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.reference_data import Source, look_again, reference
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized
from vipclub.people import Person, find_person

_account: Table = EntitlementAccount.__table__  # type: ignore[assignment]
_entry: Table = LedgerEntry.__table__  # type: ignore[assignment]
_benefit: Table = Benefit.__table__  # type: ignore[assignment]
_person: Table = Person.__table__  # type: ignore[assignment]

REMAINING = EntitlementAccount.remaining


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """A benefit of the catalogue. `expected_use` is per 1,000."""

    id: int
    code: str
    name: Localized
    summary: Localized
    unit: str
    use: str
    who: tuple[str, ...]
    icon: str
    unit_cost_minor: int
    currency: str
    expected_use: int


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a member has of a benefit in a calendar year. An unlimited one (`unit`) has 0 remaining
    and may be used.
    """

    benefit: str
    year: int
    unit: str
    granted: int
    held: int
    used: int
    remaining: int
    name: Localized
    summary: Localized
    icon: str
    use: str

    @property
    def unlimited(self) -> bool:
        return self.unit == "unlimited"

    @property
    def usable(self) -> bool:
        return self.unlimited or self.remaining > 0

    def to_json(self) -> dict[str, Any]:
        """As the API says it."""
        return {
            "benefit": self.benefit,
            "year": self.year,
            "unit": self.unit,
            "granted": self.granted,
            "held": self.held,
            "used": self.used,
            "remaining": self.remaining,
        }


@dataclass(frozen=True, slots=True)
class AccountFound:
    """An account for a booking to draw on. `remaining` is as read; the hold decides."""

    id: int
    year: int
    remaining: int
    unlimited: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry of an account, as differences, with what is left after it."""

    at: datetime
    benefit: str
    year: int
    kind: str
    granted: int
    held: int
    used: int
    subject_kind: str
    subject_ref: str
    reason: str | None
    remaining: int


def _load(session: Session) -> Mapping[int, BenefitRow]:
    """By id, in the catalogue's order; one statement."""
    rows = session.execute(select(_benefit).order_by(_benefit.c.position))
    return MappingProxyType({row.id: _row(row) for row in rows})


CATALOGUE = Source("benefits", (_benefit,), _load)


def benefits(session: Session) -> list[BenefitRow]:
    """The catalogue, in its order. No statement as a rule."""
    return list(reference(session, CATALOGUE).values())


def benefit_by_code(session: Session, code: str) -> BenefitRow | None:
    """One benefit of the catalogue, by its code; None when there is none. No statement as a
    rule."""
    return next((row for row in benefits(session) if row.code == code), None)


def _row(row: AnyRow) -> BenefitRow:
    return BenefitRow(
        id=row.id,
        code=row.code,
        name=row.name,
        summary=row.summary,
        unit=row.unit,
        use=row.use,
        who=tuple(row.who),
        icon=row.icon,
        unit_cost_minor=row.unit_cost_minor,
        currency=row.currency,
        expected_use=row.expected_use,
    )


def entitlements_of(
    session: Session, actor: Actor, *, member: str, year: int | None = None
) -> list[Entitlement]:
    """What a member has left: in a year, or in this and later ones. Raises NotFound, Forbidden. Two
    statements.
    """
    actor.require("entitlement:view")
    person = find_person(session, actor, member)
    return entitlements(session, person.id, year)


def entitlements(
    session: Session, person_id: int, year: int | None = None, *, today: date | None = None
) -> list[Entitlement]:
    """What a person (any id of the cluster) has left: in a year, or in this and later ones. Asks no
    right: whoever calls it has. One statement."""
    first, last = (year, year) if year else ((today or clock.club_today()).year, 9999)
    asked = {"person": person_id, "first": first, "last": last}
    rows = run_built(session, _left, asked).all()
    catalogue = reference(session, CATALOGUE)
    if any(row.benefit_id not in catalogue for row in rows):
        look_again(session)  # one was made since this transaction asked for the number
        catalogue = reference(session, CATALOGUE)
    position = {benefit_id: place for place, benefit_id in enumerate(catalogue)}
    in_order = sorted(rows, key=lambda row: (row.year, position[row.benefit_id]))
    return [_entitlement(row, catalogue[row.benefit_id]) for row in in_order]


_left = (
    select(
        _account.c.year,
        _account.c.benefit_id,
        func.sum(_account.c.granted).label("granted"),
        func.sum(_account.c.held).label("held"),
        func.sum(_account.c.used).label("used"),
        func.sum(REMAINING).label("remaining"),
    )
    .join_from(_person, _account, _account.c.person_id == _person.c.id)
    .where(
        people.survivor_of(_person) == people.survivor_behind(bindparam("person")),
        _account.c.year.between(bindparam("first"), bindparam("last")),
    )
    .group_by(_account.c.year, _account.c.benefit_id)
)


def _entitlement(row: AnyRow, benefit: BenefitRow) -> Entitlement:
    return Entitlement(
        benefit=benefit.code,
        year=row.year,
        unit=benefit.unit,
        granted=int(row.granted),
        held=int(row.held),
        used=int(row.used),
        remaining=int(row.remaining),
        name=benefit.name,
        summary=benefit.summary,
        icon=benefit.icon,
        use=benefit.use,
    )


def find_account(
    session: Session, *, person_id: int, benefit: str, year: int
) -> AccountFound | None:
    """The account of the person's cluster that a booking of this benefit draws on in a year
    (`most_left`); None when there is none. One statement."""
    rows = session.execute(
        select(_account.c.id, _account.c.year, REMAINING, _account.c.unlimited)
        .join_from(_person, _account, _account.c.person_id == _person.c.id)
        .join(_benefit, _benefit.c.id == _account.c.benefit_id)
        .where(
            people.survivor_of(_person) == people.survivor_behind(person_id),
            _benefit.c.code == benefit,
            _account.c.year == year,
        )
    )
    return most_left(AccountFound(*row) for row in rows)


def most_left(accounts: Iterable[AccountFound]) -> AccountFound | None:
    """Of a cluster's accounts of one benefit and year, the one to draw on: an unlimited one, else
    the one with most left, the first opened of those with as much.

    >>> most_left([AccountFound(7, 2027, 1, False), AccountFound(5, 2027, 2, False)])
    AccountFound(id=5, year=2027, remaining=2, unlimited=False)
    """
    return max(accounts, key=lambda a: (a.unlimited, a.remaining, -a.id), default=None)


def ledger_of(
    session: Session, actor: Actor, *, member: str, benefit: str | None = None
) -> list[LedgerLine]:
    """A member's ledger, oldest first. Raises NotFound, Forbidden. Two statements."""
    actor.require("entitlement:view")
    person = find_person(session, actor, member)
    e, a = _entry.c, _account.c
    after = func.sum(e.granted - e.held - e.used).over(partition_by=a.id, order_by=e.id)
    statement = (
        select(
            e.at,
            _benefit.c.code,
            a.year,
            e.kind,
            e.granted,
            e.held,
            e.used,
            e.subject_kind,
            e.subject_ref,
            e.reason,
            after,
        )
        .join_from(_person, _account, a.person_id == _person.c.id)
        .join(_entry, e.account_id == a.id)
        .join(_benefit, _benefit.c.id == a.benefit_id)
        .where(people.survivor_of(_person) == person.id)
        .order_by(e.id)
    )
    if benefit is not None:
        statement = statement.where(_benefit.c.code == benefit)
    return [LedgerLine(*row) for row in session.execute(statement)]


def quantities_of(session: Session, actor: Actor, year: int) -> dict[tuple[str, str], int]:
    """What each tier gets in a year, by (benefit code, tier), from the catalogue in force then. One
    statement. Raises Forbidden.
    """
    actor.require("policy:view")
    q = BenefitQuantity.__table__.c
    latest = select(func.max(q.from_year)).where(q.from_year <= year).scalar_subquery()
    rows = session.execute(
        select(_benefit.c.code, q.tier, q.quantity)
        .join(_benefit, _benefit.c.id == q.benefit_id)
        .where(q.from_year == latest)
    )
    return {(code, tier): quantity for code, tier, quantity in rows}
