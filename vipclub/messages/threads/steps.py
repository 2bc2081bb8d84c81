"""The steps of a member's message to the relationship manager, in one table."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.i18n import N_
from vipclub.core.steps import End, Machine, Step

THREAD_STEPS: Machine[object] = Machine(
    "thread_message",
    (
        Step(
            name="write",
            permission=Permission.THREAD_WRITE,
            begins=True,
            sources=frozenset(),
            targets=("waiting",),
            letter="thread-written",
        ),
        Step(
            name="tell",
            permission=Permission.THREAD_ANSWER,
            begins=True,
            sources=frozenset(),
            targets=("sent",),
            letter="thread-answered",
        ),
        Step(
            name="answer",
            permission=Permission.THREAD_ANSWER,
            sources=frozenset({"waiting"}),
            targets=("answered",),
        ),
        Step(
            name="pass_on",
            permission=Permission.THREAD_ANSWER,
            sources=frozenset({"waiting"}),
            targets=("passed_on",),
            words=N_("Pass on to the service desk"),
        ),
    ),
    ends=(End(state="waiting", due="answer_by", step="pass_on", job="watch_cases"),),
    rests=frozenset({"sent", "answered", "passed_on"}),
)
STATES = THREAD_STEPS.states
