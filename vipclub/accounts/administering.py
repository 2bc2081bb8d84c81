"""What the administrator does to others' accounts: scopes, role, disabling and enabling, ending
sign-ins. Each act is in the audit trail; each that takes rights away ends sign-ins."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from vipclub.accounts.models import Account, AccountScope
from vipclub.accounts.opening import add_scope
from vipclub.accounts.permissions import ROLES, Permission
from vipclub.accounts.refusals import (
    OwnAccount,
    RoleUnfit,
    ScopeUnfit,
)
from vipclub.accounts.sessions import end_sessions
from vipclub.accounts.steps import DISABLE, ENABLE
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.steps import Step
from vipclub.core.types import parse_ref


def find_account(session: Session, actor: Actor, ref: str) -> Account:
    """An account, to change it. Nobody changes the own one. Raises NotFound, Forbidden and
    OwnAccount."""
    actor.require(Permission.ACCOUNT_CHANGE)
    found = session.execute(
        select(Account).where(Account.public_ref == parse_ref(ref, "U"))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    if found.id == actor.account_id:
        raise OwnAccount()
    return found


SCOPE_OF_ROLE = {"member": "person", "manager": "portfolio", "partner": "partner"}
"""The kind of scope that goes with a role; the others see everybody, or nobody."""


def grant_scope(session: Session, actor: Actor, *, account: str, kind: str, ref: str) -> None:
    """Let an account see the affairs of one more person, partner or portfolio. Raises ScopeUnfit
    for what doesn't go with the role: nobody gets to see more than the role is for."""
    found = find_account(session, actor, account)
    if SCOPE_OF_ROLE.get(found.role) != kind:
        raise ScopeUnfit()
    if add_scope(session, found.id, kind, ref):
        audit.write(
            session,
            actor,
            "account.grant_scope",
            subject=("account", found.public_ref),
            after={"kind": kind, "ref": ref},
        )


def revoke_scope(session: Session, actor: Actor, *, account: str, kind: str, ref: str) -> None:
    """Take from an account what one scope let it see; it counts from the next request on. Raises
    OwnAccount, NotFound, Forbidden."""
    found = find_account(session, actor, account)
    session.execute(
        delete(AccountScope).where(
            AccountScope.account_id == found.id, AccountScope.kind == kind, AccountScope.ref == ref
        )
    )
    audit.write(
        session,
        actor,
        "account.revoke_scope",
        subject=("account", found.public_ref),
        before={"kind": kind, "ref": ref},
    )


def change_role(session: Session, actor: Actor, *, account: str, role: str) -> None:
    """Another role: the scopes of the old one go, and all sign-ins end. A member's account stays a
    member's, and no staff account becomes one (RoleUnfit)."""
    found = find_account(session, actor, account)
    if role not in ROLES:
        raise Malformed("role")
    if role == found.role:
        return
    if found.person_id is not None or "member" in (role, found.role):
        raise RoleUnfit()
    before, found.role = found.role, role
    session.execute(delete(AccountScope).where(AccountScope.account_id == found.id))
    end_sessions(session, account_id=found.id, reason="role_changed")
    audit.write(
        session,
        actor,
        "account.change_role",
        subject=("account", found.public_ref),
        before={"role": before},
        after={"role": role},
    )


def disable_account(
    session: Session, actor: Actor, *, account: str, reason: str | None = None
) -> bool:
    """Nobody can sign in to it any more, and whoever is signed in is out at once. False when it was
    disabled before: nothing is written. Raises OwnAccount, NotFound, Forbidden."""
    return _set_state(session, actor, account, DISABLE, reason)


def enable_account(
    session: Session, actor: Actor, *, account: str, reason: str | None = None
) -> bool:
    """A disabled account may be signed in to again. False when it was active before: nothing is
    written. Raises OwnAccount, NotFound, Forbidden."""
    return _set_state(session, actor, account, ENABLE, reason)


def _set_state(
    session: Session, actor: Actor, account: str, step: Step[object], reason: str | None
) -> bool:
    found = find_account(session, actor, account)
    if found.state not in step.sources:
        return False
    before, found.state = found.state, step.target
    if step is DISABLE:
        end_sessions(session, account_id=found.id, reason="disabled")
    audit.write(
        session,
        actor,
        f"account.{step.name}",
        subject=("account", found.public_ref),
        before={"state": before},
        after={"state": step.target},
        reason=reason,
    )
    return True


def end_sign_ins(session: Session, actor: Actor, *, account: str) -> int:
    """Whoever is signed in to an account signs in anew; how many sign-ins there were. Raises
    OwnAccount, NotFound, Forbidden."""
    found = find_account(session, actor, account)
    ended = end_sessions(session, account_id=found.id, reason="ended_by_admin")
    audit.write(
        session,
        actor,
        "account.end_sign_ins",
        subject=("account", found.public_ref),
        after={"ended": ended},
    )
    return ended
