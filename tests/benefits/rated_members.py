"""Members with accounts, for tests of the benefits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import (
    person_id_of,
    persons_under_policy,
    source_record,
)
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

RATING_DAY = date(2026, 7, 1)
BELOW, GOLD, PLATINUM, DIAMOND, BLACK = 10, 600_000, 2_500_000, 7_000_000, 31_000_000


def react_by_granting_alone(db: Database) -> None:
    """Benefits answer ratings, whatever else the table of reactions has."""
    db._info["reactions"] = {TiersChanged: [grant_after_rating]}


def rate_and_grant(db: Database, day: date = RATING_DAY) -> dict[str, int]:
    react_by_granting_alone(db)
    return rate_everyone(db, CLUB_ACTOR, as_of=day).movements


def rated_members(db: Database, *values: int, day: date = RATING_DAY) -> list[str]:
    """Persons of these values, rated and granted."""
    db.run(load_catalogue, CLUB_ACTOR)
    refs = persons_under_policy(db, *[[source_record(value=value)] for value in values])
    rate_and_grant(db, day)
    return refs


def account_id_of(db: Database, ref: str, benefit: str = "health-check", year: int = 2026) -> int:
    """The account's id."""
    person = person_id_of(db, ref)
    with db.read() as session:
        found = find_account(session, person_id=person, benefit=benefit, year=year)
    assert found is not None
    return found.id


def granted_held_used(db: Database, account_id: int) -> tuple[int, int, int]:
    """Granted, held, used."""
    a = EntitlementAccount
    with db.read() as session:
        row = session.execute(select(a.granted, a.held, a.used).where(a.id == account_id)).one()
    return (row.granted, row.held, row.used)


def entitlement_of(
    db: Database, ref: str, benefit: str = "health-check", year: int = 2026
) -> Entitlement | None:
    """What a member has of a benefit."""
    person = person_id_of(db, ref)
    with db.read() as session:
        rows = entitlements(session, person, year)
    return next((row for row in rows if row.benefit == benefit), None)
