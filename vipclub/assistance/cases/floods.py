"""Many taps of the red button from one address by people whom nobody knows: all are kept, have
owners and clocks as every case, and are marked; they fill nobody's letters. An office or a hotel
shares an address, so whoever is signed in is no part of it, nor is who was verified since."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.assistance.models import Case, CaseAlarm

FLOOD, FLOOD_TIME = 5, timedelta(minutes=10)
"""More taps than this from one address in this time are marked."""
QUIET = timedelta(minutes=30)
"""For so long the alarms of a flood are told to each person once."""


def is_one_more(session: Session, address: str, now: datetime) -> bool:
    """Whether a tap from an address is one too many. One statement."""
    count = session.execute(
        select(func.count(Case.id)).where(
            Case.address == address, Case.unverified, Case.opened_at > now - FLOOD_TIME
        )
    ).scalar_one()
    return count >= FLOOD


def flood_of(session: Session, case_id: int) -> str | None:
    """The address of the flood that a case is part of, its first ones too; None for all others.
    One statement, two of an unknown caller's by the red button."""
    case = session.execute(
        select(Case.address, Case.flooded, Case.opened_at).where(
            Case.id == case_id, Case.unverified, Case.address.is_not(None)
        )
    ).first()
    if case is None or case.flooded:
        return None if case is None else case.address
    around = Case.opened_at.between(case.opened_at - FLOOD_TIME, case.opened_at + FLOOD_TIME)
    marked = session.execute(
        select(Case.id).where(Case.address == case.address, Case.flooded, around).limit(1)
    ).first()
    return case.address if marked is not None else None


def was_told(session: Session, address: str, account_id: int, now: datetime) -> bool:
    """Whether somebody had an alarm of a flood of late. One statement."""
    found = session.execute(
        select(CaseAlarm.id)
        .join(Case, Case.id == CaseAlarm.case_id)
        .where(
            CaseAlarm.account_id == account_id,
            CaseAlarm.at > now - QUIET,
            Case.address == address,
            Case.unverified,
        )
        .limit(1)
    ).first()
    return found is not None
