"""The steps of a callback, in one table: it is due until somebody was reached, three calls reached
nobody, or it is called off."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

_DUE = frozenset({"due"})
MOST_TRIES = 3
"""Calls that reach nobody before the callback ends and the person is written to."""

CALLBACK_STEPS: Machine[object] = Machine(
    "callback",
    (
        Step(
            name="ask",
            permission=Permission.CALLBACK_ASK,
            begins=True,
            sources=frozenset(),
            targets=("due",),
        ),
        Step(
            name="reach",
            permission=Permission.CALLBACK_WORK,
            sources=_DUE,
            targets=("reached",),
            words=N_("Reached"),
        ),
        Step(
            name="miss",
            permission=Permission.CALLBACK_WORK,
            sources=_DUE,
            targets=("due", "unreached"),
            words=N_("Not reached"),
            letter={"unreached": "callback-unreached"},
        ),
        Step(
            name="cancel",
            permission=Permission.CALLBACK_ASK,
            sources=_DUE,
            targets=("cancelled",),
            words=N_("Cancel the callback"),
        ),
        Step(name="escalate", permission=CLUB_ITSELF, sources=_DUE, targets=("due",)),
    ),
    ends=(End(state="due", due="alarm_at", step="escalate", job="watch_callbacks"),),
    rests=frozenset({"reached", "unreached", "cancelled"}),
)
ASK, REACH, MISS = CALLBACK_STEPS["ask"], CALLBACK_STEPS["reach"], CALLBACK_STEPS["miss"]
CANCEL, ESCALATE = CALLBACK_STEPS["cancel"], CALLBACK_STEPS["escalate"]
