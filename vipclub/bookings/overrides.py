"""What staff may override with a reason on record. Which refusals: those whose class says `yields`
(`refusals`: window, limits, suspension, moves and their deadline). Who: holders of
`appointment:override` (`vipclub/accounts/permissions.py`). Here it is asked; and here are the days
beyond the window that they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from vipclub.bookings.availability.search import BookableOffering
from vipclub.bookings.refusals import ReasonMissing
from vipclub.bookings.steps import MACHINE
from vipclub.core.actor import Actor
from vipclub.core.errors import Refused

BEYOND = timedelta(days=120)
"""So far ahead slots are made at all (docs/decisions.md 33)."""


def reason_given(override: str | None) -> str | None:
    """The reason for which a rule is set aside, None for none. Raises ReasonMissing for a blank
    one: it stays on record."""
    if override is not None and not override.strip():
        raise ReasonMissing()
    return override


def may_override(actor: Actor) -> bool:
    """Whether a reason given by this actor, on record, goes beyond windows and limits."""
    return MACHINE.may_override(actor)


def yields_to(actor: Actor, refusal: Refused) -> bool:
    """Whether such a reason overcomes this refusal."""
    return refusal.yields and MACHINE.may_override(actor)


def beyond_the_window(offering: BookableOffering, now: datetime) -> BookableOffering:
    """The offering with all its times to come, whatever the window says: for staff who may set it
    aside."""
    today = now.astimezone(offering.site_clock.zone).date()
    return replace(offering, earliest=now, first_day=today, last_day=today + BEYOND, holidays=())
