"""Two agents whose shifts meet, with cases to hand over: for the tests of the handover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import an_agent, on_shift
from vipclub import assistance
from vipclub.assistance import Case, HandoverView
from vipclub.core.actor import Actor
from vipclub.core.db import Database


@dataclass(frozen=True)
class ShiftsThatMeet:
    """Ping goes, Mei is on duty already; two cases are Ping's."""

    db: Database
    ping: Actor
    mei: Actor
    cases: tuple[str, ...]

    def give(self, **given: Any) -> str:
        """Ping hands over to Mei what a page of now shows."""
        what = {"receiver": str(self.mei.account_ref), "seen": self.own_mark(), **given}
        return self.db.run(assistance.give_handover, self.ping, **what)

    def own_mark(self) -> str:
        with self.db.read() as session:
            return assistance.own_list(session, self.ping).seen

    def read_by(self, who: Actor, ref: str) -> HandoverView:
        viewed = self.db.run(assistance.record_handover_view, who, handover=ref)
        with self.db.read() as session:
            return assistance.handover(session, who, ref, viewed=viewed)

    def accept(self, ref: str, *, seen: str | None = None) -> int:
        mark = self.read_by(self.mei, ref).seen if seen is None else seen
        return self.db.run(assistance.accept_handover, self.mei, handover=ref, seen=mark)

    def owners(self) -> set[int | None]:
        """Whose the two cases are."""
        with self.db.read() as session:
            rows = session.scalars(select(Case.owner_id).where(Case.public_ref.in_(self.cases)))
            return set(rows)


def shifts_that_meet(db: Database, *, hours: int = 2) -> ShiftsThatMeet:
    """Ping's shift ends in an hour, or `hours` after it began an hour ago."""
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping, hours=hours)
    cases = (opened(db).case, opened(db, kind="enquiry").case)
    on_shift(db, mei)
    return ShiftsThatMeet(db, ping, mei, cases)
