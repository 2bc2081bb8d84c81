"""A sign-in from its beginning to its end: the row behind the cookie, who asks by it (one statement
a request), how long it is good, and whoever ends it.

By a request that comes too late it has ended (`PATIENCE`); by its owner (`sign_out`, `end_sign_in`,
`end_other_sign_ins`); by whatever takes rights away (`end_sessions`: a new password, another role,
a disabled account, the administrator's `end_sign_ins`).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.orm import Session

from vipclub.accounts.kept_searches import forget_searches_of
from vipclub.accounts.models import Account, AccountScope, UserSession
from vipclub.accounts.permissions import SEES_ALL, permissions_of
from vipclub.core import audit, clock
from vipclub.core.actor import EVERYTHING, Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.rows import AnySelect
from vipclub.people import PersonsMerged

PATIENCE = {"member": (timedelta(days=30), timedelta(days=90))}
STAFF_PATIENCE = (timedelta(minutes=30), timedelta(hours=12))
"""How long without a request, and how long in all (ASVS 5.0, 7.3; NIST SP 800-63B-4 for staff)."""

SEEN_EVERY = timedelta(minutes=1)
_NAME = re.compile(r"[0-9a-f]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in as it stands now. `stale`: its last-seen stamp is a minute old or more."""

    actor: Actor
    role: str
    language: str
    session_id: int
    account_id: int
    stale: bool
    name: str = field(repr=False)
    beside: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was asked along with it, by the columns' names (`sign_in_statement`)."""


def token_hash(token: str) -> bytes:
    """What the database keeps of a secret, a cookie's or a link's: its SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def open_session(session: Session, account_id: int, address: str, user_agent: str) -> str:
    """A new sign-in of an account; gives the cookie's token: 256 bits, of which the row keeps the
    SHA-256."""
    now = clock.now()
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(UserSession).values(
            account_id=account_id,
            token_hash=token_hash(token),
            created_at=now,
            last_seen_at=now,
            address=address[:45],
            user_agent=user_agent[:200],
        )
    )
    return token


_sign_in = (
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


_OWN = len(_sign_in.selected_columns)


def sign_in_statement(*beside: ColumnElement[Any]) -> AnySelect:
    """The statement that finds a sign-in, with columns that are asked along: they may be correlated
    to `Account`."""
    return _sign_in.add_columns(*beside)


def in_force(valid_from: datetime | None, valid_to: datetime | None, at: datetime) -> bool:
    """Whether a scope with these dates counts at a moment; the end is exclusive."""
    return (valid_from is None or valid_from <= at) and (valid_to is None or at < valid_to)


def sign_in_of_session(
    session: Session,
    token: str,
    *,
    request_id: str = "",
    channel: str = "web",
    statement: AnySelect = _sign_in,
) -> SignIn | None:
    """Who the cookie's token signs in, by one `sign_in_statement`; None when it is unknown, ended,
    too old, or the account is disabled."""
    rows = run_built(session, statement, {"hash": token_hash(token)}).all()
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
    return SignIn(
        actor=actor,
        role=first.role,
        language=first.language,
        session_id=first.session_id,
        account_id=first.account_id,
        stale=now - first.last_seen_at >= SEEN_EVERY,
        name=first.display_name,
        beside=dict(zip(first._fields[_OWN:], first[_OWN:], strict=True)),
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


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One of the actor's own sign-ins; `name` tells it from the others and is no secret."""

    session_id: int
    name: str
    created_at: datetime
    last_seen_at: datetime
    user_agent: str


def own_sign_ins(session: Session, actor: Actor) -> list[SignInRow]:
    """Where the actor is signed in now, the last seen first. One statement."""
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


def sign_out(session: Session, actor: Actor, *, session_id: int) -> None:
    """End the actor's own sign-in of this number. Ending one that has ended changes nothing."""
    ended = session.execute(
        update(UserSession)
        .where(
            UserSession.id == session_id,
            UserSession.account_id == actor.account_id,
            UserSession.ended_at.is_(None),
        )
        .values(ended_at=clock.now(), end_reason="signed_out")
    )
    if ended.rowcount and actor.account_id is not None:  # type: ignore[attr-defined]
        forget_searches_of(session, actor.account_id)
        audit.write(session, actor, "account.sign_out", subject=("account", actor.owner))


def end_sign_in(session: Session, actor: Actor, *, name: str) -> None:
    """End one of the actor's own sign-ins, by the name that `own_sign_ins` gives it. Raises
    NotFound, Malformed."""
    if not _NAME.fullmatch(name):
        raise Malformed("name")
    if actor.account_id is None:
        raise NotFound()
    rows = session.execute(
        select(UserSession.id, UserSession.token_hash).where(
            UserSession.account_id == actor.account_id, UserSession.ended_at.is_(None)
        )
    )
    found = next((row.id for row in rows if bytes(row.token_hash)[:8].hex() == name), None)
    if found is None:
        raise NotFound()
    session.execute(
        update(UserSession)
        .where(UserSession.id == found, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason="signed_out")
        .execution_options(synchronize_session=False)
    )
    forget_searches_of(session, actor.account_id)
    audit.write(session, actor, "account.sign_out", subject=("account", actor.owner))


def end_other_sign_ins(session: Session, actor: Actor, *, session_id: int) -> int:
    """End all of the actor's own sign-ins but this one; gives how many. Raises NotFound."""
    if actor.account_id is None:
        raise NotFound()
    ended = end_sessions(session, account_id=actor.account_id, reason="signed_out", but=session_id)
    if ended:
        audit.write(
            session,
            actor,
            "account.sign_out",
            subject=("account", actor.owner),
            after={"others": ended},
        )
    return ended


def end_sessions(session: Session, *, account_id: int, reason: str, but: int | None = None) -> int:
    """End all sign-ins of an account at once, but for one if asked; gives how many. `reason` is
    kept with each (20 characters at most). The right is asked by who calls it."""
    statement = (
        update(UserSession)
        .where(UserSession.account_id == account_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
        .execution_options(synchronize_session=False)
    )
    if but is not None:
        statement = statement.where(UserSession.id != but)
    ended = int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
    if ended:
        forget_searches_of(session, account_id)
    return ended


def end_sign_ins_of_merged(session: Session, fact: PersonsMerged) -> None:
    """Answers PersonsMerged: who is somebody else now signs in anew, and sees what is both's."""
    persons = [person_id for person_id, _survivor in fact.pairs]
    for account_id in session.scalars(select(Account.id).where(Account.person_id.in_(persons))):
        end_sessions(session, account_id=account_id, reason="merged")
