"""The steps of an SMS that a gateway took, in one table (docs/decisions.md 47)."""

from __future__ import annotations

from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

_WAITING = frozenset({"waiting"})

SMS_STEPS: Machine[object] = Machine(
    "sms_sending",
    (
        Step(
            name="send",
            permission=CLUB_ITSELF,
            begins=True,
            sources=frozenset(),
            targets=("waiting", "accepted"),
        ),
        Step(
            name="deliver",
            permission=CLUB_ITSELF,
            sources=frozenset({"waiting", "unheard"}),
            targets=("delivered",),
        ),
        Step(name="fail", permission=CLUB_ITSELF, sources=_WAITING, targets=("failed",)),
        Step(name="hear_nothing", permission=CLUB_ITSELF, sources=_WAITING, targets=("unheard",)),
    ),
    ends=(End(state="waiting", due="receipt_by", step="hear_nothing", job="deliver_messages"),),
    rests=frozenset({"accepted", "delivered", "failed", "unheard"}),
)
"""A receipt that comes late is still one; what was sent in its place stays sent."""
DELIVER, FAIL, HEAR_NOTHING = SMS_STEPS["deliver"], SMS_STEPS["fail"], SMS_STEPS["hear_nothing"]
