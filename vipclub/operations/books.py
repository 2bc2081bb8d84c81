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

MOST = 50
"""Of those that differ so many are looked for: who sees these knows that something is wrong."""


@dataclass(frozen=True, slots=True)
class Checks:
    """The accounts that differ from the sum of their entries, the first `MOST` of them, and each
    region's calendar."""

    drifting: Sequence[Drift]
    calendars: list[CalendarEnd]

    @property
    def perhaps_more(self) -> bool:
        """Whether the look ended at the last of those that it looked for."""
        return len(self.drifting) == MOST


def check_books(session: Session, actor: Actor) -> Checks:
    """The accounts whose books don't agree, and the calendars, looked up anew; over a million
    entries it takes seconds, some thousand accounts a statement. Raises Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    return Checks(
        drifting=benefits.drifting(session, most=MOST),
        calendars=calendar_ends(session, actor),
    )
