"""What operations is alarmed about: cases that nobody has, and those that have waited for twice the
time that was promised. Figures alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case as sql_case
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.clocks.promises import LAST
from vipclub.assistance.models import Case, CaseClock
from vipclub.assistance.steps import OPEN
from vipclub.core.actor import Actor


@dataclass(frozen=True, slots=True)
class CasesLeft:
    """How many open cases are nobody's, and how many have a clock at the last level."""

    unowned: int
    left: int


def cases_left(session: Session, actor: Actor) -> CasesLeft:
    """One statement. Raises Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    last = select(CaseClock.id).where(
        CaseClock.case_id == Case.id,
        CaseClock.level >= LAST,
        CaseClock.done_at.is_(None),
        CaseClock.stopped_at.is_(None),
    )
    row = session.execute(
        select(
            func.coalesce(func.sum(sql_case((Case.owner_id.is_(None), 1), else_=0)), 0),
            func.coalesce(func.sum(sql_case((last.exists(), 1), else_=0)), 0),
        ).where(Case.state.in_(sorted(OPEN)))
    ).one()
    return CasesLeft(int(row[0]), int(row[1]))
