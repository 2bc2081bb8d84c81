"""How many accounts there are by role, and which see a partner's, a portfolio's or a person's
affairs. The list of accounts and one of them stand in `directory`."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from vipclub.accounts.models import Account, AccountScope
from vipclub.accounts.permissions import ROLES, Permission
from vipclub.core import clock
from vipclub.core.actor import Actor


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
