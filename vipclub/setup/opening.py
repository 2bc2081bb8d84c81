"""What a new club has: the schema, the group's companies, rules, and its first administrator. What
is there already stays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from vipclub import accounts, benefits, bookings, membership, migration, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.setup.answers import Company


def holds_a_club(database: Database) -> bool:
    """Whether anything was ever done there."""
    if migration.standing(database) is None:
        return False
    with database.read() as session:
        return bool(session.scalar(select(exists().where(AuditRow.id > 0))))


def companies_known(database: Database, actor: Actor) -> dict[str, str]:
    """Code -> name of those that are there."""
    with database.read() as session:
        return dict(people.known_subsidiaries(session, actor))


def add_companies(database: Database, actor: Actor, companies: Sequence[Company]) -> list[Company]:
    """Those that aren't there yet, all or none; gives them. Raises SubsidiaryExists,
    CompanyCodeUnreadable."""
    known = companies_known(database, actor)
    new = [company for company in companies if company.code not in known]

    def write(session: Session, actor: Actor) -> None:
        for company in new:
            people.add_subsidiary(session, actor, code=company.code, name=company.name)

    if new:
        database.run(write, actor)
    return new


def rules_missing(database: Database) -> list[str]:
    """Which of the rules that come with the product nobody has put in force, in words."""
    with database.read() as session:
        there = {
            "tier policy": membership.policy_in_force(session, clock.club_today()) is not None,
            "benefits": bool(benefits.benefits(session)),
            "booking rules": session.scalar(select(bookings.any_booking_policy())) is True,
        }
    return [name for name, found in there.items() if not found]


def start_with_shipped_rules(database: Database, actor: Actor, missing: Sequence[str]) -> None:
    """Put those of them in force, by the use cases of their owners, all or none."""

    def load(session: Session, actor: Actor) -> None:
        if "tier policy" in missing:
            membership.load_policy(session, actor)
        if "benefits" in missing:
            benefits.load_catalogue(session, actor)
        if "booking rules" in missing:
            bookings.load_policies(session, actor)

    database.run(load, actor)


def administrators(database: Database, actor: Actor) -> int:
    """How many there are."""
    with database.read() as session:
        return accounts.accounts_by_role(session, actor)["admin"]


def account_of(database: Database, actor: Actor, login: str) -> str | None:
    """The reference of the account with this sign-in name."""
    with database.read() as session:
        try:
            return accounts.account_meant(session, actor, login)
        except NotFound:
            return None


def open_administrator(
    database: Database, actor: Actor, *, name: str, login: str, language: str, base_url: str
) -> tuple[str, str]:
    """The account, and the link by which she sets her password, told this once. Raises
    LoginTaken."""
    invited = database.run(
        accounts.recruit, actor, login=login, name=name, role="admin", language=language
    )
    return invited.account, f"{base_url}/join/{invited.secret}"
