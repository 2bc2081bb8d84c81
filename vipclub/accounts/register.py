"""All accounts for a terminal, on record; and which account is meant by what was typed there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from vipclub.accounts.directory import last_seen
from vipclub.accounts.logins import canonical_login, login_indexes
from vipclub.accounts.member_invitations import GUESSES
from vipclub.accounts.models import STATES, Account, StaffInvitation
from vipclub.accounts.permissions import ROLES, Permission
from vipclub.accounts.refusals import AccountUnknown
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed
from vipclub.core.types import UtcDateTime, parse_ref


@dataclass(frozen=True, slots=True)
class RegisteredAccount:
    """An account without anything personal. `invited_until` while the link by which its owner sets
    the password is open."""

    ref: str
    role: str
    state: str
    last_seen_at: datetime | None
    has_password: bool
    invited_until: datetime | None


def read_register(
    session: Session, actor: Actor, *, role: str = "", state: str = ""
) -> list[RegisteredAccount]:
    """All accounts, or those of a role or in a state, the newest first. That they were read is in
    the audit trail. Two statements. Raises Malformed (a role or state that isn't one), Forbidden.
    """
    actor.require(Permission.ACCOUNT_VIEW)
    if role and role not in ROLES:
        raise Malformed("role")
    if state and state not in STATES:
        raise Malformed("state")
    open_until = (
        select(func.max(StaffInvitation.expires_at, type_=UtcDateTime))
        .where(
            StaffInvitation.account_id == Account.id,
            StaffInvitation.used_at.is_(None),
            StaffInvitation.expires_at > clock.now(),
            StaffInvitation.failures < GUESSES,
        )
        .correlate(Account)
        .scalar_subquery()
    )
    can_be_set = Account.password_hash.is_(None) & (Account.state == "active")
    statement = select(
        Account.public_ref,
        Account.role,
        Account.state,
        last_seen(),
        Account.password_hash.is_not(None),
        case((can_be_set, open_until)),
    ).order_by(Account.id.desc())
    if role:
        statement = statement.where(Account.role == role)
    if state:
        statement = statement.where(Account.state == state)
    rows = [RegisteredAccount(*row) for row in session.execute(statement)]
    audit.write(
        session,
        actor,
        "account.list",
        subject=("account", "*"),
        after={"accounts": len(rows), "role": role, "state": state},
    )
    return rows


def account_meant(session: Session, actor: Actor, typed: str) -> str:
    """The reference of the account that has this reference or this sign-in name. One statement.
    Raises AccountUnknown, MalformedRef, LoginUnreadable, Forbidden."""
    actor.require(Permission.ACCOUNT_VIEW)
    if typed.strip()[:1].upper() == "U" and "@" not in typed:
        known = Account.public_ref == parse_ref(typed, "U")
    else:
        known = Account.login_index.in_(login_indexes(session, canonical_login(typed)))
    found = session.scalar(select(Account.public_ref).where(known))
    if found is None:
        raise AccountUnknown()
    return found
