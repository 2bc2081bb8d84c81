"""The member's door: card and tier, what is left this year, booking in five taps, changing a time
in four, and each step of an appointment in words. A phone first.

- `home`, `greeting`, `card`, `card_face`, `benefits`, `benefit_tile`, `ledger`, `inbox`,
  `help_page` (the red button), `cases`.
- Booking: `booking` (choose a time), `confirm_booking` (the kept time, before it is booked).
- Afterwards: `appointments`, `appointment_words`, `rescheduling`, `calendar`.
- The member's own page: `profile`, `verifying`, `notifications`, `consent`, `password`,
  `ending_sign_ins`; beside it `family`.
"""

from vipclub.web.member import (
    appointments,
    benefits,
    booking,
    calendar,
    card,
    cases,
    confirm_booking,
    consent,
    ending_sign_ins,
    family,
    help_page,
    home,
    inbox,
    ledger,
    notifications,
    password,
    profile,
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
    "card",
    "cases",
    "calendar",
    "family",
    "inbox",
    "profile",
    "consent",
    "password",
    "ending_sign_ins",
    "notifications",
    "verifying",
    "rescheduling",
    "help_page",
]
