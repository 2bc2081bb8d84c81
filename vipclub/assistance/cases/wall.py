"""Figures for the desk's wall: how many first answers came within their promise. They name nobody:
whoever passes by reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.models import CaseClock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built

LATELY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answered:
    """Of the first answers that were due within the last 24 hours, those that came in time."""

    due: int
    in_time: int

    @property
    def share(self) -> int | None:
        """Hundredths, rounded down: 100 is all; None where none was due."""
        return self.in_time * 100 // self.due if self.due else None


_due = CaseClock.due_at
_answered = select(
    func.count().label("due"),
    func.coalesce(func.sum(sql_case((CaseClock.done_at <= _due, 1), else_=0)), 0).label("in_time"),
).where(
    CaseClock.clock == "first_answer",
    CaseClock.stopped_at.is_(None),
    _due > bindparam("since", type_=_due.type),
    _due <= bindparam("now", type_=_due.type),
)


def answered_in_time(session: Session, actor: Actor, *, now: datetime) -> Answered:
    """First answers due in the 24 hours before `now`. One statement. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    row = run_built(session, _answered, {"since": now - LATELY, "now": now}).one()
    return Answered(row.due, int(row.in_time))
