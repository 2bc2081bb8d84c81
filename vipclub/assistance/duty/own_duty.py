"""When somebody is on duty, away, or stands in: for the own eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from vipclub.accounts import Account
from vipclub.assistance.duty.roster import ON_DUTY_ROLES
from vipclub.assistance.models import Absence, Shift
from vipclub.core.actor import Actor


@dataclass(frozen=True, slots=True)
class OwnShift:
    """A shift of one's own."""

    start: datetime
    end: datetime
    leads: bool


@dataclass(frozen=True, slots=True)
class OwnAbsence:
    """A break or leave of one's own with who stands in, or one of somebody (`other`) for whom one
    stands in (`mine` is False)."""

    kind: str
    start: datetime
    end: datetime
    other: str
    mine: bool


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """What is to come, the next first."""

    shifts: list[OwnShift]
    absences: list[OwnAbsence]


def own_duty(session: Session, actor: Actor, *, first: datetime, last: datetime) -> OwnDuty | None:
    """The actor's own duty between two moments; None for whoever is never on duty. Two
    statements."""
    if actor.kind not in ON_DUTY_ROLES or actor.account_id is None:
        return None
    own = actor.account_id
    shifts = session.execute(
        select(Shift.starts_at, Shift.ends_at, Shift.leads)
        .where(
            Shift.account_id == own,
            Shift.cancelled_at.is_(None),
            Shift.starts_at < last,
            Shift.ends_at > first,
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    away, stands_in = aliased(Account), aliased(Account)
    absences = session.execute(
        select(
            Absence.kind,
            Absence.starts_at,
            Absence.ends_at,
            Absence.account_id,
            away.display_name.label("away"),
            stands_in.display_name.label("stands_in"),
        )
        .join(away, away.id == Absence.account_id)
        .outerjoin(stands_in, stands_in.id == Absence.stand_in_id)
        .where(
            or_(Absence.account_id == own, Absence.stand_in_id == own),
            Absence.starts_at < last,
            Absence.ends_at > first,
        )
        .order_by(Absence.starts_at, Absence.id)
    )
    return OwnDuty(
        [OwnShift(*row) for row in shifts],
        [
            OwnAbsence(
                row.kind,
                row.starts_at,
                row.ends_at,
                (row.stands_in or "") if row.account_id == own else row.away,
                row.account_id == own,
            )
            for row in absences
        ],
    )
