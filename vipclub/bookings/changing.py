"""What all changes of time share: persons locked before the appointment, the new time looked at,
the unit moved to the account of the new time's year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.deciding import account_for, slot_full
from vipclub.bookings.finding import Found, find_appointment
from vipclub.bookings.reading import Means, Time, lock_persons_of, means_of
from vipclub.bookings.refusals import OtherService
from vipclub.bookings.states import MACHINE
from vipclub.core.actor import Actor
from vipclub.core.errors import IllegalTransition, NotFound


def begin_change(
    session: Session, actor: Actor, ref: str, *, permission: str, states: frozenset[str]
) -> tuple[Found, dict[int, Any]]:
    """The persons, then the appointment, locked. Raises Forbidden, NotFound, IllegalTransition."""
    actor.require(permission)
    persons = lock_persons_of(session, ref)
    if not persons:
        raise NotFound()
    found = find_appointment(session, actor, ref)
    if found.row.state not in states:
        raise IllegalTransition(
            possible=MACHINE.possible(found.row.state, actor.permissions), state=found.row.state
        )
    return found, persons


def same_service(found: Found, time: Time) -> None:
    """Raises OtherService: an appointment stays with its service and its partner."""
    if (time.row.benefit_id, time.row.partner_id) != (found.row.benefit_id, found.row.partner_id):
        raise OtherService()


def means_for(
    session: Session, found: Found, persons: dict[int, Any], time: Time, now: datetime
) -> Means:
    """The member's means and the visitor's other visits, for the new time."""
    member, visitor = persons[found.row.member_id], persons[found.row.visitor_id]
    return means_of(session, time, member, visitor, now, without=found.row.id)


def check_room(session: Session, time: Time, now: datetime) -> None:
    """Raises SlotFull with the next free times; the seat's guard decides in the end."""
    if not time.row.has_room and not time.row.overdue:
        raise slot_full(session, time, now)


def change_account(
    session: Session, actor: Actor, found: Found, time: Time, means: Means, now: datetime
) -> int:
    """The account of the new time's year, the one that has the unit already if it may be; its unit
    is held there before the old one goes back. Raises NoEntitlement."""
    row, account_id = found.row, account_for(time, means)
    if row.account_id in means.accounts:
        account_id = row.account_id
    if account_id != row.account_id:
        subject = ("appointment", row.ref)
        benefits.hold(session, account_id=account_id, subject=subject, actor=actor, at=now)
        benefits.release(
            session,
            account_id=row.account_id,
            subject=subject,
            actor=actor,
            at=now,
            reason="moved to another year",
        )
    return account_id
