"""The steps of an asking, in one table (docs/decisions.md 47). Who is listed waits for nobody: it
is the one asked before that has an end."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from vipclub.accounts import Permission
from vipclub.assistance.dispatch.refusals import AnswerTooLate
from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

SERVICES = ("assistance", "hospital", "interpreter", "transport")
"""What partners are asked for."""
STATES = (
    "listed",
    "asked",
    "accepted",
    "declined",
    "silent",
    "withdrawn",
    "lost",
    "done",
)
WAYS = ("door", "api", "link", "desk")
"""By which way an answer came: the partner's pages, its system, the link of a letter, the desk."""
DECLINE_REASONS = {
    "no_capacity": N_("nobody is free at the moment"),
    "not_our_area": N_("outside our area"),
    "not_our_service": N_("not a service we offer"),
    "other": N_("another reason"),
}
"""Code -> why a partner declines; `other` in words."""


class DispatchState(Protocol):
    """What a step asks of an asking, whoever read it."""

    @property
    def state(self) -> str: ...
    @property
    def answer_by(self) -> datetime | None: ...


def _in_time(found: DispatchState, now: datetime) -> AnswerTooLate | None:
    """A partner answers until its clock has run, whether or not the job has come by since."""
    over = found.answer_by is not None and now >= found.answer_by
    return AnswerTooLate() if over else None


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


DISPATCH_STEPS: Machine[DispatchState] = Machine(
    "dispatch",
    (
        Step(
            name="list",
            permission=Permission.CASE_WORK,
            begins=True,
            sources=_from(),
            targets=("listed",),
        ),
        Step(
            name="ask",
            permission=CLUB_ITSELF,
            sources=_from("listed"),
            targets=("asked",),
            letter="dispatch-asked",
            event="dispatch.asked",
        ),
        Step(
            name="accept",
            permission=Permission.DISPATCH_ANSWER,
            sources=_from("asked"),
            targets=("accepted",),
            words=N_("Accept"),
            letter="partner-found",
            open=_in_time,
        ),
        Step(
            name="decline",
            permission=Permission.DISPATCH_ANSWER,
            sources=_from("asked"),
            targets=("declined",),
            words=N_("Decline"),
            open=_in_time,
        ),
        Step(
            name="accept_for",
            permission=Permission.CASE_WORK,
            sources=_from("asked", "silent"),
            targets=("accepted",),
            words=N_("Accepted by phone"),
            letter="partner-found",
        ),
        Step(
            name="decline_for",
            permission=Permission.CASE_WORK,
            sources=_from("asked"),
            targets=("declined",),
            words=N_("Declined by phone"),
        ),
        Step(name="expire", permission=CLUB_ITSELF, sources=_from("asked"), targets=("silent",)),
        Step(
            name="withdraw",
            permission=Permission.CASE_WORK,
            sources=_from("listed", "asked"),
            targets=("withdrawn",),
            words=N_("Withdraw the request"),
            event="dispatch.withdrawn",
        ),
        Step(
            name="lose",
            permission=Permission.CASE_WORK,
            sources=_from("accepted"),
            targets=("lost",),
            words=N_("No longer available"),
        ),
        Step(
            name="finish",
            permission=Permission.CASE_WORK,
            sources=_from("accepted"),
            targets=("done",),
        ),
    ),
    ends=(End(state="asked", due="answer_by", step="expire", job="watch_cases"),),
    rests=_from("listed", "accepted", "declined", "silent", "withdrawn", "lost", "done"),
)
