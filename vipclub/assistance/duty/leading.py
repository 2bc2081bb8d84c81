"""Who leads the desk: whoever is put down to lead a shift, lately or to come, and the leader on
call."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from vipclub.accounts import Account
from vipclub.assistance.duty.on_duty import newest_on_call
from vipclub.assistance.duty.roster import ON_DUTY_ROLES
from vipclub.assistance.models import OnCall, Shift

LATELY = timedelta(days=30)
"""Whoever led a shift within so long leads still, between two of them too."""
_moment = Shift.ends_at.type


def leads_the_desk(account_id: int, now: datetime) -> ColumnElement[bool]:
    """Whether somebody leads, as a condition."""
    return _leads(literal(account_id), literal(now, _moment), literal(now - LATELY, _moment))


def who_leads() -> ColumnElement[bool]:
    """The same for a statement that is built once, asked with what `of_whom` gives."""
    return _leads(
        bindparam("leader", type_=Shift.account_id.type),
        bindparam("leads_now", type_=_moment),
        bindparam("led_since", type_=_moment),
    )


def of_whom(account_id: int, now: datetime) -> dict[str, object]:
    """What `who_leads` is asked with."""
    return {"leader": account_id, "leads_now": now, "led_since": now - LATELY}


def leaders(session: Session, now: datetime, *, but: int | None) -> list[int]:
    """All who lead, but somebody. One statement."""
    leads = _leads(Account.__table__.c.id, literal(now, _moment), literal(now - LATELY, _moment))
    rows = session.scalars(
        select(Account.id)
        .where(Account.role.in_(ON_DUTY_ROLES), Account.state == "active", leads)
        .order_by(Account.id)
    )
    return [one for one in rows if one != but]


def _leads(
    account_id: ColumnElement[int], now: ColumnElement[datetime], since: ColumnElement[datetime]
) -> ColumnElement[bool]:
    shift = (
        select(Shift.id)
        .where(
            Shift.account_id == account_id,
            Shift.leads,
            Shift.cancelled_at.is_(None),
            Shift.ends_at > since,
        )
        .exists()
    )
    on_call = (
        select(OnCall.id)
        .where(OnCall.account_id == account_id, OnCall.id == newest_on_call(now))
        .exists()
    )
    return or_(shift, on_call)
