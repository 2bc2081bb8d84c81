"""What the tiers give, set-based: new accounts, the difference after a move, next year's accounts,
and the year's end.

What an account should have follows from the memberships that run in its year: the best tier among
them. So each function may be repeated, and a second time changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Table,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.benefits.models import Benefit, BenefitQuantity, EntitlementAccount, LedgerEntry
from vipclub.core import clock, stopping
from vipclub.core.actor import Actor
from vipclub.core.db import Database, upsert_of
from vipclub.core.query_plans import by_index, renew_statistics
from vipclub.core.value_lists import among
from vipclub.membership import Membership, TiersChanged, running_within
from vipclub.people import Person

AHEAD = timedelta(days=45)
CHUNK = 2_000
CLUB = Actor.system("granting")

_account: Table = EntitlementAccount.__table__  # type: ignore[assignment]
_entry: Table = LedgerEntry.__table__  # type: ignore[assignment]
_benefit: Table = Benefit.__table__  # type: ignore[assignment]
_quantity: Table = BenefitQuantity.__table__  # type: ignore[assignment]
_membership: Table = Membership.__table__  # type: ignore[assignment]
_person: Table = Person.__table__  # type: ignore[assignment]
_survivor = people.survivor_of(_person)

REMAINING = EntitlementAccount.remaining


def open_years(day: date) -> tuple[int, ...]:
    """The calendar years whose accounts are open on a day: this one, and the next from 45 days
    ahead.

    >>> open_years(date(2026, 11, 16)), open_years(date(2026, 11, 17))
    ((2026,), (2026, 2027))
    """
    next_year = date(day.year + 1, 1, 1)
    return (day.year, day.year + 1) if day >= next_year - AHEAD else (day.year,)


def grant_after_rating(session: Session, fact: TiersChanged) -> None:
    """Answers TiersChanged: opens, tops up, lowers and ends the accounts of those persons."""
    subject = ("rating_run", str(fact.run_id)) if fact.run_id else ("membership", "declined")
    grant_memberships(
        session,
        persons=fact.persons,
        years=open_years(fact.as_of),
        subject=subject,
        at=clock.now(),
    )


def grant_memberships(
    session: Session,
    *,
    persons: Sequence[int],
    years: Sequence[int],
    subject: tuple[str, str],
    at: datetime,
    actor: Actor = CLUB,
) -> int:
    """Bring the accounts of persons (survivors) to what their memberships give.

    An upgrade tops the year up; a move down lowers it, never below what is held or used; without a
    membership what is left ends. Gives how many accounts were opened. Five statements a year at
    most, and one for all.
    """
    opened = 0
    by_index(session)
    rows_of = select(_person.c.id).where(among(_survivor, persons)).order_by(_person.c.id)
    holders = session.scalars(rows_of).all()
    for year in years:
        catalogue = _catalogue_of(session, year)
        if catalogue is None:
            continue
        given = _given(holders, year, catalogue)
        _change_accounts(session, holders, year, catalogue, subject, at, actor)
        opened += _open_accounts(session, given, year, subject, at, actor)
    renew_statistics(session, (_account, _entry))
    return opened


def _catalogue_of(session: Session, year: int) -> int | None:
    """The first year of the catalogue that is in force in a year."""
    latest = select(func.max(_quantity.c.from_year)).where(_quantity.c.from_year <= year)
    found: int | None = session.execute(latest).scalar_one()
    return found


def _given(holders: Sequence[int], year: int, catalogue: int) -> Subquery:
    """What memberships give in a year: person, benefit, quantity of the best tier that runs in
    it.
    """
    m, q = Membership, _quantity.c
    return (
        select(m.person_id, q.benefit_id, func.max(q.quantity).label("quantity"))
        .select_from(m)
        .join(_quantity, and_(q.tier == m.tier, q.from_year == catalogue))
        .where(
            among(m.person_id, holders),
            running_within(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(m.person_id, q.benefit_id)
        .subquery("given")
    )


def _wanted(year: int, catalogue: int) -> ColumnElement[int]:
    """What the memberships of an account's person give of its benefit in a year: looked up account
    by account, so that a chunk costs the same whatever the club's size."""
    m, q = Membership, _quantity.c
    best = (
        select(func.max(q.quantity))
        .select_from(m)
        .join(_quantity, and_(q.tier == m.tier, q.from_year == catalogue))
        .where(
            m.person_id == _account.c.person_id,
            q.benefit_id == _account.c.benefit_id,
            running_within(date(year, 1, 1), date(year, 12, 31)),
        )
        .correlate(_account)
        .scalar_subquery()
    )
    return func.coalesce(best, 0)


def _open_accounts(
    session: Session,
    given: Subquery,
    year: int,
    subject: tuple[str, str],
    at: datetime,
    actor: Actor,
) -> int:
    """Accounts that are missing, each with the entry that opens it."""
    unlimited = (_benefit.c.unit == "unlimited").label("unlimited")
    missing = (
        select(
            given.c.person_id,
            given.c.benefit_id,
            literal(year).label("year"),
            given.c.quantity.label("granted"),
            literal(0).label("held"),
            literal(0).label("used"),
            given.c.quantity.label("tier_granted"),
            unlimited,
            literal(at, _account.c.opened_at.type).label("opened_at"),
        )
        .join_from(given, _benefit, _benefit.c.id == given.c.benefit_id)
        .where(
            (given.c.quantity > 0) | unlimited,
            ~exists().where(
                _account.c.person_id == given.c.person_id,
                _account.c.benefit_id == given.c.benefit_id,
                _account.c.year == year,
            ),
        )
    )
    columns = [column.name for column in missing.selected_columns]
    statement = (
        upsert_of(session)(_account)
        .from_select(columns, missing)
        .on_conflict_do_nothing(index_elements=["person_id", "benefit_id", "year"])
        .execution_options(preserve_rowcount=True)
    )
    before = session.execute(select(func.coalesce(func.max(_account.c.id), 0))).scalar_one()
    opened: int = session.connection().execute(statement).rowcount
    if opened:
        _enter_openings(session, before, year, subject, at, actor)
    return opened


def _enter_openings(
    session: Session,
    before: int,
    year: int,
    subject: tuple[str, str],
    at: datetime,
    actor: Actor,
) -> None:
    """The first entry of each account that was just opened: those with an id beyond `before`.

    Accounts of other transactions have their own entry as soon as they are seen.
    """
    no_entry = ~exists().where(_entry.c.account_id == _account.c.id)
    rows = select(
        _account.c.id,
        literal(at, _entry.c.at.type),
        literal("grant"),
        _account.c.granted,
        literal(0),
        literal(0),
        literal(subject[0]),
        literal(subject[1]),
        literal(actor.kind),
        literal(actor.owner),
    ).where(_account.c.id > before, _account.c.year == year, no_entry)
    columns = (
        "account_id",
        "at",
        "kind",
        "granted",
        "held",
        "used",
        "subject_kind",
        "subject_ref",
        "actor_kind",
        "actor_ref",
    )
    session.connection().execute(insert(_entry).from_select(columns, rows))


def _change_accounts(
    session: Session,
    holders: Sequence[int],
    year: int,
    catalogue: int,
    subject: tuple[str, str],
    at: datetime,
    actor: Actor,
) -> None:
    """Accounts whose tier gives another quantity now: locked in order of their ids, then moved."""
    wanted = _wanted(year, catalogue)
    rows = session.execute(
        select(_account.c.id, _account.c.tier_granted, REMAINING.label("remaining"), wanted)
        .where(
            among(_account.c.person_id, holders),
            _account.c.year == year,
            _account.c.unlimited.is_(False),
            _account.c.tier_granted != wanted,
        )
        .order_by(_account.c.id + 0)  # not the key itself: SQLite would walk all accounts by it
        .with_for_update(of=_account)
    ).all()
    moves: dict[tuple[str, int], list[int]] = defaultdict(list)
    for account_id, has, remaining, should in rows:
        difference = max(should - has, -remaining)
        if difference:
            kind = "grant" if difference > 0 else "adjust" if should else "expire"
            moves[kind, difference].append(account_id)
    for (kind, difference), ids in sorted(moves.items()):
        _move(session, ids, kind, difference, subject, at, actor)


def _move(
    session: Session,
    ids: list[int],
    kind: str,
    difference: int,
    subject: tuple[str, str],
    at: datetime,
    actor: Actor,
) -> None:
    """Two statements for all accounts that move by the same difference. The caller holds their
    locks.
    """
    a = _account.c
    session.execute(
        update(_account)
        .where(a.id.in_(ids))
        .values(granted=a.granted + difference, tier_granted=a.tier_granted + difference)
    )
    entry: dict[str, Any] = {
        "at": at,
        "kind": kind,
        "granted": difference,
        "held": 0,
        "used": 0,
        "subject_kind": subject[0],
        "subject_ref": subject[1],
        "actor_kind": actor.kind,
        "actor_ref": actor.owner,
    }
    session.connection().execute(insert(_entry), [{**entry, "account_id": i} for i in ids])


def grant_next_year(db: Database, *, today: date, actor: Actor = CLUB, chunk: int = CHUNK) -> int:
    """Open next year's accounts for all whose term reaches it, from 45 days ahead; earlier does
    nothing.

    A loop of runs, one a range of persons; gives how many accounts were opened.
    """
    years = open_years(today)[1:]
    if not years:
        return 0
    return _over_everybody(db, years, ("year", str(years[0])), actor, chunk)


def regrant_everyone(db: Database, *, today: date, actor: Actor = CLUB, chunk: int = CHUNK) -> int:
    """Bring all open years of everybody to the catalogue and the memberships, after a catalogue was
    changed.
    """
    return _over_everybody(db, open_years(today), ("catalogue", str(today.year)), actor, chunk)


def _over_everybody(
    db: Database, years: tuple[int, ...], subject: tuple[str, str], actor: Actor, chunk: int
) -> int:
    opened, after = 0, 0
    while True:
        with db.read() as session:
            by_index(session)
            persons = session.scalars(
                select(_survivor)
                .where(_survivor > after, exists().where(_membership.c.person_id == _person.c.id))
                .distinct()
                .order_by(_survivor)
                .limit(chunk)
            ).all()
        if not persons:
            return opened
        opened += db.run(
            grant_memberships,
            persons=persons,
            years=years,
            subject=subject,
            at=clock.now(),
            actor=actor,
        )
        after = persons[-1]
        stopping.here()


def expire_years(db: Database, *, today: date, actor: Actor = CLUB, chunk: int = CHUNK) -> int:
    """End what is left of the years before this one. A loop of runs; gives how many accounts
    ended.
    """
    ended, after = 0, 0
    while rows := db.run(
        expire_some, before=today.year, after=after, at=clock.now(), actor=actor, size=chunk
    ):
        ended, after = ended + len(rows), rows[-1]
        stopping.here()
    return ended


def expire_some(
    session: Session, *, before: int, after: int, at: datetime, actor: Actor, size: int
) -> list[int]:
    """The next accounts (ids beyond `after`) of years before `before` with something left; gives
    their ids. What is held stays: its visit may still be completed."""
    rows = session.execute(
        select(_account.c.id, REMAINING.label("remaining"), _account.c.year)
        .where(_account.c.year < before, REMAINING > 0, _account.c.id > after)
        .order_by(_account.c.id)
        .limit(size)
        .with_for_update()
    ).all()
    if not rows:
        return []
    a = _account.c
    session.execute(
        update(_account).where(a.id.in_([row.id for row in rows])).values(granted=a.held + a.used)
    )
    entries = [
        {
            "account_id": row.id,
            "at": at,
            "kind": "expire",
            "granted": -row.remaining,
            "held": 0,
            "used": 0,
            "subject_kind": "year",
            "subject_ref": str(row.year),
            "actor_kind": actor.kind,
            "actor_ref": actor.owner,
        }
        for row in rows
    ]
    session.connection().execute(insert(_entry), entries)
    return [row.id for row in rows]
