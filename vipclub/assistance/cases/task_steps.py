"""The steps of a task in a case, in one table: it waits for its moment, then its owner is told;
done, cancelled, or over with its case."""

from __future__ import annotations

from typing import Any

from vipclub.accounts import Permission
from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

TASK_STATES = ("open", "due", "done", "cancelled", "ended")

TASKS_TO_DO = frozenset({"open", "due"})

TASK_STEPS: Machine[Any] = Machine(
    "case_task",
    (
        Step(
            name="add",
            permission=Permission.CASE_WORK,
            begins=True,
            sources=frozenset(),
            targets=("open",),
        ),
        Step(
            name="warn",
            permission=CLUB_ITSELF,
            sources=frozenset({"open"}),
            targets=("due",),
            letter="case-task",
        ),
        Step(
            name="do",
            permission=Permission.CASE_WORK,
            sources=TASKS_TO_DO,
            targets=("done",),
            words=N_("Mark as done"),
        ),
        Step(
            name="cancel",
            permission=Permission.CASE_WORK,
            sources=TASKS_TO_DO,
            targets=("cancelled",),
            words=N_("Cancel the task"),
        ),
        Step(
            name="end",
            permission=CLUB_ITSELF,
            sources=TASKS_TO_DO,
            targets=("ended",),
        ),
    ),
    ends=(End(state="open", due="due_at", step="warn", job="watch_cases"),),
    rests=frozenset({"due", "done", "cancelled", "ended"}),
)
"""A task that is due stays in the desk's list until somebody has done it; it ends with its case."""
