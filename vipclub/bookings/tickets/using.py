"""A booking uses a ticket, once: the guard is the UPDATE. A booking that is cancelled in time, or
that the partner declines, gives it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, update
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.bookings.availability.slots import SlotInView
from vipclub.bookings.models import SeatHold
from vipclub.bookings.tickets.models import BookingTicket, ticket_table
from vipclub.bookings.tickets.refusals import TicketNotFor, TicketOver
from vipclub.bookings.tickets.steps import RETURN, USE
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.types import parse_ref
from vipclub.people import LockedPerson

GIVEN_BACK_FOR = timedelta(days=1)
"""At least so long is a ticket good again that the partner's side gave back."""


def ask_ticket(
    session: Session, ticket: str, time: SlotInView, who: LockedPerson, now: datetime
) -> str:
    """Whether the ticket would be good for this time; gives its reference. Takes no lock: the
    booking decides. One statement. Raises TicketOver, TicketNotFor, MalformedRef, NotFound."""
    ref = parse_ref(ticket, "G")
    found = session.execute(
        select(
            and_(BookingTicket.state == "open", BookingTicket.ends_at > now).label("open"),
            _fits(time).label("fits"),
        ).where(_whose(ref, who))
    ).first()
    if found is None:
        raise NotFound()
    if not found.open:
        raise TicketOver()
    if not found.fits:
        raise TicketNotFor()
    return ref


def use_ticket(
    session: Session,
    actor: Actor,
    ticket: str,
    *,
    appointment: str,
    time: SlotInView,
    who: LockedPerson,
    visitor: LockedPerson,
    hold: str | None,
    now: datetime,
) -> None:
    """The ticket is this appointment's from now on. One whose time has passed is still good for the
    time that a hold has kept by it. Raises TicketOver, TicketNotFor, MalformedRef, NotFound."""
    ref = parse_ref(ticket, "G")
    whom = or_(
        BookingTicket.beneficiary_id.is_(None),
        BookingTicket.beneficiary_id.in_(people.cluster_of(visitor.id)),
    )
    used = session.execute(
        update(ticket_table)
        .where(
            _whose(ref, who),
            USE.at(BookingTicket.state),
            or_(BookingTicket.ends_at > now, _kept(ref, hold, now)),
            _fits(time),
            whom,
        )
        .values(state=USE.target, used_by=appointment, ended_at=now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        ask_ticket(session, ref, time, who, now)
        raise TicketNotFor()
    audit.write(
        session,
        actor,
        "ticket.use",
        subject=("booking_ticket", ref),
        after={"appointment": appointment},
        at=now,
    )


def _whose(ref: str, who: LockedPerson) -> ColumnElement[bool]:
    return and_(
        BookingTicket.public_ref == ref, BookingTicket.person_id.in_(people.cluster_of(who.id))
    )


def _fits(time: SlotInView) -> ColumnElement[bool]:
    """Service, place and day."""
    t, day = BookingTicket, literal(time.local_day)
    return and_(
        t.benefit_id == time.benefit_id,
        or_(t.offering_id.is_(None), t.offering_id == time.offering_id),
        or_(t.city.is_(None), t.city == time.city),
        or_(t.first_day.is_(None), t.first_day <= day),
        or_(t.last_day.is_(None), t.last_day >= day),
    )


def _kept(ref: str, hold: str | None, now: datetime) -> ColumnElement[bool]:
    """Whether an open hold has kept a time by this ticket."""
    named = [SeatHold.public_ref == parse_ref(hold, "H")] if hold else [literal(False)]
    return (
        select(SeatHold.id)
        .where(*named, SeatHold.ticket == ref, SeatHold.state == "open", SeatHold.expires_at > now)
        .exists()
    )


def return_ticket(
    session: Session, actor: Actor, *, appointment: str, now: datetime, longer: bool = False
) -> None:
    """The ticket of an appointment that is not to be, where it had one: good again until it ends,
    and with `longer` for a day at least. One statement as a rule."""
    values = {"state": RETURN.target, "used_by": None, "ended_at": None}
    least = now + GIVEN_BACK_FOR
    if longer:
        ends = ticket_table.c.ends_at
        values["ends_at"] = case((ends < least, literal(least, ends.type)), else_=ends)  # type: ignore[assignment]
    ref = session.execute(
        update(ticket_table)
        .where(ticket_table.c.used_by == appointment, RETURN.at(ticket_table.c.state))
        .values(**values)
        .returning(ticket_table.c.public_ref)
    ).scalar()
    if ref is not None:
        audit.write(
            session,
            actor,
            "ticket.return",
            subject=("booking_ticket", ref),
            after={"appointment": appointment},
            at=now,
        )
