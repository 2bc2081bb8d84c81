"""The steps of an address and of an event on its way to it, a table each (docs/decisions.md 47)."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

_ON, _OFF, _WAITING = frozenset({"on"}), frozenset({"off"}), frozenset({"waiting"})

ENDPOINT_STEPS: Machine[object] = Machine(
    "webhook_endpoint",
    (
        Step(
            name="add",
            permission=Permission.WEBHOOK_CHANGE,
            begins=True,
            sources=frozenset(),
            targets=("on",),
        ),
        Step(
            name="switch_off",
            permission=Permission.WEBHOOK_CHANGE,
            sources=_ON,
            targets=("off",),
        ),
        Step(
            name="shut_off",
            permission=CLUB_ITSELF,
            sources=_ON,
            targets=("off",),
            letter="webhook-off",
        ),
        Step(
            name="switch_on",
            permission=Permission.WEBHOOK_CHANGE,
            sources=_OFF,
            targets=("on",),
        ),
    ),
    rests=_ON | _OFF,
)
ADD, SWITCH_ON = ENDPOINT_STEPS["add"], ENDPOINT_STEPS["switch_on"]
SWITCH_OFF, SHUT_OFF = ENDPOINT_STEPS["switch_off"], ENDPOINT_STEPS["shut_off"]

DELIVERY_STEPS: Machine[object] = Machine(
    "webhook_delivery",
    (
        Step(
            name="send",
            permission=CLUB_ITSELF,
            begins=True,
            sources=frozenset(),
            targets=("waiting",),
        ),
        Step(name="deliver", permission=CLUB_ITSELF, sources=_WAITING, targets=("delivered",)),
        Step(name="give_up", permission=CLUB_ITSELF, sources=_WAITING, targets=("failed",)),
        Step(
            name="send_again",
            permission=Permission.WEBHOOK_CHANGE,
            sources=frozenset({"delivered", "failed"}),
            targets=("waiting",),
        ),
    ),
    ends=(End(state="waiting", due="next_at", step="give_up", job="deliver_webhooks"),),
    rests=frozenset({"delivered", "failed"}),
)
SEND, DELIVER = DELIVERY_STEPS["send"], DELIVERY_STEPS["deliver"]
GIVE_UP, SEND_AGAIN = DELIVERY_STEPS["give_up"], DELIVERY_STEPS["send_again"]
