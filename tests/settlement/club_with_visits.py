"""Visits that end in each way, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from tests.bookings.table_rows import give_units
from tests.bookings.visit_times import start_of
from tests.cast import CLUB_ACTOR, gao
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings, settlement
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.settlement import MonthOfLines

PRICE = 168_000


@dataclass(frozen=True)
class ClubWithVisits:
    """A club whose members have visits enough, and the day of the first free time."""

    db: Database
    club: SmallClub

    def price(self, amount: int = PRICE, **more: Any) -> int:
        """The contract's price, from long ago unless said otherwise."""
        values = {"from_day": date(2020, 1, 1), **more}
        priced: int = self.db.run(
            settlement.set_price, gao(), offering=self.club.offering, amount=amount, **values
        )
        return priced

    def confirmed(self, slot: int = 0, who: int = 0) -> str:
        """A confirmed appointment."""
        made = self.db.run(
            bookings.book,
            CLUB_ACTOR,
            member=self.club.members[who],
            offering=self.club.offering,
            slot=self.club.slots[slot],
        )
        self.db.run(bookings.confirm, self.club.he, appointment=made.appointment)
        return str(made.appointment)

    def start(self, slot: int = 0) -> datetime:
        """When a time begins."""
        return start_of(self.db, self.club.slots[slot])

    def step(self, use_case: Any, ref: str, at: datetime, actor: Actor | None = None) -> Any:
        """A step of an appointment, at a moment."""
        with clock.replaying(at):
            return self.db.run(use_case, actor or self.club.he, appointment=ref)

    def visited(self, slot: int = 0, who: int = 0) -> str:
        """A visit that is completed two hours after it began."""
        ref = self.confirmed(slot, who)
        self.step(bookings.fulfil, ref, self.start(slot) + timedelta(hours=2))
        return ref

    def month(self, day: date | None = None, actor: Actor | None = None) -> MonthOfLines:
        """A month as the front desk sees it: that of the first time unless said otherwise."""
        with self.db.read() as session:
            return settlement.settlement_of(
                session,
                actor or self.club.he,
                partner=self.club.partner,
                month=day or self.day(),
            )

    def day(self, slot: int = 0) -> date:
        """A time's day on the site's wall."""
        return self.start(slot).astimezone(ZoneInfo("Asia/Shanghai")).date()

    def issue(self, month: date, *, days_later: int = 40) -> settlement.Issued:
        """Issue the month when it is over."""
        with clock.replaying(self.start() + timedelta(days=days_later)):
            issued: settlement.Issued = self.db.run(
                settlement.issue_statement, gao(), partner=self.club.partner, month=month
            )
            return issued

    def recomputed(self, statement: str) -> dict[str, int]:
        """A statement's sums by a statement of their own."""
        with self.db.read() as session:
            rows = session.execute(
                text(
                    "SELECT currency, sum(amount_minor) FROM settlement_line l "
                    "JOIN settlement_statement s ON s.id = l.statement_id "
                    "WHERE s.public_ref = :ref GROUP BY currency"
                ),
                {"ref": statement},
            )
            return {currency: int(total) for currency, total in rows}


def a_club_with_visits(db: Database, *, members: int = 3, capacity: int = 3) -> ClubWithVisits:
    """Members with thirty checks each."""
    club = a_small_club(db, members=members, capacity=capacity)
    for member in club.members:
        give_units(db, member, 30)
    return ClubWithVisits(db, club)
