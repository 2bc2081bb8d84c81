"""A member's way in: a token by mail or by hand, once, within 14 days, together with the date of
birth."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.accounts.keeping import open_account
from vipclub.accounts.logins import canonical_login, login_index
from vipclub.accounts.models import Account, Invitation
from vipclub.accounts.passwords import refuse_weak
from vipclub.accounts.permissions import Permission
from vipclub.accounts.refusals import LoginTaken
from vipclub.accounts.visiting import token_hash
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.people import Person

VALID_FOR = timedelta(days=14)
GUESSES = 5


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """The new account's reference."""

    account: str


@dataclass(frozen=True, slots=True)
class InvitationFailed:
    """Unknown, used, too old, or the date of birth is another: one answer for all."""


def invite(session: Session, actor: Actor, *, person_id: int) -> str:
    """A new invitation; earlier ones of this person stop working. Gives the secret for the
    letter."""
    actor.require(Permission.ACCOUNT_CHANGE)
    now = clock.now()
    session.execute(
        update(Invitation)
        .where(Invitation.person_id == person_id, Invitation.used_at.is_(None))
        .values(expires_at=now)
    )
    secret = secrets.token_urlsafe(24)
    session.add(
        Invitation(
            person_id=person_id,
            token_hash=token_hash(secret),
            created_at=now,
            expires_at=now + VALID_FOR,
            failures=0,
        )
    )
    ref = session.execute(select(Person.public_ref).where(Person.id == person_id)).scalar_one()
    audit.write(session, actor, "account.invite", subject=("person", ref))
    return secret


def accept_invitation(
    session: Session,
    *,
    token: str,
    birth_date: date,
    login: str,
    password: str,
    language: str = "zh-Hans",
    request_id: str = "",
) -> InvitationAccepted | InvitationFailed:
    """Opens the member's account, bound to the person. A wrong date of birth is counted, five
    end the invitation; so it is returned, not raised. Raises LoginTaken and PasswordTooWeak,
    which may be mended."""
    now = clock.now()
    row = session.execute(
        select(
            Invitation.id,
            Invitation.person_id,
            Person.public_ref,
            Person.full_name,
            Person.birth_date,
        )
        .join(Person, Person.id == Invitation.person_id)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            Invitation.failures < GUESSES,
        )
        .with_for_update(of=Invitation)
    ).one_or_none()
    if row is None:
        return InvitationFailed()
    if row.birth_date is None or row.birth_date != birth_date:
        session.execute(
            update(Invitation)
            .where(Invitation.id == row.id)
            .values(failures=Invitation.failures + 1)
            .execution_options(synchronize_session=False)
        )
        return InvitationFailed()
    if session.execute(select(Account.id).where(Account.person_id == row.person_id)).first():
        return InvitationFailed()  # an account is never opened twice
    refuse_weak(password, login, row.full_name)
    index = login_index(session, canonical_login(login))
    if session.execute(select(Account.id).where(Account.login_index == index)).first():
        raise LoginTaken()
    session.execute(update(Invitation).where(Invitation.id == row.id).values(used_at=now))
    account = open_account(
        session,
        Actor.anonymous(request_id=request_id),
        login=login,
        role="member",
        display_name=row.full_name,
        language=language,
        password=password,
        scopes=[("person", row.public_ref)],
        person_id=row.person_id,
    )
    return InvitationAccepted(account.public_ref)
