"""Appointments: booking a time with a partner, and each step that follows.

Seat, entitlement and appointment are one act: six statements on PostgreSQL, the slot's guarded
UPDATE last. A
state moves only by the table of `steps`; an appointment's history is its rows in the audit trail.
What may be booked is said by policies that are data (`policies/`), asked by the calendar and by the
use case alike.

`availability` finds slots and other times, `eligibility` says whether a member may have one and
`overrides` what staff may set aside; `holds` keeps a time for a while, `appointments` books it and
takes each step that follows, `closures` closes times and looks after whoever had one. `lock_order`
is the order of the locks, `letters` and `webhook_events` are what is told.

Decisions:
- 2026-11: choosing another time of the same service moves the hold, so that going back in the
  browser never costs a member the last unit.
- 2026-11: check-in and completion are possible from the visit's own day at the site on, at whatever
  hour: people come early, and desks catch up late; "missed" waits for the visit's time
  (docs/decisions.md 36 and 47). What is taken back gives the state before it.
- 2026-11: cancelling a request that the partner hasn't confirmed is free at any time.
- 2026-11: a missed visit uses the unit where a late cancellation would.
- 2026-11: an appointment whose time changes stays with its partner, and waits for the partner's
  word again where the policy asks for it: `booked` to `pending` (docs/decisions.md 36 doesn't list
  it; a partner can't be bound to an hour that nobody there has seen). It may be moved as long as it
  may be cancelled free of cost, else moving would be the way around a late cancellation.
- 2026-11: an offer (`proposed`) is answered by accepting it or by choosing any time, the old one
  too; that isn't counted as a move. A partner may take an offer back by declining.
- 2026-11: staff with `appointment:override` go beyond window, limits and deadlines by giving a
  reason that stays on record; never into the past, and never past the seats.
- 2026-11: a reminder is no row that waits: a job looks which visits are a day ahead, so there is
  nothing to recall after a cancellation.
- 2026-11: whatever closes a time (a day, an hour, a new week) lists who had it in the same
  transaction. Where each stands is asked of the appointment, never kept beside it, so that a
  closure counts down whoever moves or cancels; only what the appointment can't say is a note
  (with the desk, served all the same).
- 2026-11: a booking ticket (`tickets`) sets aside what staff may set aside, and the tier, for one
  booking; it carries no seat and no unit. A time that was kept by it may be booked while it is
  kept; a booking that is cancelled free of cost gives it back (docs/decisions.md 63).
- 2026-11: limits and strikes count within one partner; a no-show elsewhere suspends nobody here.
"""

from vipclub.bookings.appointments.answering import DECLINE_REASONS, confirm, decline
from vipclub.bookings.appointments.at_partners import (
    correctable_appointment,
    correctable_appointments,
    counts_by_state,
    desk_of_day,
    partner_appointments,
    urgent_ones,
)
from vipclub.bookings.appointments.attending import ARRIVALS, arrive, fulfil, no_show, undo
from vipclub.bookings.appointments.booking import BookedAppointment, book, book_held
from vipclub.bookings.appointments.calendar_feed import (
    Feed,
    calendar_of,
    end_feed,
    feed,
    feed_since,
    renew_feed,
)
from vipclub.bookings.appointments.cancelling import cancel
from vipclub.bookings.appointments.correcting import enter_in_error
from vipclub.bookings.appointments.finding import meant_by, visible_to
from vipclub.bookings.appointments.front_desk import (
    VisitorName,
    find_at_partner,
    note_names_seen,
    visitor_names,
)
from vipclub.bookings.appointments.ledger_subjects import uses_of
from vipclub.bookings.appointments.promises import Promise, Promises, promises
from vipclub.bookings.appointments.proposing import accept, propose
from vipclub.bookings.appointments.queries import (
    AppointmentView,
    HeldTime,
    appointment,
    appointments_by,
    appointments_of,
    held_time,
)
from vipclub.bookings.appointments.reminding import remind_members
from vipclub.bookings.appointments.rescheduling import reschedule
from vipclub.bookings.availability.alternatives import Alternative, alternatives
from vipclub.bookings.availability.offerings import OFFERINGS, Service, offering_values
from vipclub.bookings.availability.search import (
    BookableOffering,
    FreeTime,
    OpenDay,
    bookable_offerings,
    cities_of,
    free_slots,
    open_days,
    services,
    time_of_slot,
    times_of_day,
)
from vipclub.bookings.closures.capacity_changes import (
    CapacityChanged,
    CapacityHits,
    ClosingPreview,
    Hit,
    change_capacity,
    change_capacity_with_hits,
    change_week,
    preview_capacity,
    preview_closing,
    preview_week,
)
from vipclub.bookings.closures.closing import close_day, list_displaced, reopen
from vipclub.bookings.closures.offering_others import (
    Offered,
    close_and_offer,
    keep,
    offer_all,
    offer_others,
)
from vipclub.bookings.closures.queries import (
    ClosureSummary,
    ClosureView,
    Displaced,
    closure,
    displaced_waiting,
    list_closures,
)
from vipclub.bookings.closures.steps import DISPLACED_STEPS
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
from vipclub.bookings.holds.ending import end_overdue_holds
from vipclub.bookings.holds.holding import Held, hold_seat, release_hold
from vipclub.bookings.holds.steps import HOLD_STEPS
from vipclub.bookings.invariants import INVARIANTS
from vipclub.bookings.letters import LETTERS, AppointmentLetter, reason_told
from vipclub.bookings.models import Appointment, BookingPolicy, SeatHold
from vipclub.bookings.overrides import beyond_the_window, may_override, yields_to
from vipclub.bookings.policies.document import (
    document_text,
    named_document,
    policy_names,
    policy_of,
    read_policy,
    written_document,
)
from vipclub.bookings.policies.in_force import (
    BookingRule,
    any_booking_policy,
    booking_rules,
    follow_service_policy,
    load_policies,
    policy_seen,
    set_booking_policy,
)
from vipclub.bookings.policies.rules import Deadline, Policy, SiteClock
from vipclub.bookings.refusals import (
    BOOKING_REFUSALS,
    MOVE_REFUSALS,
    AlreadyBooked,
    BookingPolicyNotAccepted,
    HoldExpired,
    LimitReached,
    MovesSpent,
    NotEligible,
    OfferOver,
    OtherService,
    OutsideWindow,
    PolicyNotFound,
    ReasonMissing,
    SameTime,
    SlotFull,
    Suspended,
    TooEarly,
    TooLateToCancel,
    TooLateToMove,
    TooManyHolds,
    UnknownReason,
)
from vipclub.bookings.sealed_columns import SEALED
from vipclub.bookings.steps import (
    COMING,
    CONFIRMED,
    EXPECTED,
    LIVE,
    MACHINE,
    OF_THE_DAY,
    STATES,
    how_it_came,
)
from vipclub.bookings.tickets.ending import end_tickets
from vipclub.bookings.tickets.giving import TicketGiven, give_ticket, withdraw_ticket
from vipclub.bookings.tickets.models import BookingTicket
from vipclub.bookings.tickets.queries import (
    OPEN_TICKETS,
    TicketView,
    end_of_day,
    ticket,
    tickets_of,
    with_ticket,
)
from vipclub.bookings.tickets.refusals import (
    TicketNotFor,
    TicketOver,
    TicketsFull,
    TicketTimeNotAccepted,
)
from vipclub.bookings.tickets.steps import TICKET_STEPS
from vipclub.bookings.webhook_events import WEBHOOK_EVENTS

__all__ = [
    "BookingTicket",
    "OPEN_TICKETS",
    "TICKET_STEPS",
    "TicketGiven",
    "TicketNotFor",
    "TicketOver",
    "TicketTimeNotAccepted",
    "TicketView",
    "TicketsFull",
    "end_of_day",
    "end_tickets",
    "give_ticket",
    "ticket",
    "tickets_of",
    "with_ticket",
    "withdraw_ticket",
    "SEALED",
    "OFFERINGS",
    "offering_values",
    "INVARIANTS",
    "WEBHOOK_EVENTS",
    "BookingPolicy",
    "Policy",
    "Deadline",
    "SiteClock",
    "BookingRule",
    "booking_rules",
    "any_booking_policy",
    "policy_names",
    "named_document",
    "read_policy",
    "BookingPolicyNotAccepted",
    "load_policies",
    "policy_seen",
    "set_booking_policy",
    "follow_service_policy",
    "policy_of",
    "written_document",
    "document_text",
    "Service",
    "services",
    "BookableOffering",
    "bookable_offerings",
    "cities_of",
    "OpenDay",
    "open_days",
    "FreeTime",
    "times_of_day",
    "time_of_slot",
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
    "book_held",
    "confirm",
    "decline",
    "DECLINE_REASONS",
    "LETTERS",
    "AppointmentLetter",
    "reason_told",
    "propose",
    "accept",
    "reschedule",
    "Alternative",
    "alternatives",
    "cancel",
    "enter_in_error",
    "remind_members",
    "ARRIVALS",
    "arrive",
    "fulfil",
    "no_show",
    "undo",
    "MACHINE",
    "HOLD_STEPS",
    "DISPLACED_STEPS",
    "STATES",
    "LIVE",
    "EXPECTED",
    "COMING",
    "CONFIRMED",
    "OF_THE_DAY",
    "how_it_came",
    "may_override",
    "beyond_the_window",
    "yields_to",
    "meant_by",
    "visible_to",
    "AppointmentView",
    "appointment",
    "appointments_of",
    "appointments_by",
    "partner_appointments",
    "desk_of_day",
    "urgent_ones",
    "counts_by_state",
    "VisitorName",
    "visitor_names",
    "note_names_seen",
    "find_at_partner",
    "uses_of",
    "Feed",
    "calendar_of",
    "end_feed",
    "feed",
    "feed_since",
    "renew_feed",
    "Promise",
    "Promises",
    "promises",
    "correctable_appointment",
    "correctable_appointments",
    "AppointmentBooked",
    "AppointmentConfirmed",
    "AppointmentCancelled",
    "AppointmentFulfilled",
    "AppointmentMissed",
    "AppointmentMistaken",
    "AppointmentUndone",
    "AppointmentProposed",
    "AppointmentMoved",
    "Hit",
    "CapacityHits",
    "preview_capacity",
    "CapacityChanged",
    "change_capacity",
    "change_capacity_with_hits",
    "change_week",
    "close_day",
    "close_and_offer",
    "preview_closing",
    "preview_week",
    "ClosingPreview",
    "list_displaced",
    "Offered",
    "offer_others",
    "offer_all",
    "keep",
    "reopen",
    "closure",
    "ClosureView",
    "list_closures",
    "ClosureSummary",
    "Displaced",
    "displaced_waiting",
    "BOOKING_REFUSALS",
    "MOVE_REFUSALS",
    "TooLateToMove",
    "MovesSpent",
    "OtherService",
    "SameTime",
    "UnknownReason",
    "ReasonMissing",
    "SlotFull",
    "AlreadyBooked",
    "HoldExpired",
    "TooManyHolds",
    "NotEligible",
    "OutsideWindow",
    "OfferOver",
    "PolicyNotFound",
    "LimitReached",
    "Suspended",
    "TooLateToCancel",
    "TooEarly",
]
