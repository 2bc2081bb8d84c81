"""New staff of the club: the administrator opens the account, its owner sets the password.

The link is told once, to be handed over; the second proof is the sign-in name it was written for
(`staffing.accept_staff_invitation`).
"""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.accounts.keeping import SCOPE_OF_ROLE, find_account, open_account
from vipclub.accounts.models import StaffInvitation
from vipclub.accounts.permissions import STAFF, Permission
from vipclub.accounts.refusals import RoleUnfit
from vipclub.accounts.staffing import StaffInvited, write_invitation
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound


def roles_to_fill(actor: Actor) -> tuple[str, ...]:
    """The roles that the actor may open an account for. Raises Forbidden."""
    actor.require(Permission.ACCOUNT_CHANGE)
    return STAFF


def recruit(
    session: Session,
    actor: Actor,
    *,
    login: str,
    name: str,
    role: str,
    language: str,
    scope: str | None = None,
) -> StaffInvited:
    """A staff account without a password, and the secret of the link by which its owner sets one.
    `scope` is whose affairs a partner's clerk or a relationship manager sees. Raises RoleUnfit for
    members (who are invited as persons), Malformed, LoginTaken, LoginUnreadable, Forbidden."""
    actor.require(Permission.ACCOUNT_CHANGE)
    if role == "member":
        raise RoleUnfit()
    kind = SCOPE_OF_ROLE.get(role)
    if (role == "partner") and not scope:
        raise Malformed("scope")
    account = open_account(
        session,
        actor,
        login=login,
        role=role,
        display_name=name,
        language=language,
        password=None,
        scopes=[(kind, scope)] if kind and scope else [],
        person_id=None,
    )
    return write_invitation(session, account.id, account.public_ref, clock.now())


def renew_invitation(session: Session, actor: Actor, *, account: str) -> StaffInvited:
    """A new link for staff who haven't set a password yet; earlier ones stop working. Raises
    NotFound for an account that has one, OwnAccount, Forbidden."""
    found = find_account(session, actor, account)
    now = clock.now()
    if found.password_hash is not None or found.state != "active" or found.role == "member":
        raise NotFound()
    session.execute(
        update(StaffInvitation)
        .where(StaffInvitation.account_id == found.id, StaffInvitation.used_at.is_(None))
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
    audit.write(session, actor, "account.invite", subject=("account", found.public_ref))
    return write_invitation(session, found.id, found.public_ref, now)
