"""Booking a time: seat, entitlement and appointment in one act, all or nothing.

Locks in one order: the person, the account, the slot last, because the slot is the row that is
most fought over. Nine statements; the guard of the last one decides, whatever was read before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.deciding import account_for, decide, slot_full
from vipclub.bookings.ending_holds import take_seat
from vipclub.bookings.facts import AppointmentBooked
from vipclub.bookings.models import Appointment, SeatHold
from vipclub.bookings.policy import Allowed
from vipclub.bookings.reading import Time, Who, lock_member, means_of, time_of
from vipclub.bookings.refusals import HoldExpired, NotEligible
from vipclub.bookings.telling import tell, write_letter
from vipclub.bookings.webhook_events import announce, shape_of
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.facts import record
from vipclub.core.types import new_ref, parse_ref

_insert = insert(Appointment.__table__)  # type: ignore[arg-type]
_consume_hold = (
    update(SeatHold)
    .where(
        SeatHold.public_ref == bindparam("hold"),
        SeatHold.state == "open",
        SeatHold.expires_at > bindparam("now", type_=SeatHold.expires_at.type),
        SeatHold.person_id == bindparam("person"),
        SeatHold.slot_id == bindparam("slot"),
    )
    .values(state="consumed", ended_at=bindparam("now", type_=SeatHold.expires_at.type))
    .returning(SeatHold.account_id)
)


@dataclass(frozen=True, slots=True)
class BookedAppointment:
    """An appointment as its steps leave it; moments on the site's wall."""

    appointment: str
    status: str
    member: str
    offering: str
    slot: str
    start: datetime
    end: datetime
    promised_by: datetime | None
    beneficiary: str
    version: int = 0
    proposed_slot: str | None = None
    proposed_start: datetime | None = None
    proposed_end: datetime | None = None
    answer_by: datetime | None = None
    answer_kind: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As the API says it."""
        return shape_of(self)


def book(
    session: Session,
    actor: Actor,
    *,
    member: str,
    offering: str,
    slot: str,
    beneficiary: str | None = None,
    note: str | None = None,
    hold: str | None = None,
    override: str | None = None,
) -> BookedAppointment:
    """Book a time for a member, by a hold or from the free seats; for a relative where the benefit
    is the family's too. `override` is the reason for which staff go beyond window, limits and
    suspension; it is on record.

    Raises SlotFull, AlreadyBooked, HoldExpired (409), NoEntitlement, NotEligible, OutsideWindow,
    LimitReached, Suspended (422), NotFound, Forbidden.
    """
    now = clock.now()
    actor.require("appointment:book")
    if override is not None:
        actor.require("appointment:override")
    time = time_of(session, slot, now)
    if time.row.offering != parse_ref(offering, "O"):
        raise NotFound()
    who, visitor = lock_member(session, actor, member, beneficiary)
    if visitor is None or (visitor.id != who.id and "family" not in time.row.who):
        raise NotEligible(rule="beneficiary")
    means = means_of(session, time, who, visitor, now)

    allowed = decide(time, means, now, held=hold is not None, overriding=override is not None)
    if hold is None and not time.row.has_room and not time.row.overdue:
        raise slot_full(session, time, now)

    ref = new_ref("A")
    if hold is not None:
        account_id = _take_over(session, hold, time, who, now)
    else:
        account_id = account_for(time, means)
        benefits.hold(
            session, account_id=account_id, subject=("appointment", ref), actor=actor, at=now
        )
    values = _values(session, ref, time, who, visitor, account_id, allowed, note, actor, now)
    session.connection().execute(_insert, values)
    made = _made(ref, time, who, visitor, allowed)
    _tell(session, actor, made, time, who, override, now)
    if hold is None:
        take_seat(session, time, now)
    record(
        session, AppointmentBooked(ref, allowed.status, time.row.offering_id, time.row.starts_at)
    )
    return made


def _made(ref: str, time: Time, who: Who, visitor: Who, allowed: Allowed) -> BookedAppointment:
    return BookedAppointment(
        appointment=ref,
        status=allowed.status,
        member=who.ref,
        offering=time.row.offering,
        slot=time.row.ref,
        start=time.start,
        end=time.end,
        promised_by=allowed.promised_by,
        beneficiary=visitor.ref,
    )


def _take_over(session: Session, hold: str, time: Time, who: Who, now: datetime) -> int:
    """The hold becomes the appointment: its seat and its unit pass on."""
    found = session.execute(
        _consume_hold,
        {
            "hold": parse_ref(hold, "H"),
            "now": now,
            "person": who.id,
            "slot": time.row.id,
        },
    ).scalar_one_or_none()
    if found is None:
        raise HoldExpired()
    account_id: int = found
    return account_id


def _values(
    session: Session,
    ref: str,
    time: Time,
    who: Who,
    visitor: Who,
    account_id: int,
    allowed: Allowed,
    note: str | None,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    row = time.row
    text = (note or "").strip()
    return {
        "public_ref": ref,
        "person_id": who.id,
        "beneficiary_id": visitor.id,
        "slot_id": row.id,
        "offering_id": row.offering_id,
        "account_id": account_id,
        "state": allowed.status,
        "version": 0,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "local_day": row.local_day,
        "department": row.department,
        "promised_by": allowed.promised_by,
        "answered_at": None if allowed.promised_by else now,
        "consumed": False,
        "note": cipher_of(session).seal("appointment.note", ref, text) if text else None,
        "channel": actor.channel,
        "created_at": now,
    }


def _tell(
    session: Session,
    actor: Actor,
    made: BookedAppointment,
    time: Time,
    who: Who,
    override: str | None,
    now: datetime,
) -> None:
    """The trail's row, the member's letter and the partner's event, in the same transaction."""
    after = {
        "state": made.status,
        "member": who.ref,
        "slot": time.row.ref,
        "offering": time.row.offering,
    }
    if made.beneficiary != who.ref:
        after["beneficiary"] = made.beneficiary
    tell(session, actor, "book", ref=made.appointment, after=after, reason=override, at=now)
    write_letter(
        session,
        "requested" if made.status == "pending" else "confirmed",
        place=time.row,
        person_id=who.id,
        ref=made.appointment,
        version=0,
        beside=announce(time.row, "book", made, at=now),
        start=time.start,
        end=time.end,
        promised_by=made.promised_by,
        status=made.status,
    )
