"""Handovers that wait to be accepted: to whom a case is on its way, and what somebody's first page
says of the change of shift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub.accounts import Account, Permission
from vipclub.assistance.models import Shift
from vipclub.assistance.work_models import Handover, HandoverCase
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.rows import AnySelect
from vipclub.core.value_lists import one_of

REMINDED = timedelta(minutes=30)
"""So long before the end of a shift its owner is told to hand over."""


def receiver_of(session: Session, case_id: int) -> int | None:
    """To whom a case is handed over, while that waits; None for nobody. One statement."""
    return session.execute(
        select(Handover.receiver_id)
        .join(HandoverCase, HandoverCase.handover_id == Handover.id)
        .where(HandoverCase.case_id == case_id, Handover.state == "given")
        .order_by(Handover.id.desc())
        .limit(1)
    ).scalar()


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """A handover that waits, for who gave it or who is to accept it."""

    ref: str
    giver: str
    receiver: str
    given_by_me: bool
    given_at: datetime
    ends_at: datetime


def waiting_handovers(session: Session, actor: Actor) -> list[HandoverLine]:
    """Those that the actor gave or is to accept, the oldest first. One statement. Raises
    Forbidden."""
    actor.require(Permission.CASE_WORK)
    giver, receiver = aliased(Account), aliased(Account)
    me = actor.account_id or 0
    rows = session.execute(
        select(
            Handover.public_ref,
            giver.display_name,
            receiver.display_name,
            Handover.giver_id == me,
            Handover.given_at,
            Handover.ends_at,
        )
        .join(giver, giver.id == Handover.giver_id)
        .join(receiver, receiver.id == Handover.receiver_id)
        .where(Handover.state == "given", (Handover.giver_id == me) | (Handover.receiver_id == me))
        .order_by(Handover.id)
    )
    return [HandoverLine(*row[:3], bool(row[3]), *row[4:]) for row in rows]


@dataclass(frozen=True, slots=True)
class ShiftChange:
    """What somebody's first page says: when their shift ends, where that is soon, and the handover
    that waits for their word."""

    ends_at: datetime | None
    to_accept: str | None


def _select_change() -> AnySelect:
    moment = Shift.ends_at.type
    me, now = bindparam("me", type_=Shift.account_id.type), bindparam("now", type_=moment)
    ends = (
        select(Shift.ends_at)
        .where(
            Shift.account_id == me,
            Shift.cancelled_at.is_(None),
            Shift.starts_at <= now,
            Shift.ends_at > now,
            Shift.ends_at <= bindparam("soon", type_=moment),
        )
        .order_by(Shift.ends_at)
        .limit(1)
        .scalar_subquery()
    )
    waits = (
        select(Handover.public_ref)
        .where(Handover.receiver_id == me, one_of(Handover.state, ["given"]))
        .order_by(Handover.id)
        .limit(1)
        .scalar_subquery()
    )
    return select(ends, waits)


_change = _select_change()


def shift_change(session: Session, actor: Actor, *, now: datetime) -> ShiftChange:
    """Both None where nothing is to be said. One statement. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    asked = {"me": actor.account_id or 0, "now": now, "soon": now + REMINDED}
    return ShiftChange(*run_built(session, _change, asked).one())
