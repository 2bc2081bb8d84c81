"""The steps of an access in an emergency, in one table: a second person reviews it, and whoever
keeps the trail is told when nobody has (docs/decisions.md 47)."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

TO_REVIEW = frozenset({"open", "overdue"})

BREAK_GLASS_STEPS: Machine[object] = Machine(
    "break_glass",
    (
        Step(
            name="access",
            permission=Permission.PERSONAL_REVEAL,
            begins=True,
            sources=frozenset(),
            targets=("open",),
            letter="emergency-access",
        ),
        Step(
            name="review",
            permission=Permission.ACCESS_VIEW,
            sources=TO_REVIEW,
            targets=("justified", "unjustified"),
        ),
        Step(
            name="overdue",
            permission=CLUB_ITSELF,
            sources=frozenset({"open"}),
            targets=("overdue",),
            letter="emergency-access-overdue",
        ),
        Step(
            name="remind",
            permission=CLUB_ITSELF,
            sources=frozenset({"overdue"}),
            targets=("overdue",),
            letter="emergency-access",
        ),
    ),
    ends=(
        End(state="open", due="due_at", step="overdue", job="watch_emergency_access"),
        End(state="overdue", due="due_at", step="remind", job="watch_emergency_access"),
    ),
    rests=frozenset({"justified", "unjustified"}),
)
