"""The mobile number by which somebody of the staff is woken. It is written when it was proven by a
code; until then the older one stays."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts.models import Account
from vipclub.core import audit, facts
from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.people import CodeAsked, CodeOver, CodeRight, CodeSent, CodeTooSoon, CodeWrong

MOBILE = "mobile"


@dataclass(frozen=True, slots=True)
class OwnAccountView:
    """An account as its keeper sees it: the sign-in name whole, the number masked. `code_open`
    says that a code was sent and may still be entered."""

    ref: str
    name: str
    role: str
    language: str
    login: str = field(repr=False)
    mobile: str | None = field(repr=False)
    code_open: bool


def own_account(session: Session, actor: Actor) -> OwnAccountView:
    """The actor's own account. Two statements. Raises NotFound."""
    row = session.execute(
        select(
            Account.public_ref,
            Account.display_name,
            Account.role,
            Account.language,
            Account.login,
            Account.mobile,
        ).where(Account.id == actor.account_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    login = cipher_of(session).unseal("account.login", row.public_ref, row.login)
    mobile = _opened(session, row.public_ref, row.mobile)
    code = people.open_code(session, owner=row.public_ref, kind=MOBILE)
    return OwnAccountView(
        ref=row.public_ref,
        name=row.display_name,
        role=row.role,
        language=row.language,
        login=login,
        mobile=people.masked_number(mobile) if mobile else None,
        code_open=code is not None,
    )


def ask_own_mobile(session: Session, actor: Actor, *, mobile: str) -> CodeSent | CodeTooSoon:
    """Send a code to a number that is to be the actor's own. What comes too soon is returned.
    Raises DetailUnreadable, NotFound."""
    number = people.mobile_e164(mobile)
    if number is None:
        raise people.DetailUnreadable(field=MOBILE, reason="no_phone_number")
    ref = _locked(session, actor)
    sent = people.send_code(session, owner=ref, kind=MOBILE, value=number)
    if isinstance(sent, CodeSent):
        asked = CodeAsked(
            sent.ref, MOBILE, number, sent.digits, sent.expires_at, account_id=actor.account_id
        )
        facts.record(session, asked)
        audit.write(session, actor, "account.ask_mobile", subject=("account", ref))
    return sent


def prove_own_mobile(
    session: Session, actor: Actor, *, typed: str
) -> CodeRight | CodeWrong | CodeOver:
    """Enter the code; when it is right, the number that it went to is the actor's from now on.
    What came of it is returned (docs/decisions.md 8). Raises NotFound."""
    ref = _locked(session, actor)
    outcome = people.enter_code(session, owner=ref, kind=MOBILE, typed=typed)
    if isinstance(outcome, CodeRight):
        _write(session, ref, cipher_of(session).seal("account.mobile", ref, outcome.value))
        audit.write(session, actor, "account.prove_mobile", subject=("account", ref))
    return outcome


def remove_own_mobile(session: Session, actor: Actor) -> None:
    """Be woken by no number any more. Raises NotFound."""
    ref = _locked(session, actor)
    people.end_codes(session, owner=ref, kind=MOBILE)
    _write(session, ref, None)
    audit.write(session, actor, "account.remove_mobile", subject=("account", ref))


def mobile_of(session: Session, account_id: int) -> str | None:
    """The proven number of an account; None where there is none or no key opens it. One
    statement."""
    row = session.execute(
        select(Account.public_ref, Account.mobile).where(Account.id == account_id)
    ).one_or_none()
    return _opened(session, row.public_ref, row.mobile) if row is not None else None


def _opened(session: Session, ref: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    try:
        return cipher_of(session).unseal("account.mobile", ref, sealed)
    except FieldDamaged:
        return None


def _locked(session: Session, actor: Actor) -> str:
    """The actor's own account under its lock; gives its reference. Raises NotFound."""
    statement = select(Account.public_ref).where(Account.id == actor.account_id)
    ref = session.execute(for_no_key_update(statement)).scalar()
    if ref is None:
        raise NotFound()
    return ref


def _write(session: Session, ref: str, sealed: bytes | None) -> None:
    session.execute(
        update(Account)
        .where(Account.public_ref == ref)
        .values(mobile=sealed)
        .execution_options(synchronize_session=False)
    )
