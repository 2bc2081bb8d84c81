"""Steps of a playbook that are done, or open again: an entry of the timeline each."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.handling import Act, CaseResult
from vipclub.assistance.cases.whole_case import EntryView
from vipclub.assistance.models import CaseEntry
from vipclub.assistance.playbooks.reading import playbook_for, shipped_playbooks
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed

DONE, UNDONE = "step_done", "step_undone"


def tick_step(
    session: Session, actor: Actor, *, case: str, step: str, done: bool = True
) -> CaseResult | None:
    """Say that a step of the playbook is done, or open again; gives None where that is said
    already. Raises Malformed for a step that the kind hasn't, IllegalTransition for a case that
    isn't open, and what `Act` raises."""
    act = Act(session, actor, case, permission=Permission.CASE_WORK)
    act.must_be_open()
    if step not in _codes(act.case.kind):
        raise Malformed("step")
    last = session.execute(
        select(CaseEntry.what)
        .where(
            CaseEntry.case_id == act.case.id,
            CaseEntry.what.in_((DONE, UNDONE)),
            CaseEntry.reason == step,
        )
        .order_by(CaseEntry.id.desc())
        .limit(1)
    ).scalar()
    if (last == DONE) == done:
        return None
    act.write(DONE if done else UNDONE, reason=step)
    return act.finish(f"case.{DONE if done else UNDONE}", after={"step": step})


def _codes(kind: str) -> set[str]:
    """The steps of a kind, with those that any country adds."""
    books = shipped_playbooks()
    steps = {one.code for one in books.steps[kind]}
    own = (one for country in books.countries.values() for one in country.steps)
    return steps | {one.code for one in own if one.after in steps}


def done_steps(entries: Iterable[EntryView]) -> set[str]:
    """The steps that a timeline says are done."""
    found: set[str] = set()
    for entry in entries:
        if entry.what == DONE and entry.reason:
            found.add(entry.reason)
        elif entry.what == UNDONE and entry.reason:
            found.discard(entry.reason)
    return found


def step_text(language: str, code: str, kind: str, country: str | None) -> str:
    """What a step of a case says; its code where it is no more."""
    found = playbook_for(kind, country, ())
    return next((one.do.to(language) for one in found if one.code == code), code)
