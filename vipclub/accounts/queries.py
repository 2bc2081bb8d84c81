"""How many accounts there are by role, and which see a partner's, a portfolio's or a person's
affairs. The list of accounts and one of them stand in `directory`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from vipclub.accounts.models import Account, AccountScope, ApiToken
from vipclub.accounts.permissions import ROLES, Permission
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.types import UtcDateTime


def scope_runs(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a scope is in force at a moment, which may be a parameter."""
    scope = AccountScope
    return and_(
        or_(scope.valid_from.is_(None), scope.valid_from <= now),
        or_(scope.valid_to.is_(None), scope.valid_to > now),
    )


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
            scope_runs(now),
        )
        .order_by(scope.account_id)
    )
    return list(rows)


def accounts_by_role(session: Session, actor: Actor) -> dict[str, int]:
    """How many active accounts there are, by role, in the order of the roles."""
    actor.require(Permission.ACCOUNT_VIEW)
    return _in_order(session.execute(_by_role()).all())


@dataclass(frozen=True, slots=True)
class AccessSummary:
    """Who may come in: active accounts by role in the order of the roles, tokens that open
    something now, and when the next of these ends."""

    by_role: dict[str, int]
    tokens: int
    next_end: datetime | None


def access_summary(session: Session, actor: Actor) -> AccessSummary:
    """How many accounts and tokens work. One statement. Raises Forbidden."""
    actor.require(Permission.ACCOUNT_VIEW)
    actor.require(Permission.TOKEN_CREATE)
    token = ApiToken
    working = (
        select(
            func.count().label("tokens"), func.min(token.expires_at, type_=UtcDateTime).label("end")
        )
        .where(token.revoked_at.is_(None), token.expires_at > clock.now())
        .subquery()
    )
    roles = _by_role().subquery()
    rows = session.execute(
        select(working.c.tokens, working.c.end, roles.c.role, roles.c.accounts)
        .select_from(working)
        .outerjoin(roles, true())
    ).all()
    return AccessSummary(_in_order(row[2:] for row in rows), rows[0].tokens, rows[0].end)


def _by_role() -> Select[str, int]:
    return (
        select(Account.role, func.count().label("accounts"))
        .where(Account.state == "active")
        .group_by(Account.role)
    )


def _in_order(rows: Iterable[Sequence[Any]]) -> dict[str, int]:
    found = {row[0]: row[1] for row in rows}
    return {role: found.get(role, 0) for role in ROLES}
