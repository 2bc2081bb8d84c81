"""A sign-in that goes on: from the cookie's token to who asks, in one statement."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from vipclub.accounts.models import Account, AccountScope, UserSession
from vipclub.accounts.permissions import SEES_ALL, permissions_of
from vipclub.core import clock
from vipclub.core.actor import EVERYTHING, Actor

PATIENCE = {"member": (timedelta(days=30), timedelta(days=90))}
STAFF_PATIENCE = (timedelta(minutes=30), timedelta(hours=12))
"""How long without a request, and how long in all (ASVS 5.0, 7.3; NIST SP 800-63B-4 for staff)."""

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """A sign-in as it stands now. `stale`: its last-seen stamp is a minute old or more."""

    actor: Actor
    role: str
    language: str
    session_id: int
    account_id: int
    stale: bool
    name: str = field(repr=False)


def token_hash(token: str) -> bytes:
    """What the database knows of a secret."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


_visit = (
    select(
        UserSession.id.label("session_id"),
        UserSession.created_at,
        UserSession.last_seen_at,
        Account.id.label("account_id"),
        Account.public_ref,
        Account.role,
        Account.display_name,
        Account.language,
        AccountScope.kind,
        AccountScope.ref,
        AccountScope.valid_from,
        AccountScope.valid_to,
    )
    .join(Account, Account.id == UserSession.account_id)
    .outerjoin(AccountScope, AccountScope.account_id == Account.id)
    .where(
        UserSession.token_hash == bindparam("hash"),
        UserSession.ended_at.is_(None),
        Account.state == "active",
    )
)


def in_force(valid_from: datetime | None, valid_to: datetime | None, at: datetime) -> bool:
    """Whether a scope with these dates counts at a moment; the end is exclusive."""
    return (valid_from is None or valid_from <= at) and (valid_to is None or at < valid_to)


def visit_of_session(
    session: Session, token: str, *, request_id: str = "", channel: str = "web"
) -> Visit | None:
    """Who the cookie's token signs in; None when it is unknown, ended, too old, or the account
    is disabled."""
    rows = session.execute(_visit, {"hash": token_hash(token)}).all()
    if not rows:
        return None
    now, first = clock.now(), rows[0]
    idle, absolute = PATIENCE.get(first.role, STAFF_PATIENCE)
    if now - first.last_seen_at >= idle or now - first.created_at >= absolute:
        return None
    scopes = {
        (row.kind, row.ref)
        for row in rows
        if row.kind is not None and in_force(row.valid_from, row.valid_to, now)
    }
    if first.role in SEES_ALL:
        scopes.add(("all", EVERYTHING))
    actor = Actor(
        kind=first.role,
        account_id=first.account_id,
        account_ref=first.public_ref,
        permissions=permissions_of(first.role),
        scopes=frozenset(scopes),
        channel=channel,
        request_id=request_id,
        name=first.display_name,
    )
    return Visit(
        actor=actor,
        role=first.role,
        language=first.language,
        session_id=first.session_id,
        account_id=first.account_id,
        stale=now - first.last_seen_at >= SEEN_EVERY,
        name=first.display_name,
    )


def stamp_session(session: Session, *, session_id: int) -> None:
    """Note that a sign-in is in use; at most once a minute, however many requests come at once."""
    now = clock.now()
    session.execute(
        update(UserSession)
        .where(
            UserSession.id == session_id,
            UserSession.ended_at.is_(None),
            UserSession.last_seen_at <= now - SEEN_EVERY,
        )
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def end_sessions(session: Session, *, account_id: int, reason: str, but: int | None = None) -> int:
    """End all sign-ins of an account at once, but for one if asked. How many there were."""
    statement = (
        update(UserSession)
        .where(UserSession.account_id == account_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
        .execution_options(synchronize_session=False)
    )
    if but is not None:
        statement = statement.where(UserSession.id != but)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
