"""Two cases that are one: the first ends in the second, which owes from then on what both owed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.finding import LockedCase
from vipclub.assistance.cases.handling import Act, CaseResult
from vipclub.assistance.cases.open_tasks import move_tasks
from vipclub.assistance.cases.timeline import calendar_of, history_of
from vipclub.assistance.clocks.promises import GOES_ON_IN, PROMISES, SEVERITIES, ClockName
from vipclub.assistance.clocks.running import OWED, Event, clocks_of, rounds_of
from vipclub.assistance.dispatch.ending import go_on_in
from vipclub.assistance.facts import CasesMerged
from vipclub.assistance.refusals import CannotMerge, LessUrgentKind
from vipclub.assistance.steps import MACHINE, OPEN
from vipclub.core.actor import Actor
from vipclub.core.facts import record
from vipclub.core.types import parse_ref

_ANSWERS: tuple[ClockName, ...] = ("first_answer", "reply")


def merge(session: Session, actor: Actor, *, case: str, into: str) -> CaseResult:
    """End a case in another open one of the same person, or of nobody known; gives that one. Where
    somebody waits for an answer in the first, they wait in the second since then; a partner who has
    accepted comes for the second. What is about somebody of the staff goes on in nothing that they
    may read, and a complaint, with the state's clock, in a complaint alone. The greater severity
    counts, and of each promise that runs in both the earlier one. Both are locked in the order of
    their references. Raises CannotMerge, LessUrgentKind and what `Act` raises."""
    first, second = parse_ref(case, "C"), parse_ref(into, "C")
    if first == second:
        raise CannotMerge()
    acts: dict[str, Act] = {}
    for ref in sorted((first, second)):
        if ref == first:
            acts[ref] = Act(session, actor, ref, step=MACHINE["merge"])
        else:
            acts[ref] = Act(session, actor, ref, permission=Permission.CASE_WORK)
    gone, stays = acts[first], acts[second]
    persons = {act.case.person_id for act in acts.values()} - {None}
    hidden = gone.case.against_id not in {None, stays.case.against_id}
    if stays.case.state not in OPEN or len(persons) > 1 or hidden:
        raise CannotMerge()
    if stays.case.kind not in GOES_ON_IN[gone.case.kind]:
        raise LessUrgentKind()
    since = _waiting_since(history_of(session, gone.case.id))
    owed = _promised(session, gone.case, stays.case.kind)
    gone.write("merged", other_ref=second, for_member=True)
    move_tasks(session, gone.case.id, stays.case.id)
    gone.finish(
        "case.merge",
        after={"into": second},
        merged_into_id=stays.case.id,
        wait_until=None,
        close_at=None,
    )
    stays.write("merged_in", other_ref=first, since=since)
    for found in go_on_in(session, gone.case.id, stays.case.id):
        stays.write("partner_found", other_ref=found.partner, reason=found.kind, for_member=True)
    record(session, CasesMerged(gone.case.id, stays.case.id, stays.case.against_id, stays.at))
    values: dict[str, Any] = {"person_id": persons.pop()} if persons else {}
    severity = _more_severe(gone.case, stays.case)
    if severity is not None:
        stays.write("severity", severity=severity)
        values["severity"] = severity
    for name, started, due in owed:
        stays.write(OWED, reason=name, since=started, until=due)
    if since is not None and stays.case.state == "waiting":
        stays.wake()
        values["wait_until"] = None
    return stays.finish("case.merged_in", after={"case": first}, **values)


def _more_severe(gone: LockedCase, stays: LockedCase) -> str | None:
    """The severity of a case that was open, where it is the greater one."""
    first, second = (SEVERITIES.index(case.severity) for case in (gone, stays))
    return gone.severity if gone.state in OPEN and first < second else None


def _promised(
    session: Session, gone: LockedCase, kind: str
) -> list[tuple[ClockName, datetime, datetime]]:
    """What runs in a case and is promised in a `kind` too, since when, and when it is due; what is
    paused isn't. Whoever waits for the first answer waits for a reply in the other case."""
    calendar = calendar_of(session, gone.region, gone.time_zone)
    found: list[tuple[ClockName, datetime, datetime]] = [
        ("reply" if one.clock in _ANSWERS else one.clock, one.started, one.due)
        for one in clocks_of(gone.kind, history_of(session, gone.id), calendar)
        if one.running and one.due is not None
    ]
    promised = {one.clock for one in PROMISES[kind]}
    return [one for one in found if one[0] in promised]


def _waiting_since(history: list[Event]) -> datetime | None:
    """When somebody began to wait for an answer who waits still; None for nobody."""
    started = [
        one.started
        for clock in _ANSWERS
        for one in rounds_of(clock, history)
        if one.done is None and one.stopped is None
    ]
    return min(started, default=None)
