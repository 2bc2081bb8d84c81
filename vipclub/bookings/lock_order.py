"""The one order in which whatever changes an appointment takes its locks (docs/decisions.md 9).

Who is fought over by few comes first, the row that is most fought over last: the slot is held
shortest. Several rows of one kind are locked by their ids. Two transactions that keep to it never
wait for each other in a circle; what can't keep to it says why, and is repeated by `run` when it
meets another in a deadlock.
"""

from __future__ import annotations

LOCK_ORDER = (
    "idempotency",
    "person",
    "membership",
    "appointment",
    "booking_ticket",
    "seat_hold",
    "settlement_line",
    "entitlement_account",
    "slot",
)
"""Tables, the first to be locked first. A test reads it and every use case's statements."""

OUT_OF_ORDER = {
    "close_day": "times are closed before anybody is listed, or a seat could be taken meanwhile",
    "take_seat": "a full slot ends its own overdue holds, whose units come after the booking's",
    "offer_one": "an offer into a closed time is taken back before the next one is looked for",
}
"""What doesn't keep to it, and why: `run` repeats these after a deadlock."""
