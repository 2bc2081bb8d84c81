"""A member's message that nobody answers goes on as a case: at once where there is no relationship
manager, by the manager's own word, or when the time for an answer has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from vipclub import messages
from vipclub.assistance.cases.opening import open_case
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.messages import THREAD_STEPS
from vipclub.people import find_person

ACTOR = Actor.system("pass_on")
BATCH = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A member's message: until when the manager answers, or in which case it went on."""

    ref: str
    answer_by: datetime | None
    case: str | None


def write_to_club(session: Session, actor: Actor, *, member: str, text: str) -> Written:
    """A message of the member's to the relationship manager, or to the desk where there is none.
    Raises what `messages.write_to_manager` raises."""
    ref, answer_by = messages.write_to_manager(session, actor, member=member, text=text)
    if answer_by is not None:
        return Written(ref, answer_by, None)
    return Written(ref, None, _open(session, ref))


def pass_on(session: Session, actor: Actor, *, member: str, message: str) -> str:
    """The desk sees to a member's message; gives the case. Raises Forbidden, MalformedRef and
    NotFound, also for one that waits no more."""
    actor.require(THREAD_STEPS["pass_on"].permission)
    person, waiting = find_person(session, actor, member), messages.waiting_words(session, message)
    if waiting is None or find_person(session, actor, waiting[0]).id != person.id:
        raise NotFound()
    case = _open(session, message)
    if case is None:
        raise NotFound()
    return case


def pass_on_unanswered(db: Database) -> int:
    """Make a case of each message whose time has passed; gives how many."""
    with db.read() as session:
        refs = messages.unanswered(session, clock.now(), limit=BATCH)
    return sum(db.each(refs, _open_in_time))


def _open_in_time(session: Session, message: str) -> bool:
    return _open(session, message) is not None


def _open(session: Session, message: str) -> str | None:
    """The case; None for a message that waits no more. The message's row decides between two."""
    waiting = messages.waiting_words(session, message)
    if waiting is None:
        return None
    member, text = waiting
    made = open_case(session, ACTOR, kind="enquiry", what=text, member=member, channel="web")
    if not messages.mark_passed_on(session, ACTOR, message, case=made.case):
        raise NotFound()  # answered meanwhile: nothing of this stays
    return made.case
