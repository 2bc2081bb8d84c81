"""What staff may override: a rule that stands against it, whether it yields to a reason, and times
beyond the booking window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vipclub import bookings
from vipclub.bookings import BookableOffering
from vipclub.core.errors import Refused
from vipclub.web.frame import current_actor

BEYOND = timedelta(days=120)
"""So far ahead slots are made at all (docs/decisions.md 33)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that stands against it; `yields` says that staff may set it aside with a reason."""

    text: str
    yields: bool

    @classmethod
    def told(cls, refusal: Refused, text: str) -> Rule:
        """A refusal as the page tells it; whether a reason overcomes it is its own word."""
        return cls(text, bookings.yields_to(current_actor(), refusal))


def beyond_the_window(offering: BookableOffering, now: datetime) -> BookableOffering:
    """The offering with all its times to come, whatever the window says: for staff who may set it
    aside."""
    today = now.astimezone(offering.site_clock.zone).date()
    return replace(offering, earliest=now, first_day=today, last_day=today + BEYOND, holidays=())
