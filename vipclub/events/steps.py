"""The steps of an event and of a registration for it, in two tables."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from vipclub.accounts import Permission
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step
from vipclub.events.refusals import RegistrationClosed, SeatOfferOver, TooLateToCancel

_TO_COME = frozenset({"published", "closed"})

EVENT_STEPS: Machine[object] = Machine(
    "event",
    (
        Step(
            name="draft",
            permission=Permission.EVENT_CURATE,
            begins=True,
            sources=frozenset(),
            targets=("draft",),
        ),
        Step(
            name="change",
            permission=Permission.EVENT_CURATE,
            sources=frozenset({"draft", "submitted", "published", "closed"}),
            targets=("draft", "submitted", "published", "closed"),
            narrowed={
                "draft": ("draft",),
                "submitted": ("draft",),
                "published": ("published",),
                "closed": ("closed",),
            },
        ),
        Step(
            name="submit",
            permission=Permission.EVENT_CURATE,
            sources=frozenset({"draft"}),
            targets=("submitted",),
            words=N_("Submit for review"),
        ),
        Step(
            name="publish",
            permission=Permission.EVENT_REVIEW,
            sources=frozenset({"submitted"}),
            targets=("published",),
            words=N_("Publish"),
        ),
        Step(
            name="return",
            permission=Permission.EVENT_REVIEW,
            sources=frozenset({"submitted"}),
            targets=("draft",),
            words=N_("Return to the draft"),
            keeps_words=True,
        ),
        Step(
            name="close",
            permission=CLUB_ITSELF,
            sources=frozenset({"published"}),
            targets=("closed",),
        ),
        Step(
            name="hold",
            permission=CLUB_ITSELF,
            sources=_TO_COME,
            targets=("held",),
        ),
        Step(
            name="cancel",
            permission=Permission.EVENT_CURATE,
            sources=_TO_COME,
            targets=("cancelled",),
            words=N_("Cancel the event"),
            letter="event-cancelled",
        ),
        Step(
            name="drop",
            permission=CLUB_ITSELF,
            sources=frozenset({"draft", "submitted"}),
            targets=("cancelled",),
        ),
    ),
    ends=(
        End(state="draft", due="starts_at", step="drop", job="end_events"),
        End(state="submitted", due="starts_at", step="drop", job="end_events"),
        End(state="published", due="register_until", step="close", job="end_events"),
        End(state="closed", due="ends_at", step="hold", job="end_events"),
    ),
    rests=frozenset({"held", "cancelled"}),
)
BY_A_SECOND_PERSON = frozenset({"publish", "return"})
"""Steps that whoever submitted the event leaves to somebody else."""


class InTime(Protocol):
    """What a step of a registration asks of the row and its event."""

    @property
    def due_at(self) -> datetime | None: ...
    @property
    def register_until(self) -> datetime: ...
    @property
    def starts_at(self) -> datetime: ...


def _before_closing(row: InTime, now: datetime) -> Refused | None:
    return RegistrationClosed() if now >= row.register_until else None


def _before_the_start(row: InTime, now: datetime) -> Refused | None:
    return TooLateToCancel() if now >= row.starts_at else None


def _while_offered(row: InTime, now: datetime) -> Refused | None:
    return SeatOfferOver() if row.due_at is None or now >= row.due_at else None


_STANDING = frozenset({"registered", "waitlisted"})

REGISTRATION_STEPS: Machine[InTime] = Machine(
    "registration",
    (
        Step(
            name="register",
            permission=Permission.EVENT_REGISTER,
            begins=True,
            sources=frozenset({"invited"}),
            targets=("registered", "waitlisted"),
            words=N_("Register"),
            letter={"registered": "event-registered", "waitlisted": "event-waitlisted"},
            open=_before_closing,
        ),
        Step(
            name="invite",
            permission=Permission.EVENT_CURATE,
            begins=True,
            sources=frozenset(),
            targets=("invited",),
        ),
        Step(
            name="offer",
            permission=CLUB_ITSELF,
            sources=frozenset({"waitlisted"}),
            targets=("offered",),
            letter="event-offered",
        ),
        Step(
            name="accept",
            permission=Permission.EVENT_REGISTER,
            sources=frozenset({"offered"}),
            targets=("registered",),
            words=N_("Accept the seats"),
            letter="event-registered",
            open=_while_offered,
        ),
        Step(
            name="decline",
            permission=Permission.EVENT_REGISTER,
            sources=frozenset({"invited", "offered"}),
            targets=("declined",),
            words=N_("Decline"),
            open=_before_the_start,
        ),
        Step(
            name="change_party",
            permission=Permission.EVENT_REGISTER,
            sources=_STANDING,
            targets=("registered", "waitlisted"),
            narrowed={"registered": ("registered",), "waitlisted": ("waitlisted",)},
            words=N_("Change the party"),
            open=_before_the_start,
        ),
        Step(
            name="cancel",
            permission=Permission.EVENT_REGISTER,
            sources=_STANDING,
            targets=("cancelled",),
            words=N_("Cancel the registration"),
            letter="event-registration-cancelled",
            open=_before_the_start,
        ),
        Step(
            name="transfer",
            permission=Permission.EVENT_REGISTER,
            sources=frozenset({"registered"}),
            targets=("cancelled",),
            words=N_("Give the seats to another member"),
            letter="event-registration-cancelled",
            open=_before_the_start,
        ),
        Step(
            name="lapse",
            permission=CLUB_ITSELF,
            sources=frozenset({"invited", "waitlisted", "offered"}),
            targets=("lapsed",),
            letter="event-seat-lapsed",
        ),
        Step(
            name="call_off",
            permission=CLUB_ITSELF,
            sources=frozenset({"invited", "registered", "waitlisted", "offered"}),
            targets=("cancelled",),
            letter="event-cancelled",
        ),
        Step(
            name="attend",
            permission=Permission.EVENT_CHECK_IN,
            sources=frozenset({"registered", "absent"}),
            targets=("attended",),
        ),
        Step(
            name="miss",
            permission=CLUB_ITSELF,
            sources=frozenset({"registered"}),
            targets=("absent",),
        ),
    ),
    ends=(
        End(state="invited", due="due_at", step="lapse", job="end_registrations"),
        End(state="waitlisted", due="due_at", step="lapse", job="end_registrations"),
        End(
            state="offered",
            due="due_at",
            step="lapse",
            job="end_registrations",
            back="the reserved seats, which go to the next in line",
        ),
        End(
            state="registered",
            due="due_at",
            step="miss",
            job="end_registrations",
            back="the units, unless the event says that absence uses them",
        ),
    ),
    rests=frozenset({"declined", "cancelled", "lapsed", "attended", "absent"}),
)
ENDED = REGISTRATION_STEPS.rests
"""States in which a registration stands for nothing to come."""
