"""What one does about the own account: see where one is signed in, and end it; prove again that it
is oneself."""

from __future__ import annotations

import re

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vipclub.accounts.models import Account, SignInAttempt, UserSession
from vipclub.accounts.signing_in import Challenge, SignInFailed, note_try
from vipclub.accounts.visiting import end_sessions
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound

_NAME = re.compile(r"[0-9a-f]{16}", re.ASCII)


def start_proof(session: Session, actor: Actor, *, ip: str) -> Challenge | SignInFailed:
    """Before a change that a stranger at an open phone would make: a try to prove the own password,
    noted as failed for now, unless it comes too soon. Signing in counts the same tries. Returned,
    not raised (`decisions` 8); `prove` compares. Raises NotFound."""
    account = session.execute(
        select(Account.id, Account.login_index, Account.password_hash).where(
            Account.id == actor.account_id
        )
    ).one_or_none()
    if account is None:
        raise NotFound()
    return note_try(session, account.login_index, ip, account.id, account.password_hash)


def end_proof(session: Session, actor: Actor, *, challenge: Challenge) -> None:
    """The password was right: what failed before it is forgotten."""
    session.execute(
        delete(SignInAttempt)
        .where(
            SignInAttempt.login_index == challenge.login_index,
            SignInAttempt.address == challenge.address,
        )
        .execution_options(synchronize_session=False)
    )


def end_sign_in(session: Session, actor: Actor, *, name: str) -> None:
    """End one of the own sign-ins, by the name that `own_sign_ins` gives it. Raises NotFound."""
    if not _NAME.fullmatch(name):
        raise Malformed("name")
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
    audit.write(session, actor, "account.sign_out", subject=("account", actor.owner))


def end_other_sign_ins(session: Session, actor: Actor, *, session_id: int) -> int:
    """End all own sign-ins but this one. How many there were."""
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
