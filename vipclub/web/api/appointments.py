"""Appointments: book, and each step that follows."""

from __future__ import annotations

from typing import TypedDict

from vipclub import benefits, bookings
from vipclub.core.errors import IllegalTransition, NotFound, Refused
from vipclub.web.api import shapes
from vipclub.web.api.calls import Said, act, call
from vipclub.web.frame import current_actor, read

MEMBER = {"member", "channel"}
PARTNER = {"partner"}


class StepCall(TypedDict):
    """What `call` is told of a step."""

    answer: type[shapes.Appointment]
    refusals: tuple[type[Refused], ...]


def step(*refusals: type[Refused]) -> StepCall:
    """What the calls of all steps have in common, and what this one may be refused for."""
    return {"answer": shapes.Appointment, "refusals": (IllegalTransition, *refusals)}


STEP = step()
CANCEL = step(bookings.TooLateToCancel)
DECLINE = step(bookings.UnknownReason)
PROPOSE = step(
    bookings.SlotFull,
    bookings.SameTime,
    bookings.OtherService,
    bookings.OutsideWindow,
    bookings.UnknownReason,
    bookings.PolicyNotFound,
)
ACCEPT = step(
    bookings.OfferOver,
    bookings.AlreadyBooked,
    bookings.NotEligible,
    bookings.OutsideWindow,
    bookings.PolicyNotFound,
    benefits.NoEntitlement,
)
ATTEND = step(bookings.TooEarly)
UNDO = step(benefits.NoEntitlement)


@call(
    "POST",
    "/appointments",
    scopes=MEMBER,
    body=shapes.Booking,
    answer=shapes.Appointment,
    status=201,
    refusals=(NotFound, *bookings.BOOKING_REFUSALS),
)
def book_appointment(body: shapes.Booking) -> Said:
    """Book a time: seat, entitlement and appointment in one act."""
    return act(
        bookings.book,
        member=body.member,
        offering=body.offering,
        slot=body.slot,
        beneficiary=body.beneficiary,
        note=body.note,
        hold=body.hold,
    )


@call("GET", "/appointments/{ref}", scopes=MEMBER | PARTNER, answer=shapes.Appointment)
def show_appointment(ref: str) -> Said:
    """One appointment."""
    with read() as session:
        return bookings.appointment(session, current_actor(), ref).to_json()


@call("POST", "/appointments/{ref}/cancel", scopes=MEMBER, body=shapes.Reason, **CANCEL)
def cancel_appointment(ref: str, body: shapes.Reason) -> Said:
    """Cancel: seat and entitlement go back as the booking policy says."""
    return act(bookings.cancel, appointment=ref, reason=body.reason)


@call("POST", "/appointments/{ref}/confirm", scopes=PARTNER, body=shapes.Reason, **STEP)
def confirm_appointment(ref: str, body: shapes.Reason) -> Said:
    """The partner confirms a pending request."""
    return act(bookings.confirm, appointment=ref)


@call("POST", "/appointments/{ref}/decline", scopes=PARTNER, body=shapes.Decline, **DECLINE)
def decline_appointment(ref: str, body: shapes.Decline) -> Said:
    """The partner declines: seat and entitlement go back."""
    return act(bookings.decline, appointment=ref, kind=body.kind, reason=body.reason)


@call("POST", "/appointments/{ref}/propose", scopes=PARTNER, body=shapes.Proposal, **PROPOSE)
def propose_time(ref: str, body: shapes.Proposal) -> Said:
    """The partner offers another time; the old one is kept until the member answers."""
    return act(
        bookings.propose, appointment=ref, slot=body.slot, kind=body.kind, reason=body.reason
    )


@call("POST", "/appointments/{ref}/accept", scopes=MEMBER, body=shapes.Reason, **ACCEPT)
def accept_time(ref: str, body: shapes.Reason) -> Said:
    """The member takes the time that the partner offers."""
    return act(bookings.accept, appointment=ref)


@call(
    "POST",
    "/appointments/{ref}/reschedule",
    scopes=MEMBER,
    body=shapes.Move,
    **step(*bookings.MOVE_REFUSALS),
)
def reschedule_appointment(ref: str, body: shapes.Move) -> Said:
    """Move the appointment to another time: both seats in one act."""
    return act(bookings.reschedule, appointment=ref, slot=body.slot, reason=body.reason)


def _declare_arrival(name: str) -> None:
    """The call of one way of being there."""

    def check_in(ref: str, body: shapes.Reason) -> Said:
        """The visitor is there."""
        return act(bookings.arrive, appointment=ref, step=name)

    if name != "arrive":
        check_in.__name__ = name
        check_in.__doc__ = f"{bookings.WEBHOOK_EVENTS[str(arrival.event)]}."
    path = f"/appointments/{{ref}}/{name.replace('_', '-')}"
    call("POST", path, scopes=PARTNER, body=shapes.Reason, **ATTEND)(check_in)


for arrival in bookings.ARRIVALS:
    _declare_arrival(arrival.name)


@call("POST", "/appointments/{ref}/fulfil", scopes=PARTNER, body=shapes.Reason, **ATTEND)
def fulfil_appointment(ref: str, body: shapes.Reason) -> Said:
    """The visit is completed: the entitlement is used."""
    return act(bookings.fulfil, appointment=ref)


@call("POST", "/appointments/{ref}/noshow", scopes=PARTNER, body=shapes.Reason, **ATTEND)
def mark_no_show(ref: str, body: shapes.Reason) -> Said:
    """Nobody came."""
    return act(bookings.no_show, appointment=ref)


@call("POST", "/appointments/{ref}/undo", scopes=PARTNER, body=shapes.Reason, **UNDO)
def undo_step(ref: str, body: shapes.Reason) -> Said:
    """Take back the last click on attendance."""
    return act(bookings.undo, appointment=ref)
