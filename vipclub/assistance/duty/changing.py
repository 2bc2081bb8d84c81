"""Who may change the roster: operations, and whoever leads the desk at that moment, as it stood
before. Nobody makes themselves a leader. Everybody of the desk enters their own breaks and leave,
but for a time at which they lead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.duty.owners import Duty, duty_at
from vipclub.assistance.models import Shift
from vipclub.assistance.refusals import LeadersChangeIt, NobodyMakesThemselvesLeader
from vipclub.core import clock
from vipclub.core.actor import Actor


def changes_roster(actor: Actor, duty: Duty) -> bool:
    """Whether somebody may change the whole roster while these are on duty."""
    if actor.has(Permission.DUTY_SET):
        return True
    return actor.has(Permission.DUTY_CHANGE) and duty.leads(actor.account_id)


def require_roster(session: Session, actor: Actor) -> None:
    """Raises Forbidden, LeadersChangeIt for who may not change it now."""
    actor.require(Permission.DUTY_CHANGE)
    if not changes_roster(actor, duty_at(session, clock.now())):
        raise LeadersChangeIt()


def require_other(actor: Actor, account_id: int) -> None:
    """Who is made a leader is somebody else. Raises NobodyMakesThemselvesLeader."""
    if account_id == actor.account_id:
        raise NobodyMakesThemselvesLeader()


def require_absence(
    session: Session, actor: Actor, account_id: int, *, start: datetime, end: datetime
) -> None:
    """Raises Forbidden, and LeadersChangeIt for an absence of somebody else, and of one's own while
    one leads."""
    actor.require(Permission.DUTY_CHANGE)
    leads = select(Shift.id).where(
        Shift.account_id == account_id,
        Shift.leads,
        Shift.cancelled_at.is_(None),
        Shift.starts_at < end,
        Shift.ends_at > start,
    )
    if account_id != actor.account_id or session.execute(leads).first() is not None:
        require_roster(session, actor)
