"""The member's door: card and tier, what is left this year, booking in five taps, changing a time
in four, and each step of an appointment in words. A phone first.
"""

from vipclub.web.member import (
    appointments,
    benefits,
    booking,
    calendar,
    card,
    confirming,
    family,
    home,
    inbox,
    ledger,
    me,
    moving,
    reaching,
)
from vipclub.web.member.door import member

__all__ = [
    "member",
    "home",
    "booking",
    "confirming",
    "appointments",
    "benefits",
    "ledger",
    "card",
    "calendar",
    "family",
    "inbox",
    "me",
    "moving",
    "reaching",
]
