"""How a hold ends without an appointment: released or expired, exactly once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub import benefits, partners
from vipclub.bookings.holds.steps import EXPIRE
from vipclub.bookings.models import SeatHold
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.steps import Step

CLUB = Actor.system("holds")


def end_overdue_holds(db: Database, *, limit: int = 1000) -> int:
    """End the holds whose time has passed, a transaction each; gives how many ended."""
    now = clock.now()
    with db.read() as session:
        ids = session.scalars(
            select(SeatHold.id)
            .where(EXPIRE.at(SeatHold.state), SeatHold.expires_at <= now)
            .order_by(SeatHold.id)
            .limit(limit)
        ).all()
    return sum(db.each(ids, end_one))


def end_one(session: Session, hold_id: int) -> bool:
    """End one overdue hold; False when another was faster."""
    return end_hold(session, hold_id, EXPIRE, CLUB, clock.now())


def end_overdue_of_slot(session: Session, slot_id: int, now: datetime) -> int:
    """A full slot looks for holds of its own that are over; gives how many ended. Units first, all
    seats last in one statement: the order of locks."""
    ids = session.scalars(
        select(SeatHold.id)
        .where(SeatHold.slot_id == slot_id, EXPIRE.at(SeatHold.state), SeatHold.expires_at <= now)
        .order_by(SeatHold.account_id, SeatHold.id)
    ).all()
    ended = [hold_id for hold_id in ids if end_unit(session, hold_id, EXPIRE, CLUB, now)]
    if ended:
        partners.give_back_seat(session, slot_id, len(ended))
    return len(ended)


def end_hold(
    session: Session, hold_id: int, step: Step[object], actor: Actor, now: datetime
) -> bool:
    """The one way a hold ends without an appointment: state first, then unit, then seat. False
    when it had ended before."""
    slot_id = end_unit(session, hold_id, step, actor, now)
    if slot_id is None:
        return False
    partners.give_back_seat(session, slot_id)
    return True


def end_unit(
    session: Session, hold_id: int, step: Step[object], actor: Actor, now: datetime
) -> int | None:
    """End a hold and give its unit back; the slot whose seat is to be given back, None when the
    hold had ended before."""
    late = SeatHold.expires_at <= now if step is EXPIRE else SeatHold.expires_at > now
    row = session.execute(
        update(SeatHold)
        .where(SeatHold.id == hold_id, step.at(SeatHold.state), late)
        .values(state=step.target, ended_at=now)
        .returning(SeatHold.public_ref, SeatHold.account_id, SeatHold.slot_id)
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        return None
    ref, account_id, slot_id = row
    benefits.release(session, account_id=account_id, subject=("hold", ref), actor=actor, at=now)
    return int(slot_id)
