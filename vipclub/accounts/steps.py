"""The steps of an account, in one table (docs/decisions.md 47). An invitation and a new password
that was asked for have none: each is written, used once, and ends by its own time."""

from __future__ import annotations

from vipclub.accounts.facts import MemberAccountOpened
from vipclub.accounts.permissions import Permission
from vipclub.core.steps import WHOM_IT_CONCERNS, Machine, Step

_ACTIVE, _DISABLED = frozenset({"active"}), frozenset({"disabled"})

ACCOUNT_STEPS: Machine[object] = Machine(
    "account",
    (
        Step(
            name="create",
            permission=Permission.ACCOUNT_CHANGE,
            begins=True,
            sources=frozenset(),
            targets=("active",),
        ),
        Step(
            name="invite",
            permission=Permission.ACCOUNT_STAFF,
            begins=True,
            sources=frozenset(),
            targets=("active",),
        ),
        Step(
            name="join",
            permission=WHOM_IT_CONCERNS,
            begins=True,
            sources=frozenset(),
            targets=("active",),
            fact=MemberAccountOpened,
        ),
        Step(
            name="disable",
            permission=Permission.ACCOUNT_CHANGE,
            sources=_ACTIVE,
            targets=("disabled",),
        ),
        Step(
            name="shut_out",
            permission=Permission.ACCOUNT_STAFF,
            sources=_ACTIVE,
            targets=("disabled",),
        ),
        Step(
            name="enable",
            permission=Permission.ACCOUNT_CHANGE,
            sources=_DISABLED,
            targets=("active",),
        ),
    ),
    rests=_ACTIVE | _DISABLED,
)
CREATE, ENABLE = ACCOUNT_STEPS["create"], ACCOUNT_STEPS["enable"]
DISABLE, SHUT_OUT = ACCOUNT_STEPS["disable"], ACCOUNT_STEPS["shut_out"]
