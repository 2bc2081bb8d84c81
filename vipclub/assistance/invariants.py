"""What must be true of all cases: the kept clocks are what the timeline says, no alarm is told of a
clock that never came to it, and nothing is left to be done in a case that is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.assistance.cases.task_steps import TASKS_TO_DO
from vipclub.assistance.cases.timeline import OF_EVENTS, calendar_of
from vipclub.assistance.clocks.running import Event, clocks_of
from vipclub.assistance.dispatch.invariants import INVARIANTS as OF_PARTNERS
from vipclub.assistance.models import Case, CaseAlarm, CaseClock, CaseEntry
from vipclub.assistance.steps import OPEN
from vipclub.assistance.work_models import CaseTask
from vipclub.core.invariants import Broken, Span, in_parts

CASES = 2_000
"""Cases whose timelines are held in memory at once."""


def _other_clocks(session: Session, span: Span) -> Iterator[Broken]:
    """Cases whose kept clocks differ from those that the timeline gives."""
    history: dict[int, list[Event]] = defaultdict(list)
    for entry in session.execute(
        select(CaseEntry.case_id, *OF_EVENTS)
        .where(span.of(CaseEntry.case_id))
        .order_by(CaseEntry.id)
    ):
        history[entry[0]].append(Event(*entry[1:]))
    kept: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    c = CaseClock
    for row in session.execute(
        select(
            c.case_id, c.clock, c.round, c.started_at, c.due_at, c.paused, c.done_at, c.stopped_at
        )
        .where(span.of(c.case_id))
        .order_by(c.id)
    ):
        kept[row.case_id].add(tuple(row[1:]))
    cases = select(Case.id, Case.public_ref, Case.kind, Case.region, Case.time_zone)
    for case in session.execute(cases.where(span.of(Case.id))):
        calendar = calendar_of(session, case.region, case.time_zone)
        if not history[case.id]:
            yield Broken(f"case {case.public_ref}", "has no timeline")
            continue
        told = {
            (o.clock, o.round, o.started, o.due, o.paused, o.done, o.stopped)
            for o in clocks_of(case.kind, history[case.id], calendar)
        }
        if told != kept[case.id]:
            clocks = ", ".join(sorted({str(one[0]) for one in told ^ kept[case.id]}))
            yield Broken(f"case {case.public_ref}", f"its timeline says other clocks: {clocks}")


def _other_levels(session: Session, span: Span) -> Iterator[Broken]:
    """Alarms above the level that their clock is kept at."""
    for clock_id, level in session.execute(
        select(CaseClock.id, CaseAlarm.level)
        .join(
            CaseAlarm,
            (CaseAlarm.case_id == CaseClock.case_id)
            & (CaseAlarm.clock == CaseClock.clock)
            & (CaseAlarm.round == CaseClock.round),
        )
        .where(span.of(CaseClock.id), CaseAlarm.level > CaseClock.level)
    ):
        yield Broken(f"clock {clock_id}", f"level {level} was raised and isn't kept")


def _tasks_left(session: Session, span: Span) -> Iterator[Broken]:
    """Tasks that are still to be done in a case that is over."""
    for ref, case in session.execute(
        select(CaseTask.public_ref, Case.public_ref)
        .join(Case, Case.id == CaseTask.case_id)
        .where(
            span.of(CaseTask.id),
            CaseTask.state.in_(sorted(TASKS_TO_DO)),
            Case.state.not_in(sorted(OPEN)),
        )
    ):
        yield Broken(f"task {ref}", f"is still to be done, and case {case} is over")


INVARIANTS = (
    in_parts(
        "clocks of cases",
        "The kept clocks of a case are those that its timeline says.",
        over=Case.id,
        broken=_other_clocks,
        size=CASES,
    ),
    in_parts(
        "alarms of cases",
        "A clock is kept at the highest level that was raised.",
        over=CaseClock.id,
        broken=_other_levels,
    ),
    *OF_PARTNERS,
    in_parts(
        "tasks of cases",
        "A task that is still to be done belongs to an open case.",
        over=CaseTask.id,
        broken=_tasks_left,
    ),
)
