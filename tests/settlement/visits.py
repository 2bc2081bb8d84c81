"""Visits that end in each way, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from tests.bookings.looking import CLUB, give_units, starts
from tests.cast import Thread, a_thread
from vipclub import accounts, bookings, settlement
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.settlement import MonthOfLines

PRICE = 168_000


def gao() -> Actor:
    """The operator."""
    return Actor(
        kind="operations",
        account_ref="U-gao",
        permissions=accounts.permissions_of("operations"),
        scopes=frozenset({("all", "*")}),
    )


@dataclass(frozen=True)
class Season:
    """A club whose members have visits enough, and the day of the first free time."""

    db: Database
    thread: Thread

    def price(self, amount: int = PRICE, **more: Any) -> int:
        """The contract's price, from long ago unless said otherwise."""
        values = {"from_day": date(2020, 1, 1), **more}
        priced: int = self.db.run(
            settlement.set_price, gao(), offering=self.thread.offering, amount=amount, **values
        )
        return priced

    def confirmed(self, slot: int = 0, who: int = 0) -> str:
        """A confirmed appointment."""
        made = self.db.run(
            bookings.book,
            CLUB,
            member=self.thread.members[who],
            offering=self.thread.offering,
            slot=self.thread.slots[slot],
        )
        self.db.run(bookings.confirm, self.thread.he, appointment=made.appointment)
        return str(made.appointment)

    def start(self, slot: int = 0) -> datetime:
        """When a time begins."""
        return starts(self.db, self.thread.slots[slot])

    def step(self, use_case: Any, ref: str, at: datetime, actor: Actor | None = None) -> Any:
        """A step of an appointment, at a moment."""
        with clock.replaying(at):
            return self.db.run(use_case, actor or self.thread.he, appointment=ref)

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
                actor or self.thread.he,
                partner=self.thread.partner,
                month=day or self.day(),
            )

    def day(self, slot: int = 0) -> date:
        """A time's day on the site's wall."""
        return self.start(slot).astimezone(ZoneInfo("Asia/Shanghai")).date()

    def issue(self, month: date, *, days_later: int = 40) -> settlement.Issued:
        """Issue the month when it is over."""
        with clock.replaying(self.start() + timedelta(days=days_later)):
            issued: settlement.Issued = self.db.run(
                settlement.issue_statement, gao(), partner=self.thread.partner, month=month
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


def a_season(db: Database, *, members: int = 3, capacity: int = 3) -> Season:
    """Members with thirty checks each."""
    thread = a_thread(db, members=members, capacity=capacity)
    for member in thread.members:
        give_units(db, member, 30)
    return Season(db, thread)
