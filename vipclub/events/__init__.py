"""Salons, seminars and private visits: what takes place, who has a seat, who waits for one.

`curating` is how an event comes about, until it is held or cancelled; `registrations` is who comes:
seats for whole parties, one line an event that moves by itself, offers with an end; `admission` is
the door. `finding` says who may know of what, `steps` has both tables of steps, `queries`, `counts`
and `history` read, `letters` tells.

Decisions:
- 2026-11: seats are guarded as times are: `taken + reserved <= seats` is the database's own rule,
  and each change of them is one UPDATE with its condition (docs/decisions.md 58).
- 2026-11: the event's row is locked before registrations and accounts, after persons. A booking's
  time comes last of all locks; an event's seats come before the account, since a party that finds
  no seat waits in the same transaction, and a unit that was set aside would have to go back.
- 2026-11: who waits holds no unit, since a line may not move at all; the units are taken with the
  seats, when an offer is accepted.
- 2026-11: a party stays together. What is free is offered to the first in the order who fits into
  it; who doesn't fit keeps the place and sees why. Who comes new may take a seat only where nobody
  in the line could have it.
- 2026-11: an offer is made once: unanswered it ends the registration, and the next in line has the
  seats.
"""

from vipclub.events.admission.checking_in import VERDICTS, Scan, check_in
from vipclub.events.counts import counts_of, waiting_for
from vipclub.events.curating.calling_off import cancel_event
from vipclub.events.curating.drafting import change_event, copy_event, draft_event, submit_event
from vipclub.events.curating.ending import end_events
from vipclub.events.curating.reviewing import publish_event, return_event
from vipclub.events.curating.rules import LANGUAGES, AgendaItem, EventGiven, event_seen
from vipclub.events.finding import find_event
from vipclub.events.history import EventStepTaken, steps_taken
from vipclub.events.invariants import INVARIANTS
from vipclub.events.letters import LETTERS, calendar_entry
from vipclub.events.models import KINDS, Event, Registration
from vipclub.events.pictures import PICTURES
from vipclub.events.queries import (
    EventView,
    RegistrationView,
    event,
    events,
    given_of,
    party_of,
    registration,
    registration_for,
    registrations_of_event,
    registrations_of_member,
)
from vipclub.events.refusals import (
    EventFull,
    EventNeedsSecondPerson,
    EventNotAccepted,
    NoAdmissionYet,
    PartyNotAccepted,
    RegisteredAlready,
    RegistrationClosed,
    SeatOfferOver,
    TooLateToCancel,
)
from vipclub.events.registrations.answering import accept_seats, cancel, change_party, decline
from vipclub.events.registrations.ending import end_registrations
from vipclub.events.registrations.entry_tickets import NextSeat, next_seat, ticket_of
from vipclub.events.registrations.moving_up import offer_seats
from vipclub.events.registrations.party import Guest
from vipclub.events.registrations.queue import Place
from vipclub.events.registrations.registering import RegistrationMade, register
from vipclub.events.registrations.transferring import transfer
from vipclub.events.sealed_columns import SEALED
from vipclub.events.steps import EVENT_STEPS, REGISTRATION_STEPS

__all__ = [
    "Event",
    "Registration",
    "KINDS",
    "LANGUAGES",
    "PICTURES",
    "EventGiven",
    "AgendaItem",
    "event_seen",
    "draft_event",
    "change_event",
    "copy_event",
    "submit_event",
    "publish_event",
    "return_event",
    "cancel_event",
    "end_events",
    "find_event",
    "EventView",
    "event",
    "events",
    "given_of",
    "counts_of",
    "waiting_for",
    "EventStepTaken",
    "steps_taken",
    "Guest",
    "register",
    "RegistrationMade",
    "accept_seats",
    "decline",
    "cancel",
    "change_party",
    "transfer",
    "end_registrations",
    "check_in",
    "Scan",
    "VERDICTS",
    "offer_seats",
    "Place",
    "RegistrationView",
    "registration",
    "registration_for",
    "registrations_of_event",
    "registrations_of_member",
    "party_of",
    "ticket_of",
    "NextSeat",
    "calendar_entry",
    "next_seat",
    "EventFull",
    "EventNotAccepted",
    "NoAdmissionYet",
    "SeatOfferOver",
    "PartyNotAccepted",
    "RegisteredAlready",
    "RegistrationClosed",
    "EventNeedsSecondPerson",
    "TooLateToCancel",
    "EVENT_STEPS",
    "REGISTRATION_STEPS",
    "LETTERS",
    "SEALED",
    "INVARIANTS",
]
