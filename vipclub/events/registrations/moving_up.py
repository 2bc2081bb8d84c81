"""Seats that came free are offered to the next in line, in the transaction that frees them, and by
a job for what was freed otherwise.

The order is told to who waits: the highest tier first, then the wave of the invitation, then who
came first. A party stays together: who is first in that order and fits into what is free is next.
Each offer is made to one party, once, and ends.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database, for_no_key_update
from vipclub.events.finding import lock_event
from vipclub.events.letters import tell
from vipclub.events.models import Event, Registration, registration_table
from vipclub.events.registrations.offer_time import offer_ends
from vipclub.events.registrations.queue import IN_ORDER
from vipclub.events.registrations.seats import reserve_seats
from vipclub.events.steps import REGISTRATION_STEPS

CLUB = Actor.system("offer_seats")
OFFER = REGISTRATION_STEPS["offer"]
BATCH = 100


def move_up(session: Session, event_id: int, now: datetime) -> int:
    """Offer what is free of an event now, under the lock of its row; gives how many offers were
    made. Two statements, and five an offer. Raises NotFound."""
    event = lock_event(session, event_id)
    made, free = 0, event.free
    while free > 0 and event.state in {"published", "closed"} and now < event.starts_at:
        row = session.execute(
            for_no_key_update(
                select(
                    Registration.id,
                    Registration.public_ref,
                    Registration.size,
                    Registration.version,
                )
                .where(
                    Registration.event_id == event.id,
                    OFFER.at(Registration.state),
                    Registration.size <= free,
                )
                .order_by(*IN_ORDER)
                .limit(1),
                of=registration_table,
            )
        ).first()
        if row is None or not reserve_seats(session, event.id, row.size):
            break
        until = offer_ends(now, event.starts_at, event.time_zone)
        REGISTRATION_STEPS.move(
            session,
            registration_table,
            row.id,
            OFFER,
            OFFER.source,
            OFFER.target,
            seen=row.version,
            version=row.version + 1,
            due_at=until,
        )
        audit.write(
            session,
            CLUB,
            "registration.offer",
            subject=("registration", row.public_ref),
            after={"until": until},
            at=now,
        )
        tell(session, OFFER, OFFER.target, row.public_ref)
        made, free = made + 1, free - row.size
    return made


def offer_seats(db: Database) -> int:
    """Offer the free seats of all events for which somebody waits; gives how many offers."""
    waiting = select(Registration.id).where(
        Registration.event_id == Event.id,
        Registration.state == "waitlisted",
        Registration.size <= Event.seats - Event.taken - Event.reserved,
    )
    with db.read() as session:
        ids = session.scalars(
            select(Event.id)
            .where(
                Event.state.in_(("published", "closed")),
                Event.starts_at > clock.now(),
                waiting.exists(),
            )
            .order_by(Event.starts_at)
            .limit(BATCH)
        ).all()
    return sum(db.each(ids, _offer_of))


def _offer_of(session: Session, event_id: int) -> int:
    return move_up(session, event_id, clock.now())
