"""What is asked about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from vipclub.accounts.models import Account, AccountScope, UserSession
from vipclub.accounts.permissions import ROLES, Permission
from vipclub.core import clock
from vipclub.core.actor import Actor


@dataclass(frozen=True, slots=True)
class SignInRow:
    """A sign-in of one's own; `name` tells it from the others and is no secret."""

    session_id: int
    name: str
    created_at: datetime
    last_seen_at: datetime
    user_agent: str


def accounts_with(session: Session, kind: str, ref: str) -> list[int]:
    """Ids of the active accounts that have a scope now, for what the club has to tell them. One
    statement."""
    now, scope = clock.now(), AccountScope
    rows = session.scalars(
        select(scope.account_id)
        .join(Account, Account.id == scope.account_id)
        .where(
            scope.kind == kind,
            scope.ref == ref,
            Account.state == "active",
            or_(scope.valid_from.is_(None), scope.valid_from <= now),
            or_(scope.valid_to.is_(None), scope.valid_to > now),
        )
        .order_by(scope.account_id)
    )
    return list(rows)


def accounts_by_role(session: Session, actor: Actor) -> dict[str, int]:
    """How many active accounts there are, by role, in the order of the roles."""
    actor.require(Permission.ACCOUNT_VIEW)
    rows = session.execute(
        select(Account.role, func.count()).where(Account.state == "active").group_by(Account.role)
    ).all()
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    return {role: found.get(role, 0) for role in ROLES}


def own_sign_ins(session: Session, actor: Actor) -> list[SignInRow]:
    """Where one is signed in now."""
    rows = session.execute(
        select(
            UserSession.id,
            UserSession.token_hash,
            UserSession.created_at,
            UserSession.last_seen_at,
            UserSession.user_agent,
        )
        .where(UserSession.account_id == actor.account_id, UserSession.ended_at.is_(None))
        .order_by(UserSession.last_seen_at.desc())
    )
    return [SignInRow(row.id, bytes(row.token_hash)[:8].hex(), *row[2:]) for row in rows]
