"""The steps of a handover, in one table: given by who goes, accepted by who comes, taken back or
declined, or over by itself when nobody has accepted it."""

from __future__ import annotations

from typing import Any

from vipclub.accounts import Permission
from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

HANDOVER_STATES = ("given", "accepted", "withdrawn", "declined", "lapsed")

_GIVEN = frozenset({"given"})

HANDOVER_STEPS: Machine[Any] = Machine(
    "duty_handover",
    (
        Step(
            name="give",
            permission=Permission.CASE_WORK,
            begins=True,
            sources=frozenset(),
            targets=("given",),
            letter="handover-given",
        ),
        Step(
            name="accept",
            permission=Permission.CASE_WORK,
            sources=_GIVEN,
            targets=("accepted",),
            words=N_("Accept the handover"),
            letter="handover-accepted",
        ),
        Step(
            name="withdraw",
            permission=Permission.CASE_WORK,
            sources=_GIVEN,
            targets=("withdrawn",),
            words=N_("Take the handover back"),
        ),
        Step(
            name="decline",
            permission=Permission.CASE_WORK,
            sources=_GIVEN,
            targets=("declined",),
            words=N_("Decline the handover"),
            letter="handover-declined",
        ),
        Step(
            name="lapse",
            permission=CLUB_ITSELF,
            sources=_GIVEN,
            targets=("lapsed",),
            letter="handover-lapsed",
        ),
    ),
    ends=(End(state="given", due="ends_at", step="lapse", job="watch_cases"),),
    rests=frozenset({"accepted", "withdrawn", "declined", "lapsed"}),
)
