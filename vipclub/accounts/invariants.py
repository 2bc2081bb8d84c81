"""What must be true of all accounts: whose they are, and that who is shut out is out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.accounts.models import Account, UserSession
from vipclub.core.invariants import Broken, Span, in_parts


def _shut_out_and_in(session: Session, span: Span) -> Iterator[Broken]:
    """Disabled accounts that somebody is signed in to."""
    for ref, count in session.execute(
        select(Account.public_ref, func.count())
        .join(UserSession, UserSession.account_id == Account.id)
        .where(span.of(Account.id), Account.state == "disabled", UserSession.ended_at.is_(None))
        .group_by(Account.public_ref)
    ):
        yield Broken(f"account {ref}", f"shut out, and signed in {count} times")


def _of_nobody(session: Session, span: Span) -> Iterator[Broken]:
    """Members' accounts of nobody, and others' accounts of a person."""
    for ref, role in session.execute(
        select(Account.public_ref, Account.role).where(
            span.of(Account.id), (Account.role == "member") != Account.person_id.is_not(None)
        )
    ):
        problem = (
            "a member's account of no person" if role == "member" else f"a person's, as {role}"
        )
        yield Broken(f"account {ref}", problem)


INVARIANTS = (
    in_parts(
        "sign-ins",
        "Nobody is signed in to an account that is shut out.",
        over=Account.id,
        broken=_shut_out_and_in,
    ),
    in_parts(
        "members' accounts",
        "A member's account is a person's, and no other is.",
        over=Account.id,
        broken=_of_nobody,
    ),
)
