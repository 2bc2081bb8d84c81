"""Invitations for staff, the club's and the partners': the account is opened without a password,
its owner sets one by a link, once, within 14 days.

The link is told once, to be handed over, and opens the account with the sign-in name that it was
written for. Whoever has the link by other means needs that name besides: a second proof. The pages
send it to the sign-in name, too, where that is an address: there the name is known, and that
somebody reads the mailbox is the proof. Here the administrator recruits; a partner's people invite
their colleagues in `partner_staff`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.accounts.administering import SCOPE_OF_ROLE, find_account
from vipclub.accounts.facts import StaffInvitationWritten, StaffRecruited
from vipclub.accounts.logins import canonical_login, login_indexes
from vipclub.accounts.member_invitations import (
    GUESSES,
    VALID_FOR,
    InvitationAccepted,
    InvitationFailed,
)
from vipclub.accounts.models import Account, StaffInvitation
from vipclub.accounts.opening import open_account, readable_scope
from vipclub.accounts.passwords import passwords, refuse_weak
from vipclub.accounts.permissions import STAFF, Permission
from vipclub.accounts.refusals import (
    LoginUnreadable,
    RoleUnfit,
    ScopeUnfit,
)
from vipclub.accounts.sessions import token_hash
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.facts import record


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
    mailed: bool = False,
) -> StaffInvited:
    """A staff account without a password, and the secret of the link by which its owner sets one.
    `scope` is whose affairs a partner's clerk or a relationship manager sees; `mailed` sends the
    link to the sign-in name, too. Raises RoleUnfit for members (who are invited as persons),
    Malformed, ScopeUnfit, MalformedRef, PortfolioUnreadable, LoginTaken, LoginUnreadable,
    Forbidden; and what whoever knows the scope says where there is no such thing."""
    actor.require(Permission.ACCOUNT_CHANGE)
    if role == "member":
        raise RoleUnfit()
    kind = SCOPE_OF_ROLE.get(role)
    if (role == "partner") and not scope:
        raise Malformed("scope")
    if scope and kind is None:
        raise ScopeUnfit()
    scopes = [(kind, readable_scope(kind, scope))] if kind and scope else []
    account = open_account(
        session,
        actor,
        login=login,
        role=role,
        display_name=name,
        language=language,
        password=None,
        scopes=scopes,
        person_id=None,
    )
    for whose in scopes:
        record(session, StaffRecruited(account.public_ref, *whose))
    return write_staff_invitation(
        session, account.id, account.public_ref, clock.now(), mailed=mailed
    )


def renew_invitation(
    session: Session, actor: Actor, *, account: str, mailed: bool = False
) -> StaffInvited:
    """A new link for staff who haven't set a password yet; earlier ones stop working. `mailed` as
    in `recruit`. Raises NotFound for an account that has one, OwnAccount, Forbidden."""
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
    return write_staff_invitation(session, found.id, found.public_ref, now, mailed=mailed)


@dataclass(frozen=True, slots=True)
class StaffInvited:
    """The account, and the secret of the link, told this once."""

    account: str
    secret: str = field(repr=False)
    expires_at: datetime


def write_staff_invitation(
    session: Session, account_id: int, ref: str, now: datetime, *, mailed: bool
) -> StaffInvited:
    """A link, good for 14 days, by which the owner of an account sets its password. Asks no right:
    whoever calls it has."""
    secret = secrets.token_urlsafe(24)
    row = StaffInvitation(
        account_id=account_id,
        token_hash=token_hash(secret),
        created_at=now,
        expires_at=now + VALID_FOR,
        failures=0,
    )
    session.add(row)
    session.flush()
    if mailed:
        fact = StaffInvitationWritten(account_id, ref, row.id, secret, row.expires_at)
        record(session, fact)
    return StaffInvited(ref, secret, now + VALID_FOR)


def staff_invitation_still_open(session: Session, ref: str, version: int) -> bool:
    """Whether a letter with this invitation's link may still go out."""
    found = session.scalar(
        select(StaffInvitation.id)
        .join(Account, Account.id == StaffInvitation.account_id)
        .where(
            StaffInvitation.id == version,
            StaffInvitation.used_at.is_(None),
            StaffInvitation.expires_at > clock.now(),
            StaffInvitation.failures < GUESSES,
            Account.public_ref == ref,
            Account.state == "active",
            Account.password_hash.is_(None),
        )
    )
    return found is not None


def accept_staff_invitation(
    session: Session, *, token: str, login: str, password: str, request_id: str = ""
) -> InvitationAccepted | InvitationFailed:
    """The invited sets the password and says the sign-in name that the invitation was written for:
    a wrong one is counted, five end the invitation, so it is returned, not raised. Raises
    PasswordTooWeak, which may be mended."""
    now = clock.now()
    row = session.execute(
        select(StaffInvitation, Account)
        .join(Account, Account.id == StaffInvitation.account_id)
        .where(
            StaffInvitation.token_hash == token_hash(token),
            StaffInvitation.used_at.is_(None),
            StaffInvitation.expires_at > now,
            StaffInvitation.failures < GUESSES,
            Account.state == "active",
            Account.password_hash.is_(None),
        )
        .with_for_update(of=StaffInvitation)
    ).one_or_none()
    if row is None:
        return InvitationFailed()
    invitation, account = row
    try:
        typed = canonical_login(login)
        right = account.login_index in login_indexes(session, typed)
    except LoginUnreadable:
        typed, right = "", False
    if not right:
        invitation.failures += 1
        session.flush()
        return InvitationFailed()
    refuse_weak(password, typed, account.display_name)
    account.password_hash = passwords().hash(password)
    invitation.used_at = now
    session.flush()
    actor = Actor(
        kind=account.role,
        account_id=account.id,
        account_ref=account.public_ref,
        request_id=request_id,
    )
    audit.write(session, actor, "account.join", subject=("account", account.public_ref))
    return InvitationAccepted(account.public_ref)
