"""Appointments: booking a time with a partner, and each step that follows.

Seat, entitlement and appointment are one act: nine statements, the slot's guarded UPDATE last. A
state moves only along `states.MACHINE`; an appointment's history is its rows in the audit trail.
What may be booked is said by policies that are data (`policies/`), asked by the calendar and by the
use case alike.

Decisions:
- 2026-11: choosing another time of the same service moves the hold, so that going back in the
  browser never costs a member the last unit.
- 2026-11: check-in and completion are possible at whatever hour: people come early, and desks catch
  up late; only "missed" waits for the visit's time (`decisions` 36).
- 2026-11: cancelling a request that the partner hasn't confirmed is free at any time.
- 2026-11: a missed visit uses the unit where a late cancellation would.
- 2026-11: limits and strikes count within one partner; a no-show elsewhere suspends nobody here.
"""

from vipclub.bookings.answering import confirm, decline
from vipclub.bookings.attending import arrive, fulfil, no_show, undo
from vipclub.bookings.booking import BookedAppointment, book
from vipclub.bookings.cancelling import cancel
from vipclub.bookings.ending_holds import end_overdue_holds
from vipclub.bookings.facts import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentFulfilled,
    AppointmentMissed,
)
from vipclub.bookings.finding import visible_to
from vipclub.bookings.holding import Held, hold_seat, release_hold
from vipclub.bookings.models import Appointment, BookingPolicy, SeatHold
from vipclub.bookings.paging import Page
from vipclub.bookings.policies_in_force import load_policies, set_booking_policy
from vipclub.bookings.policy import Place, Policy
from vipclub.bookings.queries import (
    AppointmentView,
    HeldTime,
    appointment,
    appointments_of,
    counts_by_state,
    held_time,
    partner_appointments,
    still_true,
)
from vipclub.bookings.refusals import (
    BOOKING_REFUSALS,
    AlreadyBooked,
    HoldExpired,
    LimitReached,
    NotEligible,
    OutsideWindow,
    SlotFull,
    Suspended,
    TooEarly,
    TooLateToCancel,
    TooManyHolds,
)
from vipclub.bookings.states import LIVE, MACHINE, STATES
from vipclub.bookings.times import (
    BookablePlace,
    FreeTime,
    OpenDay,
    Service,
    bookable_places,
    free_slots,
    open_days,
    services,
    times_of_day,
)

__all__ = [
    "BookingPolicy",
    "Policy",
    "Place",
    "load_policies",
    "set_booking_policy",
    "Service",
    "services",
    "BookablePlace",
    "bookable_places",
    "OpenDay",
    "open_days",
    "FreeTime",
    "times_of_day",
    "free_slots",
    "SeatHold",
    "Held",
    "hold_seat",
    "release_hold",
    "HeldTime",
    "held_time",
    "end_overdue_holds",
    "Appointment",
    "BookedAppointment",
    "book",
    "confirm",
    "decline",
    "cancel",
    "arrive",
    "fulfil",
    "no_show",
    "undo",
    "MACHINE",
    "STATES",
    "LIVE",
    "visible_to",
    "Page",
    "AppointmentView",
    "appointment",
    "appointments_of",
    "partner_appointments",
    "counts_by_state",
    "still_true",
    "AppointmentBooked",
    "AppointmentConfirmed",
    "AppointmentCancelled",
    "AppointmentFulfilled",
    "AppointmentMissed",
    "BOOKING_REFUSALS",
    "SlotFull",
    "AlreadyBooked",
    "HoldExpired",
    "TooManyHolds",
    "NotEligible",
    "OutsideWindow",
    "LimitReached",
    "Suspended",
    "TooLateToCancel",
    "TooEarly",
]
