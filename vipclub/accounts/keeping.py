"""Opening, changing and closing accounts. Each act is in the audit trail; each that takes rights
away ends sign-ins."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vipclub.accounts.facts import PasswordChanged
from vipclub.accounts.logins import canonical_login, login_index
from vipclub.accounts.models import Account, AccountScope
from vipclub.accounts.passwords import passwords, refuse_weak
from vipclub.accounts.permissions import ROLES, Permission
from vipclub.accounts.refusals import (
    LoginTaken,
    OwnAccount,
    RoleUnfit,
    ScopeUnfit,
    WrongPassword,
)
from vipclub.accounts.steps import CREATE, DISABLE, ENABLE
from vipclub.accounts.visiting import end_sessions
from vipclub.core import audit, clock, facts
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import insert_ignore
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.steps import Step
from vipclub.core.types import new_ref, parse_ref
from vipclub.people import PersonsMerged


def create_account(
    session: Session,
    actor: Actor,
    *,
    login: str,
    role: str,
    display_name: str,
    language: str,
    password: str | None = None,
    scopes: Iterable[tuple[str, str]] = (),
    person_id: int | None = None,
) -> Account:
    """A new account. Without a password nobody can sign in to it yet. Raises LoginTaken and
    PasswordTooWeak."""
    actor.require(Permission.ACCOUNT_CHANGE)
    return open_account(
        session,
        actor,
        login=login,
        role=role,
        display_name=display_name,
        language=language,
        password=password,
        scopes=scopes,
        person_id=person_id,
    )


def open_account(
    session: Session,
    actor: Actor,
    *,
    login: str,
    role: str,
    display_name: str,
    language: str,
    password: str | None,
    scopes: Iterable[tuple[str, str]],
    person_id: int | None,
) -> Account:
    """`create_account` after the question of rights: an invitation opens an account too."""
    if role not in ROLES:
        raise Malformed("role")
    name = canonical_login(login)
    index = login_index(session, name)
    if session.execute(select(Account.id).where(Account.login_index == index)).first():
        raise LoginTaken()
    if password is not None:
        refuse_weak(password, name, display_name)
    ref = new_ref("U")
    account = Account(
        public_ref=ref,
        role=role,
        display_name=display_name[:120],
        login=cipher_of(session).seal("account.login", ref, name),
        login_index=index,
        password_hash=passwords().hash(password) if password is not None else None,
        language=language,
        state=CREATE.target,
        person_id=person_id,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    for kind, scope_ref in scopes:
        _add_scope(session, account.id, kind, scope_ref)
    audit.write(session, actor, "account.create", subject=("account", ref), after={"role": role})
    return account


def _add_scope(session: Session, account_id: int, kind: str, ref: str) -> bool:
    return insert_ignore(
        session,
        AccountScope.__table__,
        {"account_id": account_id, "kind": kind, "ref": ref},
        conflict=["account_id", "kind", "ref"],
    )


def find_account(session: Session, actor: Actor, ref: str) -> Account:
    """An account, to change it. Nobody changes the own one. Raises NotFound, Forbidden and
    OwnAccount."""
    actor.require(Permission.ACCOUNT_CHANGE)
    found = session.execute(
        select(Account).where(Account.public_ref == parse_ref(ref, "U"))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    if found.id == actor.account_id:
        raise OwnAccount()
    return found


SCOPE_OF_ROLE = {"member": "person", "manager": "portfolio", "partner": "partner"}
"""The kind of scope that goes with a role; the others see everybody, or nobody."""


def grant_scope(session: Session, actor: Actor, *, account: str, kind: str, ref: str) -> None:
    """Let an account see the affairs of one more person, partner or portfolio. Raises ScopeUnfit
    for what doesn't go with the role: nobody gets to see more than the role is for."""
    found = find_account(session, actor, account)
    if SCOPE_OF_ROLE.get(found.role) != kind:
        raise ScopeUnfit()
    if _add_scope(session, found.id, kind, ref):
        audit.write(
            session,
            actor,
            "account.grant_scope",
            subject=("account", found.public_ref),
            after={"kind": kind, "ref": ref},
        )


def revoke_scope(session: Session, actor: Actor, *, account: str, kind: str, ref: str) -> None:
    """Take a scope away; it counts from the next request on."""
    found = find_account(session, actor, account)
    session.execute(
        delete(AccountScope).where(
            AccountScope.account_id == found.id, AccountScope.kind == kind, AccountScope.ref == ref
        )
    )
    audit.write(
        session,
        actor,
        "account.revoke_scope",
        subject=("account", found.public_ref),
        before={"kind": kind, "ref": ref},
    )


def change_role(session: Session, actor: Actor, *, account: str, role: str) -> None:
    """Another role: the scopes of the old one go, and all sign-ins end. A member's account stays a
    member's, and no staff account becomes one (RoleUnfit)."""
    found = find_account(session, actor, account)
    if role not in ROLES:
        raise Malformed("role")
    if role == found.role:
        return
    if found.person_id is not None or "member" in (role, found.role):
        raise RoleUnfit()
    before, found.role = found.role, role
    session.execute(delete(AccountScope).where(AccountScope.account_id == found.id))
    end_sessions(session, account_id=found.id, reason="role_changed")
    audit.write(
        session,
        actor,
        "account.change_role",
        subject=("account", found.public_ref),
        before={"role": before},
        after={"role": role},
    )


def disable_account(
    session: Session, actor: Actor, *, account: str, reason: str | None = None
) -> None:
    """Nobody can sign in to it any more, and whoever is signed in is out at once."""
    _set_state(session, actor, account, DISABLE, reason)


def enable_account(
    session: Session, actor: Actor, *, account: str, reason: str | None = None
) -> None:
    """Sign-in is possible again."""
    _set_state(session, actor, account, ENABLE, reason)


def _set_state(
    session: Session, actor: Actor, account: str, step: Step[object], reason: str | None
) -> None:
    found = find_account(session, actor, account)
    if found.state not in step.sources:
        return
    before, found.state = found.state, step.target
    if step is DISABLE:
        end_sessions(session, account_id=found.id, reason="disabled")
    audit.write(
        session,
        actor,
        f"account.{step.name}",
        subject=("account", found.public_ref),
        before={"state": before},
        after={"state": step.target},
        reason=reason,
    )


def end_sign_ins(session: Session, actor: Actor, *, account: str) -> int:
    """Whoever is signed in to an account signs in anew; how many sign-ins there were. Raises
    OwnAccount, NotFound, Forbidden."""
    found = find_account(session, actor, account)
    ended = end_sessions(session, account_id=found.id, reason="ended_by_admin")
    audit.write(
        session,
        actor,
        "account.end_sign_ins",
        subject=("account", found.public_ref),
        after={"ended": ended},
    )
    return ended


def change_password(
    session: Session, actor: Actor, *, present: str, new: str, session_id: int | None = None
) -> None:
    """The actor's own password; all other sign-ins of the account end. Raises WrongPassword,
    PasswordTooWeak."""
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
    """The language of the actor's pages and letters."""
    session.execute(
        update(Account)
        .where(Account.id == actor.account_id)
        .values(language=language)
        .execution_options(synchronize_session=False)
    )


def end_sign_ins_of_merged(session: Session, fact: PersonsMerged) -> None:
    """Answers PersonsMerged: who is somebody else now signs in anew, and sees what is both's."""
    persons = [person_id for person_id, _survivor in fact.pairs]
    for account_id in session.scalars(select(Account.id).where(Account.person_id.in_(persons))):
        end_sessions(session, account_id=account_id, reason="merged")
