"""What one does about the own account: another password, another language, and proving again that
it is oneself. Where one is signed in, and its end, stand in `sessions`."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vipclub.accounts.facts import PasswordChanged
from vipclub.accounts.logins import login_indexes
from vipclub.accounts.models import Account, SignInAttempt
from vipclub.accounts.passwords import passwords, refuse_weak
from vipclub.accounts.refusals import WrongPassword
from vipclub.accounts.sessions import end_sessions
from vipclub.accounts.signing_in import Challenge, SignInFailed, note_try
from vipclub.core import audit, clock, facts
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound


def start_proof(session: Session, actor: Actor, *, ip: str) -> Challenge | SignInFailed:
    """Begin to check the actor's own password before a sensitive change. The try is noted as failed
    until `end_proof`, and signing in counts it too; `prove` compares. What comes too soon is
    returned, not raised (docs/decisions.md 8). Raises NotFound."""
    account = session.execute(
        select(Account.id, Account.public_ref, Account.login, Account.password_hash).where(
            Account.id == actor.account_id
        )
    ).one_or_none()
    if account is None:
        raise NotFound()
    login = cipher_of(session).unseal("account.login", account.public_ref, account.login)
    return note_try(session, login_indexes(session, login), ip, account.id, account.password_hash)


def end_proof(session: Session, actor: Actor, *, challenge: Challenge) -> None:
    """The password was right: the tries that failed before it, by this name from this address, are
    forgotten."""
    session.execute(
        delete(SignInAttempt)
        .where(
            SignInAttempt.login_index.in_(challenge.login_indexes),
            SignInAttempt.address == challenge.address,
        )
        .execution_options(synchronize_session=False)
    )


def change_password(
    session: Session, actor: Actor, *, present: str, new: str, session_id: int | None = None
) -> None:
    """Replace the actor's own password and end all other sign-ins of the account. Raises
    WrongPassword, PasswordTooWeak, NotFound."""
    account = session.get(Account, actor.account_id) if actor.account_id else None
    if account is None:
        raise NotFound()
    if not passwords().check(account.password_hash, present):
        raise WrongPassword()
    refuse_weak(new, account.display_name)
    account.password_hash = passwords().hash(new)
    end_sessions(session, account_id=account.id, reason="password_changed", but=session_id)
    audit.write(session, actor, "account.change_password", subject=("account", account.public_ref))
    changed = PasswordChanged(account.id, account.person_id, account.public_ref, clock.now())
    facts.record(session, changed)


def choose_language(session: Session, actor: Actor, *, language: str) -> None:
    """Keep the language in which the actor reads pages and letters."""
    session.execute(
        update(Account)
        .where(Account.id == actor.account_id)
        .values(language=language)
        .execution_options(synchronize_session=False)
    )
