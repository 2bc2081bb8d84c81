"""Tickets whose time has passed expire, a transaction each, and whose they were hears it. One by
which a time is being kept waits for the end of that hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from vipclub.bookings.models import SeatHold
from vipclub.bookings.tickets.finding import find_ticket
from vipclub.bookings.tickets.letters import tell
from vipclub.bookings.tickets.models import BookingTicket, ticket_table
from vipclub.bookings.tickets.steps import EXPIRE
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database

BATCH = 500
CLUB = Actor.system("end_tickets")


def end_tickets(db: Database) -> int:
    """Gives how many expired."""
    now = clock.now()
    with db.read() as session:
        refs = session.scalars(
            select(BookingTicket.public_ref)
            .where(_over(now))
            .order_by(BookingTicket.ends_at)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _end_one))


def _over(now: datetime) -> ColumnElement[bool]:
    kept = select(SeatHold.id).where(
        SeatHold.ticket == BookingTicket.public_ref,
        SeatHold.state == "open",
        SeatHold.expires_at > now,
    )
    return EXPIRE.at(BookingTicket.state) & (BookingTicket.ends_at <= now) & ~kept.exists()


def _end_one(session: Session, ref: str) -> bool:
    now = clock.now()
    found = find_ticket(session, CLUB, ref)
    done = session.execute(
        update(ticket_table)
        .where(ticket_table.c.id == found.id, _over(now))
        .values(state=EXPIRE.target, ended_at=now)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    audit.write(session, CLUB, "ticket.expire", subject=("booking_ticket", ref), at=now)
    tell(
        session,
        EXPIRE,
        ref=ref,
        person_id=found.person_id,
        service=found,
        until=found.ends_at,
    )
    return True
