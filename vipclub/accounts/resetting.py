"""A new password for one that was forgotten: asked for by the sign-in name, set by the link of a
mail, once and within the hour.

The answer and its time are the same whether or not there is such an account: the same statements
run, and who is nobody gets a row and a letter to nobody. What was asked must be remembered, so
outcomes are returned and not raised (docs/decisions.md 8). Asking changes nothing for the account:
links sent before stay good, so that nobody can keep another from a new password by asking for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, insert, select, update
from sqlalchemy.orm import Session

from vipclub.accounts.facts import PasswordChanged, ResetAsked
from vipclub.accounts.logins import canonical_login, login_indexes
from vipclub.accounts.models import Account, PasswordReset, SignInAttempt
from vipclub.accounts.passwords import passwords, refuse_weak
from vipclub.accounts.refusals import LoginUnreadable
from vipclub.accounts.sessions import end_sessions, token_hash
from vipclub.accounts.throttle import Brake
from vipclub.core import audit, clock, facts
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.types import UtcDateTime

GOOD_FOR = timedelta(hours=1)
KEPT = timedelta(days=30)
WINDOW = timedelta(hours=1)
SAME_LOGIN = Brake(3, timedelta(minutes=10), timedelta(hours=1))
"""Mails to one account, whoever asks."""
SAME_ADDRESS = Brake(20, timedelta(minutes=1), timedelta(minutes=15))
"""An office has one address for all."""


@dataclass(frozen=True, slots=True)
class ResetNoted:
    """Noted: if there is such an account, its owner has mail soon."""


@dataclass(frozen=True, slots=True)
class ResetTooSoon:
    """Asked too often: wait so many seconds. The same for a name that is nobody's."""

    wait_seconds: int


@dataclass(frozen=True, slots=True)
class PasswordWasReset:
    """The account has the new password; nobody is signed in to it any more."""


@dataclass(frozen=True, slots=True)
class ResetFailed:
    """Unknown, used, too old, or the account is shut: one answer for all."""


def _hash(secret: str) -> bytes:
    """Of this purpose alone: no other link's secret opens a reset."""
    return token_hash(f"password-reset:{secret}")


def ask_reset(session: Session, *, login: str, ip: str) -> ResetNoted | ResetTooSoon:
    """Note that somebody wants a new password, unless it comes too soon. Four statements, whoever
    asks for whom."""
    now = clock.now()
    try:
        indexes = login_indexes(session, canonical_login(login))
    except LoginUnreadable:
        indexes = login_indexes(session, login[:300])
    waits = _wait(session, indexes, ip[:45], now)
    if waits:
        return ResetTooSoon(ceil(waits.total_seconds()))
    account = session.execute(
        select(Account.id, Account.public_ref, Account.person_id).where(
            Account.login_index.in_(indexes),
            Account.state == "active",
            Account.password_hash.is_not(None),
        )
    ).one_or_none()
    secret, expires = secrets.token_urlsafe(24), now + GOOD_FOR
    number = session.execute(
        insert(PasswordReset)
        .values(
            account_id=account.id if account else None,
            login_index=indexes[0],
            address=ip[:45],
            token_hash=_hash(secret),
            created_at=now,
            expires_at=expires,
        )
        .returning(PasswordReset.id)
    ).scalar_one()
    facts.record(
        session,
        ResetAsked(
            account_id=account.id if account else None,
            person_id=account.person_id if account else None,
            account=account.public_ref if account else "-",
            reset=number,
            secret=secret,
            expires_at=expires,
        ),
    )
    return ResetNoted()


def _wait(session: Session, indexes: list[bytes], address: str, now: datetime) -> timedelta:
    """How long until the next; zero when it may come now. One statement."""
    reset = PasswordReset

    def figures(
        condition: ColumnElement[bool],
    ) -> tuple[ScalarSelect[int], ScalarSelect[datetime]]:
        recent = (condition, reset.created_at > now - WINDOW)
        count = select(func.count()).select_from(reset).where(*recent)
        last = select(func.max(reset.created_at, type_=UtcDateTime)).where(*recent)
        return count.scalar_subquery(), last.scalar_subquery()

    by_login, by_address = (
        figures(reset.login_index.in_(indexes)),
        figures(reset.address == address),
    )
    row = session.execute(select(*by_login, *by_address)).one()
    ends = (SAME_LOGIN.until(row[0], row[1]), SAME_ADDRESS.until(row[2], row[3]))
    return max((end - now for end in ends if end is not None and end > now), default=timedelta(0))


def reset_password(
    session: Session, *, secret: str, password: str, ip: str = "", request_id: str = ""
) -> PasswordWasReset | ResetFailed:
    """Set the new password by the link's secret. All sign-ins of the account end, all its links are
    spent, its owner is told; nobody is signed in. Raises PasswordTooWeak, which may be mended."""
    now = clock.now()
    row = session.execute(
        select(
            PasswordReset.id,
            PasswordReset.account_id,
            Account.public_ref,
            Account.person_id,
            Account.display_name,
            Account.login,
        )
        .join(Account, Account.id == PasswordReset.account_id)
        .where(
            PasswordReset.token_hash == _hash(secret[:100]),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
            Account.state == "active",
        )
    ).one_or_none()
    if row is None:
        return ResetFailed()
    login = cipher_of(session).unseal("account.login", row.public_ref, row.login)
    refuse_weak(password, login, row.display_name)
    hashed = passwords().hash(password)
    if not _spend(session, row.id, row.account_id, now):
        return ResetFailed()  # somebody was faster by the same link
    session.execute(
        update(Account)
        .where(Account.id == row.account_id)
        .values(password_hash=hashed)
        .execution_options(synchronize_session=False)
    )
    end_sessions(session, account_id=row.account_id, reason="password_reset")
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.login_index.in_(login_indexes(session, login)),
            SignInAttempt.address == ip[:45],
        )
    )
    anyone = Actor.anonymous(request_id=request_id)
    audit.write(session, anyone, "account.reset_password", subject=("account", row.public_ref))
    facts.record(session, PasswordChanged(row.account_id, row.person_id, row.public_ref, now))
    return PasswordWasReset()


def _spend(session: Session, reset_id: int, account_id: int, now: datetime) -> bool:
    """The link, and with it all others of the account; whether this one was still unspent."""
    reset = update(PasswordReset).where(PasswordReset.used_at.is_(None)).values(used_at=now)
    reset = reset.execution_options(synchronize_session=False)
    done = session.execute(reset.where(PasswordReset.id == reset_id))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    session.execute(reset.where(PasswordReset.account_id == account_id))
    return True


def reset_still_open(session: Session, ref: str, version: int) -> bool:
    """Whether a letter with this reset's link may still go out."""
    found = session.scalar(
        select(PasswordReset.id)
        .join(Account, Account.id == PasswordReset.account_id)
        .where(
            PasswordReset.id == version,
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > clock.now(),
            Account.public_ref == ref,
            Account.state == "active",
        )
    )
    return found is not None


def forget_old_resets(session: Session) -> int:
    """Remove requests for a new password after 30 days: so long somebody may ask what happened.
    Gives how many."""
    before = clock.now() - KEPT
    gone = session.execute(delete(PasswordReset).where(PasswordReset.created_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]
