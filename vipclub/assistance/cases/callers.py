"""Who calls about somebody's case, and what may be told: whoever is neither the member nor one of
her contacts is told nothing, and the case asks her; what she answers counts for this case alone.
That the desk knows who calls is on the timeline, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Permission
from vipclub.assistance.cases.handling import Act, CaseResult
from vipclub.assistance.models import CaseEntry
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.steps import CLUB_ITSELF
from vipclub.core.types import parse_ref
from vipclub.people import CallerNotVerified
from vipclub.people.emergency_contacts import Level, Verified

ASKED, ANSWERED, VERIFIED = "caller_asked", "caller_answered", "caller_verified"
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class CallerQuestion:
    """The member is asked what a caller may be told; `answer` is empty until she says so, and the
    newest of her answers counts."""

    ref: str
    at: datetime
    caller: str = field(repr=False)
    answer: str
    answered_at: datetime | None


class AskedEntry(Protocol):
    """What of an entry of the timeline is looked at."""

    @property
    def ref(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def what(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def other_ref(self) -> str | None: ...
    @property
    def text(self) -> str: ...


def described(name: str, number: str | None) -> str:
    """A caller as the member is asked: the name as said, the number masked."""
    shown = people.masked_number(number) if number and number.startswith("+") else ""
    return " · ".join(word for word in (" ".join(name.split())[:LONGEST_NAME], shown) if word)


def questions_of(entries: Sequence[AskedEntry]) -> tuple[CallerQuestion, ...]:
    """The questions in a timeline, each with its newest answer, the newest question first."""
    answers = {each.other_ref: each for each in entries if each.what == ANSWERED}
    return tuple(
        CallerQuestion(
            each.ref,
            each.at,
            each.text,
            (answers[each.ref].reason or "") if each.ref in answers else "",
            answers[each.ref].at if each.ref in answers else None,
        )
        for each in reversed(entries)
        if each.what == ASKED
    )


def ask_about_caller(
    session: Session, actor: Actor, *, case: str, caller: str, phone: str = ""
) -> CaseResult:
    """Somebody calls about a case who is neither the member nor known: she is asked. Raises
    Malformed without a name, IllegalTransition for a case that isn't open, NotFound where it isn't
    known whose it is, and what `Act` raises."""
    said = described(caller, people.callable_number(phone))
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel="phone")
    act.must_be_open()
    if not caller.strip():
        raise Malformed("caller")
    if act.case.person_id is None:
        raise NotFound()
    act.write(ASKED, text=said, for_member=True)
    result = act.finish("case.ask_about_caller")
    act.tell("case-caller", result)
    return result


def answer_about_caller(
    session: Session,
    actor: Actor,
    *,
    case: str,
    question: str,
    level: str,
    heard: Verified | None = None,
    channel: str | None = None,
) -> CaseResult:
    """What the caller may be told of this case, by the member's word; staff bring the receipt that
    it is she who says so, or somebody who acts for her. Raises Malformed, CallerNotVerified,
    IllegalTransition for a case that isn't open, NotFound, and what `Act` raises."""
    if level not in people.emergency_contacts.LEVELS:
        raise Malformed("level")
    asked = parse_ref(question, "C")
    act = Act(session, actor, case, permission=Permission.CASE_WRITE, channel=channel)
    _by_the_member(session, act, heard)
    act.must_be_open()
    found = session.execute(
        select(CaseEntry.id).where(
            CaseEntry.case_id == act.case.id,
            CaseEntry.public_ref == asked,
            CaseEntry.what == ASKED,
        )
    ).first()
    if found is None:
        raise NotFound()
    act.write(ANSWERED, reason=level, other_ref=asked, for_member=True)
    return act.finish("case.answer_about_caller", after={"question": asked, "level": level})


def note_verified_caller(
    session: Session, actor: Actor, *, case: str, heard: Verified
) -> CaseResult:
    """It is known now who calls about a case. Raises CallerNotVerified for a receipt of somebody
    else's, and what `Act` raises."""
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel="phone")
    if not _covers(session, act, heard):
        raise CallerNotVerified()
    act.write(VERIFIED, reason=way_of(heard), other_ref=heard.contact)
    return act.finish("case.verify_caller", after={"caller": way_of(heard)}, unverified=False)


def way_of(heard: Verified) -> str:
    """Who was heard: the member, a delegate, a contact."""
    if heard.is_member:
        return "member"
    return "delegate" if heard.acts else "contact"


def _by_the_member(session: Session, act: Act, heard: Verified | None) -> None:
    if not act.actor.sees_all or act.actor.has(CLUB_ITSELF):
        return  # a member reaches no case but her own
    if heard is None or not heard.acts or not _covers(session, act, heard):
        raise CallerNotVerified()


def _covers(session: Session, act: Act, heard: Verified) -> bool:
    if act.case.person_id is None:
        return False
    return heard.covers(people.person_of(session, act.case.person_id).id, act.at)


def answered_level(questions: Sequence[CallerQuestion]) -> Level | None:
    """What the newest caller may be told by the member's word; None where she hasn't said."""
    if not questions or not questions[0].answer:
        return None
    answer = questions[0].answer
    return "all" if answer == "all" else "state" if answer == "state" else "nothing"
