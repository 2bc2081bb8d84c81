"""What waits at events comes to its end: offers and invitations without an answer, places in a line
that never moved, seats of who did not come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.events.finding import lock_event, lock_registration
from vipclub.events.letters import tell
from vipclub.events.models import Registration
from vipclub.events.registrations.answering import end_registration, free_seats, settle_units
from vipclub.events.registrations.moving_up import move_up
from vipclub.events.steps import REGISTRATION_STEPS

CLUB = Actor.system("end_registrations")
LAPSE, MISS = REGISTRATION_STEPS["lapse"], REGISTRATION_STEPS["miss"]
BATCH = 500
REASONS = {"invited": "unanswered", "offered": "unanswered", "waitlisted": "no_seat"}
"""Why a registration that waited ended."""


def end_registrations(db: Database) -> int:
    """End what has waited long enough, a transaction each; gives how many ended."""
    now = clock.now()
    with db.read() as session:
        rows = session.execute(
            select(Registration.public_ref, Registration.event_id)
            .where(
                or_(
                    *(
                        and_(Registration.state == state, Registration.due_at <= now)
                        for state in sorted(LAPSE.sources | MISS.sources)
                    )
                )
            )
            .order_by(Registration.due_at, Registration.id)
            .limit(BATCH)
        ).all()
    return sum(db.each([(row.public_ref, row.event_id) for row in rows], _end_one))


def _end_one(session: Session, which: tuple[str, int]) -> bool:
    now, (ref, event_id) = clock.now(), which
    event = lock_event(session, event_id)
    row = lock_registration(session, ref)
    if row.due_at is None or row.due_at > now:
        return False
    if row.state in MISS.sources:
        consumed = settle_units(session, CLUB, row, uses=event.absence_uses, now=now)
        end_registration(session, row, MISS, now, consumed=consumed)
        _note(session, MISS.name, ref, now)
        return True
    if row.state not in LAPSE.sources:
        return False
    end_registration(session, row, LAPSE, now, reason=REASONS[row.state])
    _note(session, LAPSE.name, ref, now)
    if row.state != "invited":
        tell(session, LAPSE, LAPSE.target, ref)
    if row.state == "offered":
        free_seats(session, row)
        move_up(session, event_id, now)
    return True


def _note(session: Session, step: str, ref: str, now: datetime) -> None:
    audit.write(session, CLUB, f"registration.{step}", subject=("registration", ref), at=now)
