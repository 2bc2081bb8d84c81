"""A partner's own staff: colleagues invite, see and shut out each other, within their partner.

The role given is always `partner`, the scope one of the actor's own partners: nobody hands out more
than they have. Nobody shuts out the own account. Only the club opens a shut account again, since it
may be the club that shut it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub.accounts.models import Account, AccountScope, StaffInvitation, UserSession
from vipclub.accounts.opening import open_account
from vipclub.accounts.permissions import Permission
from vipclub.accounts.refusals import (
    LoginTaken,
    OwnAccount,
    StaffOfSeveral,
    TooManyInvitations,
)
from vipclub.accounts.sessions import end_sessions
from vipclub.accounts.staff_invitations import StaffInvited, write_staff_invitation
from vipclub.accounts.steps import SHUT_OUT
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.errors import NotFound
from vipclub.core.types import parse_ref

ROLE = "partner"
TAKEN = "account.invite_taken"
A_DAY = 20
"""Invitations that a partner may write within 24 hours: whether a sign-in name is taken is not for
trying out."""

_others = aliased(AccountScope)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One of a partner's people. `state`: invited, active, disabled; `shared` with other partners;
    `invited_until` while an invitation waits."""

    ref: str
    name: str = field(repr=False)
    state: str
    own: bool
    shared: bool
    last_seen_at: datetime | None
    invited_until: datetime | None


@dataclass(frozen=True, slots=True)
class StaffLoginTaken:
    """The answer to an invitation whose sign-in name somebody has already. That it was tried is
    remembered."""


def partner_staff(session: Session, actor: Actor, *, partner: str) -> list[StaffRow]:
    """The people of a partner of the actor, by name. One statement. Raises NotFound, Forbidden."""
    return _people(session, actor, _own_partner(actor, partner))


def staff_of_partner(session: Session, actor: Actor, *, partner: str) -> list[StaffRow]:
    """The same for whoever keeps all accounts; nobody where there is no such partner. One
    statement. Raises MalformedRef, Forbidden."""
    actor.require(Permission.ACCOUNT_VIEW)
    return _people(session, actor, parse_ref(partner, "P"))


def _people(session: Session, actor: Actor, ref: str) -> list[StaffRow]:
    now = clock.now()
    seen = (
        select(func.max(UserSession.last_seen_at))
        .where(UserSession.account_id == Account.id)
        .correlate(Account)
        .scalar_subquery()
    )
    until = (
        select(func.max(StaffInvitation.expires_at))
        .where(StaffInvitation.account_id == Account.id, StaffInvitation.used_at.is_(None))
        .correlate(Account)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Account.id,
            Account.public_ref,
            Account.display_name,
            Account.state,
            Account.password_hash.is_(None).label("waits"),
            _shared().label("shared"),
            seen.label("seen"),
            until.label("until"),
        )
        .join(AccountScope, _is_scope(ref))
        .where(Account.role == ROLE)
        .order_by(Account.state, Account.display_name, Account.id)
    )
    return [
        StaffRow(
            ref=row.public_ref,
            name=row.display_name,
            state="invited" if row.waits and row.state == "active" else row.state,
            own=row.id == actor.account_id,
            shared=row.shared,
            last_seen_at=row.seen,
            invited_until=row.until if row.waits and row.until and row.until > now else None,
        )
        for row in rows
    ]


def _own_partner(actor: Actor, partner: str) -> str:
    """A partner that the actor works for; any other is not found."""
    actor.require(Permission.ACCOUNT_STAFF)
    ref = parse_ref(partner, "P")
    if ref not in actor.refs("partner") and not actor.sees_all:
        raise NotFound()
    return ref


def _is_scope(partner: str) -> ColumnElement[bool]:
    return and_(
        AccountScope.account_id == Account.id,
        AccountScope.kind == "partner",
        AccountScope.ref == partner,
    )


def _shared() -> ColumnElement[bool]:
    """Whether an account may see more than the one scope."""
    return (
        select(func.count())
        .select_from(_others)
        .where(_others.account_id == Account.id)
        .correlate(Account)
        .scalar_subquery()
    ) > 1


def invite_staff(
    session: Session, actor: Actor, *, partner: str, login: str, name: str, language: str
) -> StaffInvited | StaffLoginTaken:
    """A new colleague: the account without a password, and a link by which its owner sets one. A
    sign-in name that is taken counts as one of the day's invitations, so it is returned, not
    raised. Raises LoginUnreadable, TooManyInvitations, NotFound, Forbidden."""
    ref = _own_partner(actor, partner)
    now = clock.now()
    if _tries(session, ref, now - timedelta(days=1)) >= A_DAY:
        raise TooManyInvitations(most=A_DAY)
    try:
        account = open_account(
            session,
            actor,
            login=login,
            role=ROLE,
            display_name=name,
            language=language,
            password=None,
            scopes=[("partner", ref)],
            person_id=None,
        )
    except LoginTaken:
        audit.write(session, actor, TAKEN, subject=("partner", ref), at=now)
        return StaffLoginTaken()
    return write_staff_invitation(session, account.id, account.public_ref, now, mailed=True)


def _tries(session: Session, partner: str, since: datetime) -> int:
    """Invitations that a partner wrote, and sign-in names it tried in vain. One statement."""
    written = (
        select(func.count())
        .select_from(StaffInvitation)
        .join(Account, Account.id == StaffInvitation.account_id)
        .join(AccountScope, _is_scope(partner))
        .where(StaffInvitation.created_at > since)
    )
    taken = select(func.count()).where(
        AuditRow.subject_kind == "partner",
        AuditRow.subject_ref == partner,
        AuditRow.action == TAKEN,
        AuditRow.at > since,
    )
    tries = select(written.scalar_subquery() + taken.scalar_subquery())
    return int(session.execute(tries).scalar_one())


def renew_staff_invitation(
    session: Session, actor: Actor, *, partner: str, account: str
) -> StaffInvited:
    """A new link for somebody who hasn't set a password yet; the earlier one stops working. Raises
    NotFound, Forbidden."""
    now = clock.now()
    found = _find_colleague(session, actor, partner, account)
    if found.password_hash is not None or found.state != "active":
        raise NotFound()
    session.execute(
        update(StaffInvitation)
        .where(StaffInvitation.account_id == found.id, StaffInvitation.used_at.is_(None))
        .values(expires_at=now)
    )
    audit.write(session, actor, "account.invite", subject=("account", found.public_ref))
    return write_staff_invitation(session, found.id, found.public_ref, now, mailed=True)


def disable_staff(session: Session, actor: Actor, *, partner: str, account: str) -> None:
    """A colleague is out at once. Raises OwnAccount; StaffOfSeveral for somebody who works for
    other partners too; NotFound, Forbidden."""
    found = _find_colleague(session, actor, partner, account)
    if found.id == actor.account_id:
        raise OwnAccount()
    scopes = select(func.count()).where(AccountScope.account_id == found.id)
    if (session.scalar(scopes) or 0) > 1:
        raise StaffOfSeveral()
    if found.state not in SHUT_OUT.sources:
        return
    found.state = SHUT_OUT.target
    end_sessions(session, account_id=found.id, reason="disabled")
    audit.write(
        session,
        actor,
        "account.disable",
        subject=("account", found.public_ref),
        before={"state": SHUT_OUT.source},
        after={"state": SHUT_OUT.target},
    )


def _find_colleague(session: Session, actor: Actor, partner: str, account: str) -> Account:
    """The finder is the lock: only accounts of the role, in the partner's scope."""
    ref = _own_partner(actor, partner)
    found = session.execute(
        select(Account)
        .join(AccountScope, _is_scope(ref))
        .where(Account.public_ref == parse_ref(account, "U"), Account.role == ROLE)
        .with_for_update(of=Account)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found
