"""A member's invitation to open the own account: a token by mail or by hand, once, within 14 days,
together with the date of birth."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts.facts import MemberAccountOpened
from vipclub.accounts.logins import canonical_login, login_indexes
from vipclub.accounts.models import Account, Invitation
from vipclub.accounts.opening import open_account
from vipclub.accounts.passwords import refuse_weak
from vipclub.accounts.permissions import Permission
from vipclub.accounts.refusals import HasAccount, LoginTaken
from vipclub.accounts.sessions import token_hash
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.facts import record
from vipclub.core.rows import row_as
from vipclub.core.types import parse_ref
from vipclub.people import Person

VALID_FOR = timedelta(days=14)
GUESSES = 5


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """The invitation was used; `account` is the new account's reference."""

    account: str


@dataclass(frozen=True, slots=True)
class InvitationFailed:
    """Unknown, used, too old, or the date of birth is another: one answer for all."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation: its secret, its number, until when it opens the account, and of whom."""

    secret: str = field(repr=False)
    number: int
    expires_at: datetime
    member: str


def invite(session: Session, actor: Actor, *, person_id: int) -> str:
    """A new invitation of a person, as `write_invitation` makes it; gives the secret of its link
    alone. Raises Forbidden."""
    return write_invitation(session, actor, person_id=person_id).secret


def write_invitation(session: Session, actor: Actor, *, person_id: int) -> Invited:
    """A new invitation of a person, with all that its letter tells; earlier ones of this person
    stop working. Raises Forbidden."""
    actor.require(Permission.ACCOUNT_CHANGE)
    now = clock.now()
    session.execute(
        update(Invitation)
        .where(Invitation.person_id == person_id, Invitation.used_at.is_(None))
        .values(expires_at=now)
    )
    secret = secrets.token_urlsafe(24)
    invitation = Invitation(
        person_id=person_id,
        token_hash=token_hash(secret),
        created_at=now,
        expires_at=now + VALID_FOR,
        failures=0,
    )
    session.add(invitation)
    session.flush()
    ref = session.execute(select(Person.public_ref).where(Person.id == person_id)).scalar_one()
    audit.write(session, actor, "account.invite", subject=("person", ref))
    return Invited(secret, invitation.id, invitation.expires_at, ref)


def invitation_still_open(session: Session, ref: str, version: int) -> bool:
    """Whether a letter with this invitation's link may still go out: unused, not replaced, and the
    person has no account yet."""
    person = aliased(Person)
    found = session.scalar(
        select(Invitation.id)
        .join(person, person.id == Invitation.person_id)
        .where(
            Invitation.id == version,
            Invitation.used_at.is_(None),
            Invitation.expires_at > clock.now(),
            person.public_ref == ref,
            ~exists().where(Account.person_id == Invitation.person_id),
        )
    )
    return found is not None


def invite_member(session: Session, actor: Actor, *, member: str) -> tuple[str, str]:
    """An invitation for the person behind a reference: the reference of the cluster's survivor,
    and the secret. Raises HasAccount, NotFound, MalformedRef, Forbidden."""
    actor.require(Permission.ACCOUNT_CHANGE)
    asked, survivor = aliased(Person), aliased(Person)
    row = session.execute(
        select(survivor.id, survivor.public_ref, Account.id.label("account"))
        .select_from(asked)
        .join(survivor, people.stands_for(survivor, asked))
        .outerjoin(Account, Account.person_id == survivor.id)
        .where(asked.public_ref == parse_ref(member, "M"))
    ).first()
    if row is None:
        raise NotFound()
    if row.account is not None:
        raise HasAccount()
    return row.public_ref, invite(session, actor, person_id=row.id)


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
    row = _open_invitation(session, token, now)
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
    indexes = login_indexes(session, canonical_login(login))
    if session.execute(select(Account.id).where(Account.login_index.in_(indexes))).first():
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
    record(session, MemberAccountOpened(account.id, account.public_ref, row.public_ref, now))
    return InvitationAccepted(account.public_ref)


@dataclass(frozen=True, slots=True)
class _OpenInvitation:
    """An invitation that may still be accepted, and who is invited."""

    id: int
    person_id: int
    public_ref: str
    full_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)


def _open_invitation(session: Session, token: str, now: datetime) -> _OpenInvitation | None:
    """Locked; None when it is unknown, used, over, or was guessed at too often."""
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
    return None if row is None else row_as(_OpenInvitation, row)
