"""What all changes of time share: the new time looked at, the unit moved to the account of the new
time's year."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.appointments.rows import LockedAppointment
from vipclub.bookings.availability.slots import SlotInView, slot_full
from vipclub.bookings.eligibility import Eligibility, account_for, eligibility_for
from vipclub.bookings.refusals import OtherService
from vipclub.core.actor import Actor
from vipclub.people import LockedPerson


def same_service(found: LockedAppointment, time: SlotInView) -> None:
    """Raises OtherService: an appointment stays with its service and its partner."""
    if (time.benefit_id, time.partner_id) != (found.benefit_id, found.partner_id):
        raise OtherService()


def eligibility_for_new_time(
    session: Session,
    found: LockedAppointment,
    persons: dict[int, LockedPerson],
    time: SlotInView,
    now: datetime,
) -> Eligibility:
    """The member's means and the visitor's other visits, for the new time."""
    member, visitor = persons[found.member_id], persons[found.visitor_id]
    return eligibility_for(session, time, member, visitor, now, without=found.id)


def check_room(session: Session, time: SlotInView, now: datetime) -> None:
    """Raises SlotFull with the next free times; the seat's guard decides in the end."""
    if not time.has_room and not time.overdue:
        raise slot_full(session, time, now)


def change_account(
    session: Session,
    actor: Actor,
    found: LockedAppointment,
    time: SlotInView,
    eligibility: Eligibility,
    now: datetime,
) -> int:
    """The account of the new time's year, the one that has the unit already if it may be; its unit
    is held there before the old one goes back. Raises NoEntitlement."""
    account_id = account_for(time, eligibility)
    if found.account_id in eligibility.accounts:
        account_id = found.account_id
    if account_id != found.account_id:
        subject = ("appointment", found.ref)
        benefits.hold(session, account_id=account_id, subject=subject, actor=actor, at=now)
        benefits.release(
            session,
            account_id=found.account_id,
            subject=subject,
            actor=actor,
            at=now,
            reason="moved to another year",
        )
    return account_id
