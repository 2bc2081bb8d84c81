"""The steps of what subsidiaries send: a delivery, and a row of it that was set aside
(docs/decisions.md 26 and 47)."""

from __future__ import annotations

from vipclub.core.steps import End, Machine, Step
from vipclub.people.facts import DeliveryApplied

LOAD = "delivery:load"
_STAGING, _OPEN = frozenset({"staging"}), frozenset({"open"})

DELIVERY_STEPS: Machine[object] = Machine(
    "delivery",
    (
        Step(
            name="receive",
            permission=LOAD,
            begins=True,
            sources=frozenset(),
            targets=("staging",),
        ),
        Step(name="apply", permission=LOAD, sources=_STAGING, targets=("applied",)),
        Step(
            name="finish",
            permission=LOAD,
            sources=frozenset({"applied"}),
            targets=("applied",),
            fact=DeliveryApplied,
        ),
        Step(name="refuse", permission=LOAD, sources=_STAGING, targets=("refused",)),
        Step(name="abandon", permission=LOAD, sources=_STAGING, targets=("abandoned",)),
    ),
    ends=(
        End(
            state="staging",
            missing="what a load that died has staged stays until the company's next load",
        ),
    ),
    rests=frozenset({"applied", "refused", "abandoned"}),
)
RECEIVE, APPLY, FINISH = (
    DELIVERY_STEPS["receive"],
    DELIVERY_STEPS["apply"],
    DELIVERY_STEPS["finish"],
)
REFUSE, ABANDON = DELIVERY_STEPS["refuse"], DELIVERY_STEPS["abandon"]

SET_ASIDE_STEPS: Machine[object] = Machine(
    "set_aside_row",
    (
        Step(
            name="set_aside", permission=LOAD, begins=True, sources=frozenset(), targets=("open",)
        ),
        Step(
            name="correct",
            permission=LOAD,
            sources=_OPEN,
            targets=("corrected",),
            fact=DeliveryApplied,
        ),
        Step(name="drop", permission=LOAD, sources=_OPEN, targets=("dropped",)),
    ),
    ends=(End(state="open", missing="a row that nobody settles keeps what the file said, sealed"),),
    rests=frozenset({"corrected", "dropped"}),
)
SET_ASIDE, CORRECT = SET_ASIDE_STEPS["set_aside"], SET_ASIDE_STEPS["correct"]
DROP = SET_ASIDE_STEPS["drop"]
