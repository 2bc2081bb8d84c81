"""What staff do at the word of who calls: open a case, change the contacts or how the member is
reached, answer for her what a stranger may be told. Each brings the receipt of the agent's check
along."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import assistance, people
from vipclub.assistance import CaseResult
from vipclub.core.actor import Actor
from vipclub.desk.known_callers import verified_caller
from vipclub.people.emergency_contacts import ContactGiven


def open_case(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    what: str = "",
    member: str | None = None,
    caller: str = "",
    phone: str = "",
    place: str = "",
    severity: str | None = None,
    about: str | None = None,
    channel: str | None = None,
) -> CaseResult:
    """A case, as `assistance.open_case`; for a member whose caller this agent has verified the
    caller is known from the first moment."""
    heard = verified_caller(session, actor, member=member) if member else None
    return assistance.open_case(
        session,
        actor,
        kind=kind,
        what=what,
        member=member,
        caller=caller,
        phone=phone,
        place=place,
        severity=severity,
        about=about,
        channel=channel,
        heard=heard,
    )


def answer_about_caller(
    session: Session, actor: Actor, *, case: str, question: str, level: str
) -> CaseResult:
    """The member says on the telephone what a caller may be told of her case. Raises what
    `assistance.answer_about_caller` raises."""
    member = assistance.case_line(session, actor, case).member
    heard = verified_caller(session, actor, member=member) if member else None
    return assistance.answer_about_caller(
        session, actor, case=case, question=question, level=level, heard=heard, channel="phone"
    )


def add_contact(session: Session, actor: Actor, *, member: str, given: ContactGiven) -> str:
    """Raises what `people.emergency_contacts.add_contact` raises."""
    heard = verified_caller(session, actor, member=member)
    return people.emergency_contacts.add_contact(
        session, actor, member=member, given=given, heard=heard
    )


def change_contact(
    session: Session, actor: Actor, *, member: str, contact: str, given: ContactGiven
) -> None:
    """Raises what `people.emergency_contacts.change_contact` raises."""
    heard = verified_caller(session, actor, member=member)
    people.emergency_contacts.change_contact(
        session, actor, member=member, contact=contact, given=given, heard=heard
    )


def remove_contact(session: Session, actor: Actor, *, member: str, contact: str) -> None:
    """Raises what `people.emergency_contacts.remove_contact` raises."""
    heard = verified_caller(session, actor, member=member)
    people.emergency_contacts.remove_contact(
        session, actor, member=member, contact=contact, heard=heard
    )


def change_contact_details(
    session: Session,
    actor: Actor,
    *,
    member: str,
    language: str | None = None,
    mobile: str | None = None,
    email: str | None = None,
) -> None:
    """Raises what `people.change_contact_details` raises."""
    heard = verified_caller(session, actor, member=member)
    people.change_contact_details(
        session, actor, member=member, language=language, mobile=mobile, email=email, heard=heard
    )
