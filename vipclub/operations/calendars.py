"""How far the calendars of working days are decreed, for those who see to the next year's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.core.reference_data import reference
from vipclub.core.working_days import CALENDARS

CALENDAR_ALARM = timedelta(days=120)
"""A calendar that ends sooner than this needs the next year's decree."""


@dataclass(frozen=True, slots=True)
class CalendarEnd:
    """The last day that a region's calendar knows."""

    region: str
    valid_through: date

    def ends_soon(self, today: date) -> bool:
        """Whether bookings will soon be counted in guessed working days.

        >>> CalendarEnd("CN", date(2026, 12, 31)).ends_soon(date(2026, 8, 1))
        False
        >>> CalendarEnd("CN", date(2026, 12, 31)).ends_soon(date(2026, 11, 24))
        True
        """
        return self.valid_through - today < CALENDAR_ALARM


def calendar_ends(session: Session, actor: Actor) -> list[CalendarEnd]:
    """How far each region's calendar reaches, as each process keeps it. Raises Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    kept = reference(session, CALENDARS)
    return [CalendarEnd(region, kept[region].valid_through) for region in sorted(kept)]
