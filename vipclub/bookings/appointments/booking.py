"""Booking a time: seat, entitlement and appointment in one act, all or nothing.

Locks in one order (`lock_order`): the person, the account, the slot last, because that is the row
most fought over. Five statements on PostgreSQL; the guard of the last one decides, whatever was
read before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, select, true, update
from sqlalchemy.orm import Session, aliased

from vipclub import benefits, people
from vipclub.bookings.appointments.trail import write_trail
from vipclub.bookings.availability.slots import (
    NEXT_FREE,
    SlotInView,
    find_held_slot,
    find_slot,
    full_but_for,
    next_free_values,
    slot_full,
)
from vipclub.bookings.eligibility import account_for, decide, eligibility_for
from vipclub.bookings.facts import AppointmentBooked
from vipclub.bookings.holds.seats import take_seat_last
from vipclub.bookings.holds.steps import CONSUME
from vipclub.bookings.letters import write_letter
from vipclub.bookings.models import Appointment, SeatHold
from vipclub.bookings.overrides import reason_given
from vipclub.bookings.policies.rules import Allowed
from vipclub.bookings.refusals import HoldExpired, NotEligible, SlotFull
from vipclub.bookings.steps import LIVE, MACHINE
from vipclub.bookings.tickets.using import use_ticket
from vipclub.bookings.webhook_events import announce, shape_of
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.added_rows import add_rows
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.facts import record
from vipclub.core.rows import AnySelect
from vipclub.core.types import new_ref, parse_ref
from vipclub.core.value_lists import one_of
from vipclub.people import LockedPerson, lock_member

BOOK = MACHINE["book"]
_appointment: Table = Appointment.__table__  # type: ignore[assignment]
_consume_hold = (
    update(SeatHold)
    .where(
        SeatHold.public_ref == bindparam("hold"),
        CONSUME.at(SeatHold.state),
        SeatHold.expires_at > bindparam("now", type_=SeatHold.expires_at.type),
        SeatHold.person_id == bindparam("person"),
        SeatHold.slot_id == bindparam("slot"),
    )
    .values(state=CONSUME.target, ended_at=bindparam("now", type_=SeatHold.expires_at.type))
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
    ticket: str | None = None,
) -> BookedAppointment:
    """Book a time for a member, by a hold or from the free seats; for a relative where the benefit
    is the family's too. `override` is the reason for which staff go beyond window, limits and
    suspension; it is on record. A `ticket` goes beyond the same and the tier, and is used up.

    Raises SlotFull, AlreadyBooked, HoldExpired, TicketOver (409), TicketNotFor, NoEntitlement,
    NotEligible, OutsideWindow, LimitReached, Suspended (422), NotFound, Forbidden. SlotFull may
    come only when the transaction ends, on PostgreSQL: the seat is its last statement."""
    now = clock.now()
    MACHINE.require(BOOK, actor, reason=reason_given(override))
    time = find_slot(session, slot, now)
    if time.offering != parse_ref(offering, "O"):
        raise NotFound()
    asked = Asked(member, beneficiary, note, hold, override, ticket)
    return _book(session, actor, time, asked, now)


def book_held(
    session: Session,
    actor: Actor,
    *,
    hold: str,
    member: str,
    beneficiary: str | None = None,
    note: str | None = None,
    override: str | None = None,
    ticket: str | None = None,
) -> BookedAppointment:
    """Book the time that a hold keeps, whichever that is. Raises what `book` raises."""
    now = clock.now()
    MACHINE.require(BOOK, actor, reason=reason_given(override))
    time = find_held_slot(session, hold, now)
    asked = Asked(member, beneficiary, note, hold, override, ticket)
    return _book(session, actor, time, asked, now)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for beside the time."""

    member: str
    beneficiary: str | None
    note: str | None = field(repr=False)
    hold: str | None
    override: str | None
    ticket: str | None = None


def _book(
    session: Session, actor: Actor, time: SlotInView, asked: Asked, now: datetime
) -> BookedAppointment:
    full = asked.hold is None and not time.has_room and not time.overdue
    turned_away = _turned_away(session, actor, asked.member, time, now) if full else None
    if turned_away is not None:
        raise turned_away
    who, visitor = lock_member(session, actor, asked.member, asked.beneficiary)
    if visitor is None or (visitor.id != who.id and "family" not in time.who):
        raise NotEligible(rule="beneficiary")
    eligibility = eligibility_for(session, time, who, visitor, now)

    hold, override = asked.hold, asked.override
    allowed = decide(
        time,
        eligibility,
        now,
        held=hold is not None,
        overriding=override is not None,
        ticket=asked.ticket is not None,
    )
    if full:
        raise slot_full(session, time, now)

    ref = new_ref("A")
    if asked.ticket is not None:
        use_ticket(
            session,
            actor,
            asked.ticket,
            appointment=ref,
            time=time,
            who=who,
            visitor=visitor,
            hold=hold,
            now=now,
        )
    if hold is not None:
        account_id = _take_over(session, hold, time, who, now)
    else:
        account_id = account_for(time, eligibility)
        benefits.hold(
            session, account_id=account_id, subject=("appointment", ref), actor=actor, at=now
        )
    values = _values(session, ref, time, who, visitor, account_id, allowed, asked, actor, now)
    add_rows(session, _appointment, [values])
    made = _made(ref, time, who, visitor, allowed)
    _tell(session, actor, made, time, who, override, now)
    if hold is None:
        take_seat_last(session, time, now)
    record(session, AppointmentBooked(ref, allowed.status, time.offering_id, time.starts_at))
    return made


def _turned_away(
    session: Session, actor: Actor, member: str, time: SlotInView, now: datetime
) -> SlotFull | None:
    """The refusal of a full time, with the next free ones; None for a member who is among those who
    have it, and hears that instead. Without a lock, so that a sold-out rush stops before it waits
    for anything. One statement."""
    asked = {
        "ref": parse_ref(member, "M"),
        "slot": time.id,
        **next_free_values(time, now),
        **people.values_of(actor),
    }
    rows = run_built(session, _when_full(people.sight_of(actor)), asked).all()
    if rows[0].has_it:
        return None
    return full_but_for(time, [row for row in rows if row.public_ref is not None])


@lru_cache(maxsize=512)
def _when_full(sight: people.Sight) -> AnySelect:
    asked, holder = aliased(people.Person), aliased(people.Person)
    visits = (
        select(Appointment.id)
        .join(holder, holder.id == Appointment.person_id)
        .join(asked, people.same_person(asked, holder))
        .where(
            Appointment.slot_id == bindparam("slot"),
            one_of(Appointment.state, LIVE),
            asked.public_ref == bindparam("ref"),
            sight.over(asked),
        )
    )
    of_member = select(visits.exists().label("has_it")).subquery()
    free = NEXT_FREE.subquery()
    return (
        select(of_member.c.has_it, free.c.starts_at, free.c.public_ref)
        .select_from(of_member)
        .outerjoin(free, true())
        .order_by(free.c.starts_at)
    )


def _made(
    ref: str, time: SlotInView, who: LockedPerson, visitor: LockedPerson, allowed: Allowed
) -> BookedAppointment:
    return BookedAppointment(
        appointment=ref,
        status=allowed.status,
        member=who.ref,
        offering=time.offering,
        slot=time.ref,
        start=time.start,
        end=time.end,
        promised_by=allowed.promised_by,
        beneficiary=visitor.ref,
    )


def _take_over(
    session: Session, hold: str, time: SlotInView, who: LockedPerson, now: datetime
) -> int:
    """The hold becomes the appointment: its seat and its unit pass on."""
    found = session.execute(
        _consume_hold,
        {
            "hold": parse_ref(hold, "H"),
            "now": now,
            "person": who.id,
            "slot": time.id,
        },
    ).scalar_one_or_none()
    if found is None:
        raise HoldExpired()
    account_id: int = found
    return account_id


def _values(
    session: Session,
    ref: str,
    time: SlotInView,
    who: LockedPerson,
    visitor: LockedPerson,
    account_id: int,
    allowed: Allowed,
    asked: Asked,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    text = (asked.note or "").strip()
    return {
        "public_ref": ref,
        "person_id": who.id,
        "beneficiary_id": visitor.id,
        "slot_id": time.id,
        "offering_id": time.offering_id,
        "account_id": account_id,
        "state": allowed.status,
        "version": 0,
        "starts_at": time.starts_at,
        "ends_at": time.ends_at,
        "local_day": time.local_day,
        "department": time.department,
        "promised_by": allowed.promised_by,
        "answered_at": None if allowed.promised_by else now,
        "consumed": False,
        "note": cipher_of(session).seal("appointment.note", ref, text) if text else None,
        "channel": actor.channel,
        "moves": 0,
        "created_at": now,
    }


def _tell(
    session: Session,
    actor: Actor,
    made: BookedAppointment,
    time: SlotInView,
    who: LockedPerson,
    override: str | None,
    now: datetime,
) -> None:
    """The trail's row, the member's letter and the partner's event, in the same transaction."""
    after = {
        "state": made.status,
        "member": who.ref,
        "slot": time.ref,
        "offering": time.offering,
    }
    if made.beneficiary != who.ref:
        after["beneficiary"] = made.beneficiary
    write_trail(session, actor, "book", ref=made.appointment, after=after, reason=override, at=now)
    write_letter(
        session,
        str(BOOK.letter_to(made.status)),
        offering=time,
        person_id=who.id,
        ref=made.appointment,
        version=0,
        beside=announce(time, BOOK.event_to(made.status), made, at=now),
        start=time.start,
        end=time.end,
        promised_by=made.promised_by,
        status=made.status,
    )
