"""Opening an account: the one place where its row is written.

`create_account` is the administrator's. Members open theirs by an invitation
(`member_invitations`), staff are recruited (`staff_invitations`) or invited by their colleagues
(`partner_staff`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.accounts.logins import canonical_login, claim_login, login_indexes
from vipclub.accounts.models import Account, AccountScope
from vipclub.accounts.passwords import passwords, refuse_weak
from vipclub.accounts.permissions import ROLES, Permission
from vipclub.accounts.refusals import LoginTaken, PortfolioUnreadable
from vipclub.accounts.steps import CREATE
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import insert_ignore
from vipclub.core.errors import Malformed
from vipclub.core.types import new_ref, parse_ref

PORTFOLIO = re.compile(r"[A-Z0-9]{1,20}/[\w-]{1,20}", re.ASCII)
"""A group company and a relationship manager's number there, such as LIFE/0042."""


def create_account(
    session: Session,
    actor: Actor,
    *,
    login: str,
    role: str,
    display_name: str,
    language: str,
    password: str | None = None,
    scopes: Iterable[tuple[str, str]] = (),
    person_id: int | None = None,
) -> Account:
    """A new account of any role. Without a password nobody can sign in to it yet. Raises
    LoginTaken, LoginUnreadable, PasswordTooWeak, Malformed (an unknown role), Forbidden."""
    actor.require(Permission.ACCOUNT_CHANGE)
    return open_account(
        session,
        actor,
        login=login,
        role=role,
        display_name=display_name,
        language=language,
        password=password,
        scopes=scopes,
        person_id=person_id,
    )


def open_account(
    session: Session,
    actor: Actor,
    *,
    login: str,
    role: str,
    display_name: str,
    language: str,
    password: str | None,
    scopes: Iterable[tuple[str, str]],
    person_id: int | None,
) -> Account:
    """Write the account, its scopes and its audit row; asks no right, so whoever calls it has: who
    was invited has none. Raises LoginTaken, LoginUnreadable, PasswordTooWeak, Malformed (an unknown
    role)."""
    if role not in ROLES:
        raise Malformed("role")
    name = canonical_login(login)
    indexes = login_indexes(session, name)
    claim_login(session, indexes)
    if session.execute(select(Account.id).where(Account.login_index.in_(indexes))).first():
        raise LoginTaken()
    if password is not None:
        refuse_weak(password, name, display_name)
    ref = new_ref("U")
    account = Account(
        public_ref=ref,
        role=role,
        display_name=display_name[:120],
        login=cipher_of(session).seal("account.login", ref, name),
        login_index=indexes[0],
        password_hash=passwords().hash(password) if password is not None else None,
        language=language,
        state=CREATE.target,
        person_id=person_id,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    for kind, scope_ref in scopes:
        add_scope(session, account.id, kind, scope_ref)
    audit.write(session, actor, "account.create", subject=("account", ref), after={"role": role})
    return account


def readable_scope(kind: str, ref: str) -> str:
    """Whose affairs, in the form that is stored. Raises MalformedRef and PortfolioUnreadable.

    >>> readable_scope("portfolio", "LIFE/0042")
    'LIFE/0042'
    """
    if kind != "portfolio":
        return parse_ref(ref, {"partner": "P", "person": "M"}[kind])
    if not PORTFOLIO.fullmatch(ref):
        raise PortfolioUnreadable()
    return ref


def add_scope(session: Session, account_id: int, kind: str, ref: str) -> bool:
    """Let an account see whose affairs `ref` names; False when it could already."""
    return insert_ignore(
        session,
        AccountScope.__table__,
        {"account_id": account_id, "kind": kind, "ref": ref},
        conflict=["account_id", "kind", "ref"],
    )
