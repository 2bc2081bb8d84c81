"""The steps of an appointment, in one table: who may take which, from where to where, what is told,
when it is open, and how what waits comes to its end (docs/decisions.md 36 and 47). States are FHIR
R4 codes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Protocol

from vipclub.accounts import Permission
from vipclub.bookings.facts import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentFulfilled,
    AppointmentMissed,
    AppointmentMistaken,
    AppointmentMoved,
    AppointmentProposed,
    AppointmentUndone,
)
from vipclub.bookings.policies.rules import Policy, SiteClock, cancels_free
from vipclub.bookings.refusals import (
    MovesSpent,
    OfferOver,
    OutsideWindow,
    TooEarly,
    TooLateToCancel,
    TooLateToMove,
)
from vipclub.core.i18n import N_
from vipclub.core.steps import End, Machine, Step

STATES = frozenset(
    {
        "proposed",
        "pending",
        "booked",
        "arrived",
        "fulfilled",
        "cancelled",
        "noshow",
        "waitlist",
        "entered-in-error",
    }
)
LIVE = frozenset({"proposed", "pending", "booked", "arrived"})
"""States in which a seat is taken and the person is expected."""
EXPECTED = frozenset({"pending", "proposed", "booked"})
"""States in which a person is still to come, and is displaced when the time closes."""
COMING = LIVE | {"waitlist"}
"""States of a visit that is ahead or under way, or waited for."""
CONFIRMED = frozenset({"booked", "arrived", "fulfilled", "noshow"})
"""States of a visit to which the partner has said yes."""
OF_THE_DAY = CONFIRMED | EXPECTED
"""States of the visits on a day's list: all but those that will not be."""


class Visit(Protocol):
    """What a step asks of an appointment, whoever read it; moments on the site's wall."""

    @property
    def status(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def proposed_start(self) -> datetime | None: ...
    @property
    def answer_by(self) -> datetime | None: ...
    @property
    def previous_state(self) -> str | None: ...
    @property
    def reason_code(self) -> str | None: ...
    @property
    def moves(self) -> int: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def site_clock(self) -> SiteClock: ...


def _past(found: Visit, moment: datetime) -> OutsideWindow:
    site_clock, policy = found.site_clock, found.policy
    return OutsideWindow(
        rule="past",
        opens=site_clock.opening(policy, moment),
        closes=site_clock.deadline(policy.closes, moment),
    )


def _before_it_begins(found: Visit, now: datetime) -> OutsideWindow | None:
    return _past(found, found.start) if found.start <= now else None


def _while_offered(found: Visit, now: datetime) -> OutsideWindow | None:
    """Until the moment that the member was told, and while the offered time is to come. Who missed
    it still chooses a time, that one too while it is kept."""
    offered, until = found.proposed_start, found.answer_by
    if offered is None or offered <= now:
        return _past(found, offered or found.start)
    if until is not None and until <= now:
        site_clock, policy = found.site_clock, found.policy
        return OfferOver(
            until=until.astimezone(site_clock.zone),
            opens=site_clock.opening(policy, offered),
            closes=site_clock.deadline(policy.closes, offered),
        )
    return None


def _may_cancel(found: Visit, now: datetime) -> TooLateToCancel | None:
    return TooLateToCancel(start=found.start) if found.start <= now else None


def _may_move(found: Visit, now: datetime) -> TooLateToMove | MovesSpent | None:
    """Until it may be cancelled free of cost, and as often as the policy says. An answer to the
    partner's own offer isn't counted."""
    policy, site_clock = found.policy, found.site_clock
    if found.start <= now:
        return TooLateToMove(until=found.start, begun=True)
    if found.status == "proposed":
        return None
    if found.status == "booked" and not cancels_free(policy, site_clock, found.start, now):
        return TooLateToMove(
            until=site_clock.deadline(policy.cancel_until, found.start), begun=False
        )
    return MovesSpent(most=policy.reschedules) if found.moves >= policy.reschedules else None


def _on_the_day(found: Visit, now: datetime) -> TooEarly | None:
    """From midnight of the visit's own day at the site: people come early, desks catch up late."""
    begins = found.site_clock.at(found.start.date(), time(0))
    return TooEarly(start=begins) if now < begins else None


def _once_begun(found: Visit, now: datetime) -> TooEarly | None:
    return TooEarly(start=found.start) if now < found.start else None


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


MACHINE: Machine[Visit] = Machine(
    "appointment",
    (
        Step(
            name="book",
            permission=Permission.APPOINTMENT_BOOK,
            begins=True,
            sources=_from("waitlist"),
            targets=("pending", "booked"),
            letter={"pending": "requested", "booked": "confirmed"},
            event={"pending": "appointment.requested", "booked": "appointment.confirmed"},
            fact=AppointmentBooked,
        ),
        Step(
            name="confirm",
            permission=Permission.APPOINTMENT_ANSWER,
            sources=_from("pending"),
            targets=("booked",),
            words=N_("Confirm"),
            letter="confirmed",
            event="appointment.confirmed",
            fact=AppointmentConfirmed,
        ),
        Step(
            name="propose",
            permission=Permission.APPOINTMENT_ANSWER,
            sources=_from("pending", "booked"),
            targets=("proposed",),
            letter="proposed",
            event="appointment.proposed",
            fact=AppointmentProposed,
            keeps_words=True,
            open=_before_it_begins,
        ),
        Step(
            name="accept",
            permission=Permission.APPOINTMENT_ACCEPT,
            sources=_from("proposed"),
            targets=("booked",),
            letter="confirmed",
            event="appointment.accepted",
            fact=AppointmentMoved,
            open=_while_offered,
        ),
        Step(
            name="reschedule",
            permission=Permission.APPOINTMENT_RESCHEDULE,
            sources=_from("pending", "proposed", "booked"),
            targets=("pending", "booked"),
            letter="moved",
            event="appointment.moved",
            fact=AppointmentMoved,
            open=_may_move,
        ),
        Step(
            name="arrive",
            permission=Permission.APPOINTMENT_ATTEND,
            sources=_from("booked"),
            targets=("arrived",),
            words=N_("Check in"),
            event="appointment.arrived",
            open=_on_the_day,
        ),
        Step(
            name="arrive_late",
            permission=Permission.APPOINTMENT_ATTEND,
            sources=_from("booked"),
            targets=("arrived",),
            words=N_("Arrived late"),
            event="appointment.arrived_late",
            reason_code="late",
            open=_once_begun,
        ),
        Step(
            name="fulfil",
            permission=Permission.APPOINTMENT_ATTEND,
            sources=_from("booked", "arrived"),
            targets=("fulfilled",),
            words=N_("Completed"),
            event="appointment.fulfilled",
            fact=AppointmentFulfilled,
            open=_on_the_day,
        ),
        Step(
            name="noshow",
            permission=Permission.APPOINTMENT_ATTEND,
            sources=_from("booked"),
            targets=("noshow",),
            words=N_("Did not come"),
            event="appointment.missed",
            fact=AppointmentMissed,
            open=_once_begun,
        ),
        Step(
            name="undo",
            permission=Permission.APPOINTMENT_ATTEND,
            sources=_from("arrived", "fulfilled", "noshow"),
            targets=("booked", "arrived"),
            narrowed={"arrived": ("booked",), "noshow": ("booked",)},
            words=N_("Undo"),
            event="appointment.undone",
            fact=AppointmentUndone,
        ),
        Step(
            name="cancel",
            permission=Permission.APPOINTMENT_CANCEL,
            sources=_from("pending", "proposed", "booked", "waitlist"),
            targets=("cancelled",),
            letter="cancelled",
            event="appointment.cancelled",
            fact=AppointmentCancelled,
            reason_code="member",
            open=_may_cancel,
        ),
        Step(
            name="decline",
            permission=Permission.APPOINTMENT_ANSWER,
            sources=_from("pending", "proposed"),
            targets=("cancelled",),
            letter="declined",
            event="appointment.declined",
            fact=AppointmentCancelled,
            reason_code="declined",
            keeps_words=True,
        ),
        Step(
            name="mistake",
            permission=Permission.APPOINTMENT_CORRECT,
            sources=STATES - {"entered-in-error"},
            targets=("entered-in-error",),
            letter="cancelled",
            event="appointment.mistaken",
            fact=AppointmentMistaken,
            reason_code="mistake",
        ),
    ),
    ends=(
        End(
            state="pending",
            due="promised_by",
            missing="a request that the partner never answers keeps its seat and its unit",
        ),
        End(
            state="proposed",
            due="answer_by",
            missing="an offer that the member never answers keeps both seats and its unit",
        ),
        End(state="booked", due="ends_at", missing="a visit that nobody closes stays booked"),
        End(state="arrived", due="ends_at", missing="a visit that nobody closes stays checked in"),
        End(state="waitlist", due="starts_at", missing="nobody can join a waiting list yet"),
    ),
    rests=_from("fulfilled", "noshow", "cancelled", "entered-in-error"),
    override=Permission.APPOINTMENT_OVERRIDE,
)


def how_it_came(found: Visit) -> str:
    """What the step that led here says of itself where it keeps a reason in the row, as its button
    does; nothing where it keeps none."""
    said = (step.words for step in MACHINE.steps if step.reason_code == found.reason_code)
    return next(said, "") if found.reason_code else ""


def came_from(found: Visit) -> str:
    """The state to which the last step on attendance is taken back: the one before. Where that one
    isn't known (a step was taken back since), the state from which such a step usually comes."""
    steps = [step for step in MACHINE.steps if found.status in step.targets and step.name != "undo"]
    if any(found.previous_state in step.sources for step in steps):
        return str(found.previous_state)
    return "arrived" if found.status == "fulfilled" else "booked"
