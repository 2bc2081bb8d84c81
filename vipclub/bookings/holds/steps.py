"""The steps of a hold, in one table: a time that is kept while a member decides ends once, and
gives back what it kept unless an appointment takes it over (docs/decisions.md 35 and 47)."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

_OPEN = frozenset({"open"})

HOLD_STEPS: Machine[object] = Machine(
    "seat_hold",
    (
        Step(
            name="hold",
            permission=Permission.APPOINTMENT_BOOK,
            begins=True,
            sources=frozenset(),
            targets=("open",),
        ),
        Step(
            name="consume",
            permission=Permission.APPOINTMENT_BOOK,
            sources=_OPEN,
            targets=("consumed",),
        ),
        Step(
            name="release",
            permission=Permission.APPOINTMENT_BOOK,
            sources=_OPEN,
            targets=("released",),
        ),
        Step(name="expire", permission=CLUB_ITSELF, sources=_OPEN, targets=("expired",)),
    ),
    ends=(
        End(
            state="open",
            due="expires_at",
            step="expire",
            job="end_holds",
            back="the seat and the unit",
        ),
    ),
    rests=frozenset({"consumed", "released", "expired"}),
)
HOLD, CONSUME = HOLD_STEPS["hold"], HOLD_STEPS["consume"]
RELEASE, EXPIRE = HOLD_STEPS["release"], HOLD_STEPS["expire"]
