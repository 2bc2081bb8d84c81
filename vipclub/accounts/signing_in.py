"""Signing in: name and password to a new session. What failed must be remembered, so outcomes are
returned and not raised (docs/decisions.md 8).

Whether the name is unknown, the account disabled or the password wrong: the answer and its time are
the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from sqlalchemy import and_, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from vipclub.accounts import throttle
from vipclub.accounts.logins import canonical_login, login_indexes
from vipclub.accounts.models import Account, SignInAttempt, UserSession
from vipclub.accounts.passwords import passwords
from vipclub.accounts.refusals import LoginUnreadable
from vipclub.accounts.sessions import SignIn, open_session, sign_in_of_session
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.types import UtcDateTime

KNOWN_FOR = timedelta(days=90)
ATTEMPTS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """`wrong`: name and password don't belong together. `throttled`: wait so many seconds."""

    reason: str
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The cookie's token, shown this once, and the sign-in behind it."""

    token: str = field(repr=False)
    sign_in: SignIn


@dataclass(frozen=True, slots=True)
class Challenge:
    """A noted try at a password, to be answered by `prove`: what is stored of the account's
    password (None for nobody's)."""

    attempt_id: int
    login_indexes: tuple[bytes, ...] = field(repr=False)
    address: str = field(repr=False)
    account_id: int | None
    stored: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the password was right, and its new hash when the parameters have changed."""

    right: bool
    new_hash: str | None = field(default=None, repr=False)


def start_sign_in(session: Session, *, login: str, ip: str) -> Challenge | SignInFailed:
    """The first of three steps: find the account of a name, and note the try as failed for now,
    unless it comes too soon."""
    try:
        indexes = login_indexes(session, canonical_login(login))
    except LoginUnreadable:
        indexes = login_indexes(session, login[:300])
    found = session.execute(
        select(Account.id, Account.password_hash).where(
            Account.login_index.in_(indexes), Account.state == "active"
        )
    ).one_or_none()
    if found is None:
        return note_try(session, indexes, ip, None, None)
    return note_try(session, indexes, ip, found.id, found.password_hash)


def note_try(
    session: Session, indexes: Sequence[bytes], ip: str, account_id: int | None, stored: str | None
) -> Challenge | SignInFailed:
    """A try at a password, noted as failed for now, unless it comes too soon; `indexes` are those
    of the sign-in name. Two statements."""
    now = clock.now()
    waits = throttle.wait(_tries(session, indexes, ip), now)
    if waits:
        return SignInFailed("throttled", ceil(waits.total_seconds()))
    attempt_id = session.execute(
        insert(SignInAttempt)
        .values(login_index=indexes[0], address=ip[:45], at=now, succeeded=False)
        .returning(SignInAttempt.id)
    ).scalar_one()
    return Challenge(
        attempt_id=attempt_id,
        login_indexes=tuple(indexes),
        address=ip[:45],
        account_id=account_id,
        stored=stored,
    )


def prove(challenge: Challenge, password: str) -> Proof:
    """Compare, outside of any transaction: it takes a tenth of a second and much memory."""
    keeper = passwords()
    right = keeper.check(challenge.stored, password)
    if right and challenge.stored and keeper.outdated(challenge.stored):
        return Proof(True, keeper.hash(password))
    return Proof(right)


def finish_sign_in(
    session: Session,
    challenge: Challenge,
    proof: Proof,
    *,
    user_agent: str = "",
    request_id: str = "",
    channel: str = "web",
) -> SignedIn | SignInFailed:
    """A new session for a right password, if the account is still as it was when the try began."""
    account = session.execute(
        select(Account.id, Account.public_ref, Account.role).where(
            Account.id == challenge.account_id,
            Account.state == "active",
            Account.password_hash == challenge.stored,
        )
    ).one_or_none()
    if account is None:
        return SignInFailed("wrong")
    actor = Actor(
        kind=account.role,
        account_id=account.id,
        account_ref=account.public_ref,
        channel=channel,
        request_id=request_id,
    )
    subject = ("account", account.public_ref)
    if not proof.right:
        anyone = Actor.anonymous(channel, request_id)
        audit.write(session, anyone, "account.sign_in_failed", subject=subject)
        return SignInFailed("wrong")
    if proof.new_hash:
        session.execute(
            update(Account).where(Account.id == account.id).values(password_hash=proof.new_hash)
        )
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.login_index.in_(challenge.login_indexes),
            SignInAttempt.address == challenge.address,
            SignInAttempt.id != challenge.attempt_id,
        )
    )
    session.execute(
        update(SignInAttempt).where(SignInAttempt.id == challenge.attempt_id).values(succeeded=True)
    )
    token = open_session(session, account.id, challenge.address, user_agent)
    audit.write(session, actor, "account.sign_in", subject=subject)
    begun = sign_in_of_session(session, token, request_id=request_id, channel=channel)
    assert begun is not None  # it was just made, in this transaction
    return SignedIn(token, begun)


def sign_in(
    session: Session,
    *,
    login: str,
    password: str,
    ip: str,
    user_agent: str = "",
    request_id: str = "",
) -> SignedIn | SignInFailed:
    """The three steps in one transaction: for scripts and tests, where nobody waits for the
    database."""
    challenge = start_sign_in(session, login=login, ip=ip)
    if isinstance(challenge, SignInFailed):
        return challenge
    proof = prove(challenge, password)
    return finish_sign_in(session, challenge, proof, user_agent=user_agent, request_id=request_id)


def forget_old_attempts(session: Session) -> int:
    """Remove tries to sign in after a day; the throttle needs a quarter of an hour. Gives how
    many."""
    before = clock.now() - ATTEMPTS_KEPT
    gone = session.execute(delete(SignInAttempt).where(SignInAttempt.at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _tries(session: Session, indexes: Sequence[bytes], ip: str) -> throttle.Tries:
    """The failures that count. One statement."""
    attempt = SignInAttempt
    address = ip[:45]
    since = clock.now() - throttle.WINDOW
    pair = and_(attempt.login_index.in_(indexes), attempt.address == address)
    known = exists().where(
        UserSession.account_id == Account.id,
        Account.login_index.in_(indexes),
        UserSession.address == address,
        UserSession.created_at > clock.now() - KNOWN_FOR,
    )

    def figures(condition: object) -> tuple[object, object]:
        rows = select(attempt.id, attempt.at).where(
            condition,  # type: ignore[arg-type]
            attempt.at > since,
            attempt.succeeded.is_(False),
        )
        inner = rows.subquery()
        return (
            select(func.count(inner.c.id)).scalar_subquery(),
            select(func.max(inner.c.at, type_=UtcDateTime)).scalar_subquery(),
        )

    columns = [
        *figures(pair),
        *figures(attempt.login_index.in_(indexes)),
        *figures(attempt.address == address),
        known,
    ]
    row = session.execute(select(*columns)).one()  # type: ignore[call-overload]
    return throttle.Tries(*row)
