"""What must be true of all appointments: seats, units, times, words to the member, closings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Subquery, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from vipclub.benefits import Benefit, EntitlementAccount
from vipclub.bookings.models import (
    Appointment,
    Closure,
    ClosureDisplaced,
    ClosureSlot,
    SeatHold,
)
from vipclub.bookings.steps import EXPECTED, LIVE
from vipclub.bookings.tickets.invariants import used_by_no_booking
from vipclub.bookings.tickets.models import BookingTicket
from vipclub.core.audit import AuditRow
from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.core.outbox import OutboxRow
from vipclub.messages import Message
from vipclub.partners import Slot

SEATED = LIVE | {"fulfilled", "noshow"}
"""States in which a seat was taken and not given back."""
A_DAY = timedelta(days=1)
ACCOUNTS = 500_000
"""Appointments have no index by account: few long looks are quicker than many short ones."""


def _wrong_seats(session: Session, span: Span) -> Iterator[Broken]:
    """Times whose seats differ from the appointments, offers and holds that take them."""
    seated = _claims(Appointment.slot_id, span, Appointment.state.in_(SEATED))
    offered = _claims(Appointment.proposed_slot_id, span)
    held = _claims(SeatHold.slot_id, span, SeatHold.state == "open")
    claims = sum((func.coalesce(by.c.n, 0) for by in (offered, held)), func.coalesce(seated.c.n, 0))
    statement = select(Slot.public_ref, Slot.taken, claims).where(
        span.of(Slot.id), Slot.taken != claims
    )
    for by in (seated, offered, held):
        statement = statement.outerjoin(by, by.c.slot_id == Slot.id)
    for ref, taken, count in session.execute(statement):
        yield Broken(f"time {ref}", f"{taken} seats taken, {count} claimed")


def _claims(slot_id: SQLColumnExpression[Any], span: Span, *also: ColumnElement[bool]) -> Subquery:
    """How many claim each time of a span."""
    return (
        select(slot_id.label("slot_id"), func.count().label("n"))
        .where(span.of(slot_id), *also)
        .group_by(slot_id)
        .subquery()
    )


def _wrong_offers(session: Session, span: Span) -> Iterator[Broken]:
    """Appointments with an offer that aren't offered another time, or the other way round."""
    for ref, state in session.execute(
        select(Appointment.public_ref, Appointment.state).where(
            span.of(Appointment.id),
            (Appointment.state == "proposed") != Appointment.proposed_slot_id.is_not(None),
        )
    ):
        offer = "no other time" if state == "proposed" else "another time on offer"
        yield Broken(f"appointment {ref}", f"{state}, with {offer}")


def _never_promised(session: Session, span: Span) -> Iterator[Broken]:
    """Requests for which no answer is promised."""
    for ref in session.scalars(
        select(Appointment.public_ref).where(
            span.of(Appointment.id),
            Appointment.state == "pending",
            Appointment.promised_by.is_(None),
        )
    ):
        yield Broken(f"appointment {ref}", "waits for an answer that nobody promised")


def _wrong_units(session: Session, span: Span) -> Iterator[Broken]:
    """Entitlements whose units held and used differ from the appointments and holds; those that are
    used at events are asked of the events."""
    of_visits = (
        select(
            Appointment.account_id,
            func.count(case((Appointment.state.in_(LIVE), 1))).label("held"),
            func.count(case((Appointment.consumed, 1))).label("used"),
        )
        .where(span.of(Appointment.account_id))
        .group_by(Appointment.account_id)
        .subquery()
    )
    of_holds = (
        select(SeatHold.account_id, func.count().label("held"))
        .where(span.of(SeatHold.account_id), SeatHold.state == "open")
        .group_by(SeatHold.account_id)
        .subquery()
    )
    a = EntitlementAccount
    held = func.coalesce(of_visits.c.held, 0) + func.coalesce(of_holds.c.held, 0)
    used = func.coalesce(of_visits.c.used, 0)
    for account, says_held, says_used, visits_held, visits_used in session.execute(
        select(a.id, a.held, a.used, held, used)
        .outerjoin(of_visits, of_visits.c.account_id == a.id)
        .outerjoin(of_holds, of_holds.c.account_id == a.id)
        .join(Benefit, Benefit.id == a.benefit_id)
        .where(span.of(a.id), Benefit.use != "event", or_(a.held != held, a.used != used))
    ):
        yield Broken(
            f"entitlement {account}",
            f"{says_held} units held and {says_used} used, "
            f"for {visits_held} held and {visits_used} used by visits",
        )


def _two_at_once(session: Session, span: Span) -> Iterator[Broken]:
    """Appointments of one visitor at one time."""
    other = aliased(Appointment)
    for ref, second in session.execute(
        select(Appointment.public_ref, other.public_ref)
        .join(other, other.beneficiary_id == Appointment.beneficiary_id)
        .where(
            span.of(Appointment.id),
            other.id < Appointment.id,
            Appointment.state.in_(LIVE),
            other.state.in_(LIVE),
            other.starts_at < Appointment.ends_at,
            other.ends_at > Appointment.starts_at,
        )
    ):
        yield Broken(f"appointment {ref}", f"at the same time as {second}, for the same visitor")


def _other_times(session: Session, span: Span) -> Iterator[Broken]:
    """Appointments that say another time or offering than the slot that they have."""
    for ref, slot in session.execute(
        select(Appointment.public_ref, Slot.public_ref)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(
            span.of(Appointment.id),
            Appointment.state.in_(LIVE),
            or_(
                Appointment.starts_at != Slot.starts_at,
                Appointment.ends_at != Slot.ends_at,
                Appointment.local_day != Slot.local_day,
                Appointment.offering_id != Slot.offering_id,
            ),
        )
    ):
        yield Broken(f"appointment {ref}", f"says another time than {slot}, whose seat it has")


def _off_the_trail(session: Session, span: Span) -> Iterator[Broken]:
    """Appointments of whose booking the trail knows nothing."""
    booked = select(AuditRow.id).where(
        AuditRow.subject_ref == Appointment.public_ref,
        AuditRow.subject_kind == "appointment",
        AuditRow.action == "appointment.book",
    )
    for ref in session.scalars(
        select(Appointment.public_ref).where(span.of(Appointment.id), ~booked.exists())
    ):
        yield Broken(f"appointment {ref}", "its booking is not on record")


def _untold(session: Session, span: Span) -> Iterator[Broken]:
    """Appointments of which no letter waits, was sent, or was given up with a reason."""
    waits = select(OutboxRow.id).where(
        OutboxRow.subject_kind == "appointment", OutboxRow.subject_ref == Appointment.public_ref
    )
    ended = select(Message.id).where(
        Message.subject_kind == "appointment", Message.subject_ref == Appointment.public_ref
    )
    for ref in session.scalars(
        select(Appointment.public_ref).where(
            span.of(Appointment.id), ~waits.exists(), ~ended.exists()
        )
    ):
        yield Broken(f"appointment {ref}", "nobody was ever told of it")


def _forgotten_by_closings(session: Session, span: Span) -> Iterator[Broken]:
    """Visits in a time that a closing closed, that no closing lists. Of a visit that begins within
    a day of the closing, an attendance taken back may bring it there again: that is no gap."""
    listed = select(ClosureDisplaced.closure_id).where(
        ClosureDisplaced.appointment_id == Appointment.id
    )
    for closure, ref, at, starts in session.execute(
        select(Closure.public_ref, Appointment.public_ref, Closure.at, Appointment.starts_at)
        .join(ClosureSlot, ClosureSlot.closure_id == Closure.id)
        .join(Slot, Slot.id == ClosureSlot.slot_id)
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(
            span.of(Closure.id),
            Closure.reopened_at.is_(None),
            Slot.open.is_(False),
            Appointment.state.in_(EXPECTED),
            ~listed.exists(),
        )
    ):
        if starts > at + A_DAY:
            yield Broken(f"appointment {ref}", f"in a time that {closure} closed, on nobody's list")


INVARIANTS = (
    in_parts(
        "seats",
        "The seats taken of a time are its appointments, offers and holds.",
        over=Slot.id,
        broken=_wrong_seats,
    ),
    in_parts(
        "units",
        "The units held and used of an entitlement for visits are its visits and holds.",
        over=EntitlementAccount.id,
        broken=_wrong_units,
        size=ACCOUNTS,
    ),
    in_parts(
        "one place at a time",
        "Nobody has two visits at one time.",
        over=Appointment.id,
        broken=_two_at_once,
    ),
    in_parts(
        "times",
        "A visit says the time and the offering whose seat it has.",
        over=Appointment.id,
        broken=_other_times,
    ),
    in_parts(
        "offers",
        "Who is offered another time has one, and nobody else.",
        over=Appointment.id,
        broken=_wrong_offers,
    ),
    in_parts(
        "promises",
        "A request that waits has its promise.",
        over=Appointment.id,
        broken=_never_promised,
    ),
    in_parts(
        "bookings on record",
        "Each booking is on the trail.",
        over=Appointment.id,
        broken=_off_the_trail,
    ),
    in_parts(
        "bookings told",
        "The member is told of each booking.",
        over=Appointment.id,
        broken=_untold,
    ),
    in_parts(
        "booking tickets",
        "A used booking ticket names one booking of the same person and service.",
        over=BookingTicket.id,
        broken=used_by_no_booking,
    ),
    in_parts(
        "closings",
        "Whoever had a time that closed is on a list.",
        over=Closure.id,
        broken=_forgotten_by_closings,
        size=200,
    ),
)
