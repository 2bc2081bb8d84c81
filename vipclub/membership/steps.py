"""The steps of a membership and of a policy that is tried, a table each
(docs/decisions.md 29 and 47).

A rating ends terms set by set: its statements read from where and to where in the table. A tier or
a last day that changes inside a term is no step: the term stays what it is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

from vipclub.core import clock
from vipclub.core.steps import CLUB_ITSELF, WHOM_IT_CONCERNS, End, Machine, Step
from vipclub.membership.facts import MembershipAccepted, TiersChanged
from vipclub.membership.refusals import PolicyBeginsTooSoon, TrialNotReady

RATE, CHANGE = "tier:rate", "policy:change"
LIVE = frozenset({"invited", "active"})
"""States in which a membership runs until its last day."""
_INVITED, _SUBMITTED = frozenset({"invited"}), frozenset({"submitted"})
_TRIAL = frozenset({"trial"})

MEMBERSHIP_STEPS: Machine[object] = Machine(
    "membership",
    (
        Step(
            name="invite",
            permission=RATE,
            begins=True,
            sources=frozenset(),
            targets=("invited",),
            fact=TiersChanged,
        ),
        Step(
            name="renew",
            permission=RATE,
            begins=True,
            sources=frozenset(),
            targets=("active", "invited"),
            fact=TiersChanged,
        ),
        Step(
            name="accept",
            permission=WHOM_IT_CONCERNS,
            sources=_INVITED,
            targets=("active",),
            fact=MembershipAccepted,
        ),
        Step(
            name="decline",
            permission=WHOM_IT_CONCERNS,
            sources=_INVITED,
            targets=("declined",),
            fact=TiersChanged,
        ),
        Step(name="close", permission=RATE, sources=LIVE, targets=("closed",), fact=TiersChanged),
        Step(name="lapse", permission=RATE, sources=LIVE, targets=("lapsed",), fact=TiersChanged),
    ),
    ends=(
        End(state="invited", due="last_day", step="lapse", job="rate_members"),
        End(state="active", due="last_day", step="lapse", job="rate_members"),
    ),
    rests=frozenset({"lapsed", "declined", "closed"}),
)
INVITE, ACCEPT = MEMBERSHIP_STEPS["invite"], MEMBERSHIP_STEPS["accept"]
DECLINE = MEMBERSHIP_STEPS["decline"]
CLOSE, LAPSE = MEMBERSHIP_STEPS["close"], MEMBERSHIP_STEPS["lapse"]


class Tried(Protocol):
    """What the steps of a draft ask of it: whether its trial is done, and when it takes force."""

    @property
    def finished_at(self) -> datetime | None: ...
    @property
    def in_force_from(self) -> date: ...


def _begins_later(found: Tried, now: datetime) -> PolicyBeginsTooSoon | None:
    """Tomorrow at the earliest."""
    least = clock.club_day(now) + timedelta(days=1)
    if found.in_force_from < least:
        return PolicyBeginsTooSoon(day=found.in_force_from, least=least)
    return None


def _counted(found: Tried, now: datetime) -> TrialNotReady | PolicyBeginsTooSoon | None:
    """Everybody has been counted, and it begins later."""
    return TrialNotReady() if found.finished_at is None else _begins_later(found, now)


DRAFT_STEPS: Machine[Tried] = Machine(
    "tier_policy_draft",
    (
        Step(name="try", permission=CHANGE, begins=True, sources=frozenset(), targets=("trial",)),
        Step(
            name="submit",
            permission=CHANGE,
            sources=_TRIAL,
            targets=("submitted",),
            open=_counted,
        ),
        Step(name="withdraw", permission=CHANGE, sources=_SUBMITTED, targets=("trial",)),
        Step(
            name="approve",
            permission=CHANGE,
            sources=_SUBMITTED,
            targets=("approved",),
            open=_begins_later,
        ),
        Step(name="return", permission=CHANGE, sources=_SUBMITTED, targets=("returned",)),
        Step(name="discard", permission=CHANGE, sources=_TRIAL, targets=()),
        Step(name="forget", permission=CLUB_ITSELF, sources=_TRIAL, targets=()),
    ),
    ends=(
        End(state="trial", due="created_at", step="forget", job="forget_old"),
        End(
            state="submitted",
            due="in_force_from",
            missing="a policy that nobody decides on stays submitted after its first day",
        ),
    ),
    rests=frozenset({"approved", "returned"}),
)
TRY, SUBMIT, WITHDRAW = DRAFT_STEPS["try"], DRAFT_STEPS["submit"], DRAFT_STEPS["withdraw"]
APPROVE, RETURN = DRAFT_STEPS["approve"], DRAFT_STEPS["return"]
DISCARD, FORGET = DRAFT_STEPS["discard"], DRAFT_STEPS["forget"]
