"""Whether the books agree: each entitlement account against the sum of its ledger's entries, and
with it how far the calendars reach. A check that takes long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.accounts import Permission
from vipclub.benefits import Drift
from vipclub.core.actor import Actor
from vipclub.operations.calendars import CalendarEnd, calendar_ends


@dataclass(frozen=True, slots=True)
class Checks:
    """The accounts that differ from the sum of their entries (at most 50), and each region's
    calendar."""

    drifting: Sequence[Drift]
    calendars: list[CalendarEnd]


def check_books(session: Session, actor: Actor) -> Checks:
    """The accounts whose books don't agree, and the calendars, looked up anew; over a million
    entries it takes seconds. Two statements. Raises Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    return Checks(
        drifting=benefits.drifting_accounts(session, limit=50),
        calendars=calendar_ends(session, actor),
    )
