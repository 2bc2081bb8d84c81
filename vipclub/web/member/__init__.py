"""The member's door: card and tier, what is left this year, booking in five taps, changing a time
in four, and each step of an appointment in words. A phone first.

- `home`, `greeting`, `card`, `card_face`, `benefits`, `benefit_tile`, `ledger`, `inbox`,
  `help_page` (the red button), `kept_offline` (for when there is no line), `cases`,
  the `rating` of one, `conversation`, `callbacks`.
- Booking: `booking` (choose a time), `confirm_booking` (the kept time, before it is booked),
  `own_tickets`.
- Afterwards: `appointments`, `appointment_words`, `rescheduling`, `calendar`.
- The member's own page: `profile`, `verifying`, `notifications`, `consent`, `password`,
  `ending_sign_ins`; beside it `family`.
"""

from vipclub.web.member import (
    appointments,
    benefits,
    booking,
    calendar,
    callbacks,
    card,
    cases,
    confirm_booking,
    consent,
    contacts,
    conversation,
    ending_sign_ins,
    events,
    family,
    help_page,
    home,
    inbox,
    kept_offline,
    ledger,
    notifications,
    password,
    profile,
    rating,
    rescheduling,
    verifying,
)
from vipclub.web.member.door import member

__all__ = [
    "member",
    "home",
    "booking",
    "confirm_booking",
    "appointments",
    "benefits",
    "ledger",
    "callbacks",
    "card",
    "cases",
    "calendar",
    "family",
    "inbox",
    "kept_offline",
    "profile",
    "consent",
    "conversation",
    "contacts",
    "password",
    "rating",
    "sign_ins",
    "ending_sign_ins",
    "events",
    "notifications",
    "verifying",
    "rescheduling",
    "help_page",
]
