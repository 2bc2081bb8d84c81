"""Appointments: book, and each step that follows."""

from __future__ import annotations

from typing import Any

from vipclub import bookings
from vipclub.core.errors import IllegalTransition
from vipclub.web.api import shapes
from vipclub.web.api._kit import act, call
from vipclub.web.frame import current_actor, read

MEMBER = {"member", "channel"}
PARTNER = {"partner"}
STEP: Any = {"answer": shapes.Appointment, "refusals": (IllegalTransition,)}
CANCEL: Any = {
    "answer": shapes.Appointment,
    "refusals": (IllegalTransition, bookings.TooLateToCancel),
}
NO_SHOW: Any = {"answer": shapes.Appointment, "refusals": (IllegalTransition, bookings.TooEarly)}


@call(
    "POST",
    "/appointments",
    scopes=MEMBER,
    body=shapes.Booking,
    answer=shapes.Appointment,
    status=201,
    refusals=bookings.BOOKING_REFUSALS,
)
def book_appointment(body: shapes.Booking) -> Any:
    """Book a time: seat, entitlement and appointment in one act."""
    return act(
        bookings.book,
        status=201,
        member=body.member,
        offering=body.offering,
        slot=body.slot,
        beneficiary=body.beneficiary,
        note=body.note,
        hold=body.hold,
    )


@call("GET", "/appointments/{ref}", scopes=MEMBER | PARTNER, answer=shapes.Appointment)
def show_appointment(ref: str) -> Any:
    """One appointment."""
    with read() as session:
        return bookings.appointment(session, current_actor(), ref).to_json()


@call("POST", "/appointments/{ref}/cancel", scopes=MEMBER, body=shapes.Reason, **CANCEL)
def cancel_appointment(ref: str, body: shapes.Reason) -> Any:
    """Cancel: seat and entitlement go back as the booking policy says."""
    return act(bookings.cancel, appointment=ref, reason=body.reason)


@call("POST", "/appointments/{ref}/confirm", scopes=PARTNER, body=shapes.Reason, **STEP)
def confirm_appointment(ref: str, body: shapes.Reason) -> Any:
    """The partner confirms a pending request."""
    return act(bookings.confirm, appointment=ref)


@call("POST", "/appointments/{ref}/decline", scopes=PARTNER, body=shapes.Reason, **STEP)
def decline_appointment(ref: str, body: shapes.Reason) -> Any:
    """The partner declines: seat and entitlement go back."""
    return act(bookings.decline, appointment=ref, reason=body.reason)


@call("POST", "/appointments/{ref}/arrive", scopes=PARTNER, body=shapes.Reason, **STEP)
def check_in(ref: str, body: shapes.Reason) -> Any:
    """The visitor is there."""
    return act(bookings.arrive, appointment=ref)


@call("POST", "/appointments/{ref}/fulfil", scopes=PARTNER, body=shapes.Reason, **STEP)
def fulfil_appointment(ref: str, body: shapes.Reason) -> Any:
    """The visit is completed: the entitlement is used."""
    return act(bookings.fulfil, appointment=ref)


@call("POST", "/appointments/{ref}/noshow", scopes=PARTNER, body=shapes.Reason, **NO_SHOW)
def mark_no_show(ref: str, body: shapes.Reason) -> Any:
    """Nobody came."""
    return act(bookings.no_show, appointment=ref)


@call("POST", "/appointments/{ref}/undo", scopes=PARTNER, body=shapes.Reason, **STEP)
def undo_step(ref: str, body: shapes.Reason) -> Any:
    """Take back the last click on attendance."""
    return act(bookings.undo, appointment=ref)
