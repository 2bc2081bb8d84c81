"""Who leads the desk: whoever is put down to lead a shift, lately or to come, and the leader on
call."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from vipclub.assistance.duty.on_duty import newest_on_call
from vipclub.assistance.models import OnCall, Shift

LATELY = timedelta(days=30)
"""Whoever led a shift within so long leads still, between two of them too."""


def leads_the_desk(account_id: int, now: datetime) -> ColumnElement[bool]:
    """Whether somebody leads, as a condition."""
    shift = (
        select(Shift.id)
        .where(
            Shift.account_id == account_id,
            Shift.leads,
            Shift.cancelled_at.is_(None),
            Shift.ends_at > now - LATELY,
        )
        .exists()
    )
    on_call = (
        select(OnCall.id)
        .where(OnCall.account_id == account_id, OnCall.id == newest_on_call(now))
        .exists()
    )
    return or_(shift, on_call)
