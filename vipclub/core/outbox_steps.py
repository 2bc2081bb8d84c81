"""The steps of an outbox row, in one table."""

from __future__ import annotations

from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

_WAITING = frozenset({"waiting"})

OUTBOX_STEPS: Machine[object] = Machine(
    "outbox",
    (
        Step(
            name="put",
            permission=CLUB_ITSELF,
            begins=True,
            sources=frozenset(),
            targets=("waiting",),
        ),
        Step(name="finish", permission=CLUB_ITSELF, sources=_WAITING, targets=("done",)),
        Step(name="give_up", permission=CLUB_ITSELF, sources=_WAITING, targets=("dead",)),
        Step(
            name="retry",
            permission="outbox:retry",
            sources=frozenset({"dead"}),
            targets=("waiting",),
        ),
        Step(
            name="close",
            permission="outbox:retry",
            sources=frozenset({"dead"}),
            targets=("closed",),
        ),
    ),
    ends=(End(state="waiting", due="due_at", step="give_up", job="deliver_messages"),),
    rests=frozenset({"done", "dead", "closed"}),
)
PUT, FINISH = OUTBOX_STEPS["put"], OUTBOX_STEPS["finish"]
GIVE_UP, RETRY = OUTBOX_STEPS["give_up"], OUTBOX_STEPS["retry"]
CLOSE = OUTBOX_STEPS["close"]
