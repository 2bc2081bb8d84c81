"""Who has an account, for those who keep them: never a sign-in name, never a secret."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.accounts.logins import canonical_login, login_indexes
from vipclub.accounts.models import Account, AccountScope, UserSession
from vipclub.accounts.permissions import Permission
from vipclub.accounts.refusals import LoginUnreadable
from vipclub.core.actor import Actor
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.types import UtcDateTime, parse_ref
from vipclub.people import Person

SHOWN = 50
"""Sign-ins of one account in a list."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list; `last_seen_at` of its latest sign-in."""

    ref: str
    name: str
    role: str
    state: str
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Some accounts; `next` is the reference to go on after, None at the end."""

    items: list[AccountRow]
    next: str | None


def find_accounts(
    session: Session,
    actor: Actor,
    *,
    text: str = "",
    role: str = "",
    state: str = "",
    after: str | None = None,
    limit: int = 50,
) -> AccountPage:
    """Accounts whose name has `text` in it, or whose reference or sign-in name it is, the newest
    first. One statement. Raises Forbidden, and MalformedRef for `after`."""
    actor.require(Permission.ACCOUNT_VIEW)
    statement = (
        select(Account.public_ref, Account.display_name, Account.role, Account.state, last_seen())
        .order_by(Account.id.desc())
        .limit(limit + 1)
    )
    if text:
        statement = statement.where(_known_by(session, text))
    if role:
        statement = statement.where(Account.role == role)
    if state:
        statement = statement.where(Account.state == state)
    if after:
        last = select(Account.id).where(Account.public_ref == parse_ref(after, "U"))
        statement = statement.where(Account.id < last.scalar_subquery())
    rows = [AccountRow(*row) for row in session.execute(statement)]
    return AccountPage(rows[:limit], rows[limit - 1].ref if len(rows) > limit else None)


def last_seen() -> ScalarSelect[datetime]:
    """When the account of the statement around it was last signed in, anywhere."""
    return (
        select(func.max(UserSession.last_seen_at, type_=UtcDateTime))
        .where(UserSession.account_id == Account.id)
        .correlate(Account)
        .scalar_subquery()
    )


def _known_by(session: Session, text: str) -> ColumnElement[bool]:
    """By part of the name, the reference, or the whole sign-in name, which is sealed."""
    ways: list[ColumnElement[bool]] = [Account.display_name.icontains(text, autoescape=True)]
    with suppress(MalformedRef):
        ways.append(Account.public_ref == parse_ref(text, "U"))
    with suppress(LoginUnreadable):
        ways.append(Account.login_index.in_(login_indexes(session, canonical_login(text))))
    return or_(*ways)


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """What an account may see: a person's, a partner's, a portfolio's affairs."""

    kind: str
    ref: str
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """Where an account is signed in now."""

    created_at: datetime
    last_seen_at: datetime
    user_agent: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account as its keeper sees it; `person` is the member it is bound to."""

    ref: str
    name: str = field(repr=False)
    role: str
    state: str
    language: str
    created_at: datetime
    has_password: bool
    person: str | None
    own: bool
    scopes: list[ScopeRow]
    sign_ins: list[OpenSignIn]


def account_view(session: Session, actor: Actor, ref: str) -> AccountView:
    """One account with its scopes and where it is signed in now. Three statements. Raises NotFound,
    MalformedRef, Forbidden."""
    actor.require(Permission.ACCOUNT_VIEW)
    row = session.execute(
        select(
            Account.id,
            Account.public_ref,
            Account.display_name,
            Account.role,
            Account.state,
            Account.language,
            Account.created_at,
            Account.password_hash.is_not(None).label("has_password"),
            Person.public_ref.label("person"),
        )
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.public_ref == parse_ref(ref, "U"))
    ).first()
    if row is None:
        raise NotFound()
    scopes = session.execute(
        select(AccountScope.kind, AccountScope.ref, AccountScope.valid_to)
        .where(AccountScope.account_id == row.id)
        .order_by(AccountScope.kind, AccountScope.ref)
    )
    sign_ins = session.execute(
        select(UserSession.created_at, UserSession.last_seen_at, UserSession.user_agent)
        .where(UserSession.account_id == row.id, UserSession.ended_at.is_(None))
        .order_by(UserSession.last_seen_at.desc())
        .limit(SHOWN)
    )
    return AccountView(
        ref=row.public_ref,
        name=row.display_name,
        role=row.role,
        state=row.state,
        language=row.language,
        created_at=row.created_at,
        has_password=row.has_password,
        person=row.person,
        own=row.id == actor.account_id,
        scopes=[ScopeRow(*scope) for scope in scopes],
        sign_ins=[OpenSignIn(*found) for found in sign_ins],
    )


def names_of(session: Session, refs: Iterable[str]) -> dict[str, str]:
    """What accounts are called, by reference, for pages that show who did something. One statement.
    The right to see the page is asked there."""
    wanted = sorted({ref for ref in refs if ref.startswith("U-")})
    rows = session.execute(
        select(Account.public_ref, Account.display_name).where(Account.public_ref.in_(wanted))
    )
    return {row.public_ref: row.display_name for row in rows}
