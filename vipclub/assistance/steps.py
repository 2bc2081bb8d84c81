"""The steps of a case, in one table: who may take which, from where to where, when it is open, and
how what waits comes to its end (docs/decisions.md 47 and 57)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from vipclub.accounts import Permission
from vipclub.assistance.refusals import MergedAway
from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

STATES = ("new", "triaged", "in_progress", "waiting", "resolved", "closed", "reopened")
OPEN = frozenset({"new", "triaged", "in_progress", "waiting", "reopened"})
"""States in which somebody owes whom the case is for something."""
ALARMED = OPEN - {"waiting"}
"""Open, and the ball is with the club."""
WAIT_REASONS = {
    "member": N_("waiting for an answer"),
    "papers": N_("waiting for documents"),
    "later": N_("to be called at an agreed time"),
}
"""Code -> word. A case waits for whom it is for and for nobody else: while a partner is asked, the
club's own clocks run."""


class CaseState(Protocol):
    """What a step asks of a case, whoever read it."""

    @property
    def state(self) -> str: ...
    @property
    def close_at(self) -> datetime | None: ...
    @property
    def merged_into_id(self) -> int | None: ...


def _not_merged(found: CaseState, _now: datetime) -> MergedAway | None:
    """What became part of another case goes on there."""
    return MergedAway() if found.merged_into_id is not None else None


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


MACHINE: Machine[CaseState] = Machine(
    "assistance_case",
    (
        Step(
            name="open",
            permission=Permission.CASE_OPEN,
            begins=True,
            sources=_from(),
            targets=("new",),
            letter="case-received",
        ),
        Step(
            name="triage",
            permission=Permission.CASE_WORK,
            sources=_from("new", "reopened"),
            targets=("triaged",),
            words=N_("Set the severity"),
        ),
        Step(
            name="start",
            permission=Permission.CASE_WORK,
            sources=_from("triaged", "reopened"),
            targets=("in_progress",),
            words=N_("Start work"),
        ),
        Step(
            name="wait",
            permission=Permission.CASE_WORK,
            sources=ALARMED,
            targets=("waiting",),
            words=N_("Pause work"),
        ),
        Step(
            name="resume",
            permission=Permission.CASE_WORK,
            sources=_from("waiting"),
            targets=("in_progress",),
            words=N_("Continue work"),
        ),
        Step(
            name="resolve",
            permission=Permission.CASE_WORK,
            sources=OPEN,
            targets=("resolved",),
            words=N_("Resolve the case"),
            letter="case-resolved",
        ),
        Step(
            name="close",
            permission=Permission.CASE_WORK,
            sources=_from("resolved"),
            targets=("closed",),
            words=N_("Close the case"),
        ),
        Step(
            name="reopen",
            permission=Permission.CASE_REOPEN,
            sources=_from("resolved", "closed"),
            targets=("reopened",),
            words=N_("Reopen the case"),
            letter="case-reopened",
            open=_not_merged,
        ),
        Step(
            name="merge",
            permission=Permission.CASE_WORK,
            sources=OPEN | {"resolved"},
            targets=("closed",),
            words=N_("Merge into another case"),
        ),
        Step(
            name="escalate",
            permission=CLUB_ITSELF,
            sources=ALARMED,
            targets=tuple(sorted(ALARMED)),
            narrowed={state: (state,) for state in ALARMED},
        ),
    ),
    ends=(
        *(
            End(state=state, due="alarm_at", step="escalate", job="watch_cases")
            for state in sorted(ALARMED)
        ),
        End(state="waiting", due="wait_until", step="resume", job="watch_cases"),
        End(state="resolved", due="close_at", step="close", job="watch_cases"),
    ),
    rests=_from("closed"),
)
