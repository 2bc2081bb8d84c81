"""What was given to a delegate until a day is over with that day, and the member is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database, for_no_key_update
from vipclub.core.facts import record
from vipclub.people.emergency_contacts.models import EmergencyContact
from vipclub.people.emergency_contacts.steps import CONTACT_STEPS
from vipclub.people.facts import DelegationEnded
from vipclub.people.finding import person_of

BATCH = 500
ACTOR = Actor.system("end_delegations")
_contact: Any = EmergencyContact.__table__


def end_delegations(db: Database) -> int:
    """Delegates whose day is over are contacts again; gives how many."""
    today = clock.club_today()
    with db.read() as session:
        ids = list(
            session.scalars(
                select(_contact.c.id)
                .where(_contact.c.state == "delegate", _contact.c.delegate_until < today)
                .order_by(_contact.c.delegate_until)
                .limit(BATCH)
            )
        )
    return sum(db.each(ids, _end, today=today))


def _end(session: Session, contact_id: int, *, today: date) -> bool:
    """False where the member put it off meanwhile, or took it back."""
    row = session.execute(
        for_no_key_update(
            select(_contact).where(
                _contact.c.id == contact_id,
                _contact.c.state == "delegate",
                _contact.c.delegate_until < today,
            )
        )
    ).first()
    if row is None:
        return False
    step, now = CONTACT_STEPS["end"], clock.now()
    CONTACT_STEPS.move(session, _contact, row.id, step, row.state, step.target, delegate_until=None)
    person = person_of(session, row.person_id)
    audit.write(
        session,
        ACTOR,
        "contact.end",
        subject=("person", person.ref),
        before={"delegate_until": row.delegate_until},
        after={"contact": row.public_ref},
        at=now,
    )
    record(session, DelegationEnded(person.id, person.ref, row.public_ref, row.name, now))
    return True
