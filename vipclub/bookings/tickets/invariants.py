"""What must be true of all tickets: a used one names one booking."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from vipclub.bookings.models import Appointment
from vipclub.bookings.tickets.models import BookingTicket
from vipclub.core.invariants import Broken, Span
from vipclub.partners import Offering
from vipclub.people import Person, same_person


def used_by_no_booking(session: Session, span: Span) -> Iterator[Broken]:
    """Used tickets whose appointment isn't there, or is another person's or another service's."""
    whose, booked = aliased(Person), aliased(Person)
    for ref, used_by in session.execute(
        select(BookingTicket.public_ref, BookingTicket.used_by)
        .join(whose, whose.id == BookingTicket.person_id)
        .outerjoin(Appointment, Appointment.public_ref == BookingTicket.used_by)
        .outerjoin(booked, booked.id == Appointment.person_id)
        .outerjoin(
            Offering,
            and_(
                Offering.id == Appointment.offering_id,
                Offering.benefit_id == BookingTicket.benefit_id,
                same_person(whose, booked),
            ),
        )
        .where(span.of(BookingTicket.id), BookingTicket.state == "used", Offering.id.is_(None))
    ):
        yield Broken(f"booking ticket {ref}", f"{used_by}, which used it, is no such booking")
