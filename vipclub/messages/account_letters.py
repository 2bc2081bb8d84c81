"""Queueing the letters about accounts and persons when something happens to them: the link to a new
password, that of an invitation, and warnings to the owner when a way in or a way to be reached was
changed. What they say stands in `letters`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub.accounts import PasswordChanged, ResetAsked, StaffInvitationWritten
from vipclub.messages.queueing import queue
from vipclub.people import CodeAsked, DetailsChanged


def send_the_link(session: Session, fact: ResetAsked) -> None:
    """Answers ResetAsked, for a name that is nobody's too: then the letter goes to nobody."""
    queue(
        session,
        template="password-reset",
        person_id=fact.person_id,
        account_id=fact.account_id,
        subject=("reset", fact.account),
        version=fact.reset,
        data={"expires_at": fact.expires_at.isoformat()},
        secret=fact.secret,
    )


def send_the_invitation(session: Session, fact: StaffInvitationWritten) -> None:
    """Answers StaffInvitationWritten: the link goes to the sign-in name."""
    queue(
        session,
        template="staff-invitation",
        person_id=None,
        account_id=fact.account_id,
        subject=("account", fact.account),
        version=fact.invitation,
        data={"expires_at": fact.expires_at.isoformat()},
        secret=fact.secret,
    )


def tell_of_new_password(session: Session, fact: PasswordChanged) -> None:
    """Answers PasswordChanged: a warning to the account's owner."""
    queue(
        session,
        template="password-changed",
        person_id=fact.person_id,
        account_id=fact.account_id,
        subject=("account", fact.account),
        version=0,
        data={"at": fact.at.isoformat()},
    )


def tell_of_new_details(session: Session, fact: DetailsChanged) -> None:
    """Answers DetailsChanged: to the person, and to the old address and number when there are
    others now: who took them over can't keep it from whose they were. A new address that isn't
    proven yet learns of it when nothing else is known."""
    ways: list[tuple[str | None, str | None]] = [(None, None)]
    if "email" in fact.what and fact.old_email:
        ways.append((fact.old_email, None))
    if "mobile" in fact.what and fact.old_mobile:
        ways.append((None, fact.old_mobile))
    for address, number in ways:
        queue(
            session,
            template="contact-details-changed",
            person_id=fact.person_id,
            subject=("person", fact.person),
            version=0,
            data={"at": fact.at.isoformat(), "what": list(fact.what)},
            address=address,
            sms_to=number,
        )


def send_the_code(session: Session, fact: CodeAsked) -> None:
    """Answers CodeAsked: the six digits go to what they are to prove, by its own way."""
    by_sms = fact.kind == "mobile"
    queue(
        session,
        template="contact-code",
        person_id=fact.person_id,
        account_id=fact.account_id,
        subject=("contact_code", fact.code),
        version=0,
        data={"expires_at": fact.expires_at.isoformat()},
        secret=fact.digits,
        address=None if by_sms else fact.to,
        sms_to=fact.to if by_sms else None,
    )
