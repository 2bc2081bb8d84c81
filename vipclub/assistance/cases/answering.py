"""Words about a case: the club answers, whom it is for writes, staff note among themselves. Every
way counts alike: whatever is written wakes a case that waits, and whoever is answered is
answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.handling import Act, CaseResult, words
from vipclub.assistance.steps import MACHINE, OPEN
from vipclub.core.actor import Actor


def answer(
    session: Session, actor: Actor, *, case: str, text: str = "", channel: str | None = None
) -> CaseResult:
    """The club has spoken to whom the case is for: by these words, or on the telephone without any.
    Raises WordsMissing, IllegalTransition for a case that isn't open, and what `Act` raises."""
    said = words(text, needed=False)
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel=channel)
    act.must_be_open()
    act.write("answered", text=said, for_member=True)
    result = act.finish("case.answer")
    if said:
        act.tell("case-answered", result)
    return result


def write_to_case(
    session: Session, actor: Actor, *, case: str, text: str, channel: str | None = None
) -> CaseResult:
    """Words of whom the case is for, by whichever way; the case wakes, and one that was resolved or
    closed is open again. What became part of another case goes on there. Raises WordsMissing and
    what `Act` raises."""
    said = words(text)
    act = Act(session, actor, case, permission=Permission.CASE_WRITE, channel=channel)
    while act.case.merged_into is not None:
        act = Act(
            session,
            actor,
            act.case.merged_into,
            permission=Permission.CASE_WRITE,
            channel=channel,
        )
    return put_words(act, said)


def put_words(act: Act, said: str, **values: Any) -> CaseResult:  # noqa: ANN401 - columns of the case
    """Words of whom a case is for, that wake it or open it again; sets `values`, too."""
    act.write("wrote", text=said, for_member=True)
    if act.case.state == "waiting":
        act.wake()
        values["wait_until"] = None
    elif act.case.state not in OPEN:
        act.step = MACHINE["reopen"]
        act.write("reopened", for_member=True)
        values["close_at"] = None
    return act.finish("case.write", **values)


def add_note(session: Session, actor: Actor, *, case: str, text: str) -> CaseResult:
    """A note among staff. Raises WordsMissing and what `Act` raises."""
    said = words(text)
    act = Act(session, actor, case, permission=Permission.CASE_WORK)
    act.write("noted", text=said)
    return act.finish("case.note")


def note_or_write(session: Session, actor: Actor, *, case: str, text: str) -> CaseResult:
    """Words without saying to whom: a note by who works on cases, a message to the club by whom the
    case is for. Raises what these raise."""
    write = add_note if actor.has(Permission.CASE_WORK) else write_to_case
    return write(session, actor, case=case, text=text)
