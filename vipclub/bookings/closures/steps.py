"""The steps of somebody whom a closure displaced, in one table: what the partner's side notes.
Where they stand, `queries.stands` says, which asks the appointment too (docs/decisions.md 47).
The closure itself is made and reopened, once each: two steps, no table."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

_LOOKED_FOR = frozenset({"waiting", "desk"})

DISPLACED_STEPS: Machine[object] = Machine(
    "closure_displaced",
    (
        Step(
            name="list",
            permission=CLUB_ITSELF,
            begins=True,
            sources=frozenset(),
            targets=("waiting",),
        ),
        Step(
            name="offer",
            permission=Permission.APPOINTMENT_ANSWER,
            sources=_LOOKED_FOR,
            targets=("waiting",),
        ),
        Step(
            name="leave",
            permission=Permission.APPOINTMENT_ANSWER,
            sources=_LOOKED_FOR,
            targets=("desk",),
        ),
        Step(
            name="keep",
            permission=Permission.CAPACITY_CHANGE,
            sources=_LOOKED_FOR | {"kept"},
            targets=("kept",),
        ),
    ),
    ends=(
        End(state="waiting", step="leave", job="offer_other_times"),
        End(
            state="desk",
            missing="whom the service desk does not reach stays on its list until the visit",
        ),
    ),
    rests=frozenset({"kept"}),
)
LIST, OFFER = DISPLACED_STEPS["list"], DISPLACED_STEPS["offer"]
LEAVE, KEEP = DISPLACED_STEPS["leave"], DISPLACED_STEPS["keep"]
