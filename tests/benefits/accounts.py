"""Members with accounts, for tests of the benefits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests.membership.people_rows import CLUB, a_club, person_id_of, record
from vipclub.benefits import (
    Entitlement,
    EntitlementAccount,
    entitlements,
    find_account,
    grant_after_rating,
    load_catalogue,
)
from vipclub.core.db import Database
from vipclub.membership import TiersChanged, rate_everyone

DAY = date(2026, 7, 1)
BELOW, GOLD, PLATINUM, DIAMOND, BLACK = 10, 600_000, 2_500_000, 7_000_000, 31_000_000


def with_reactions(db: Database) -> None:
    """Benefits answer ratings, whatever else the table of reactions has."""
    db._info["reactions"] = {TiersChanged: [grant_after_rating]}


def rate(db: Database, day: date = DAY) -> dict[str, int]:
    with_reactions(db)
    return rate_everyone(db, CLUB, as_of=day).movements


def members(db: Database, *values: int, day: date = DAY) -> list[str]:
    """Persons of these values, rated and granted."""
    db.run(load_catalogue, CLUB)
    refs = a_club(db, *[[record(value=value)] for value in values])
    rate(db, day)
    return refs


def account_of(db: Database, ref: str, benefit: str = "health-check", year: int = 2026) -> int:
    """The account's id."""
    person = person_id_of(db, ref)
    with db.read() as session:
        found = find_account(session, person_id=person, benefit=benefit, year=year)
    assert found is not None
    return found.id


def figures(db: Database, account_id: int) -> tuple[int, int, int]:
    """Granted, held, used."""
    a = EntitlementAccount
    with db.read() as session:
        row = session.execute(select(a.granted, a.held, a.used).where(a.id == account_id)).one()
    return (row.granted, row.held, row.used)


def entitlement(
    db: Database, ref: str, benefit: str = "health-check", year: int = 2026
) -> Entitlement | None:
    """What a member has of a benefit."""
    person = person_id_of(db, ref)
    with db.read() as session:
        rows = entitlements(session, person, year)
    return next((row for row in rows if row.benefit == benefit), None)
