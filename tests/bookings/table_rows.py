"""What tests ask of the tables: units, seats, trail, letters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text, update

from tests.cast import CLUB_ACTOR
from vipclub import bookings
from vipclub.benefits import EntitlementAccount
from vipclub.bookings import Appointment, AppointmentView, SeatHold
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partners import Slot
from vipclub.people import Person


def units_held_and_used(db: Database, member: str) -> tuple[int, int]:
    """Held and used units of a member, over all accounts."""
    a = EntitlementAccount
    with db.read() as session:
        rows = session.execute(
            select(a.held, a.used)
            .join(Person, Person.id == a.person_id)
            .where(Person.public_ref == member)
        ).all()
    return sum(row.held for row in rows), sum(row.used for row in rows)


def seats_taken(db: Database, slot: str) -> int:
    """Seats taken of a slot."""
    with db.read() as session:
        return session.execute(select(Slot.taken).where(Slot.public_ref == slot)).scalar_one()


def appointment_of(db: Database, ref: str, actor: Actor = CLUB_ACTOR) -> AppointmentView:
    with db.read() as session:
        return bookings.appointment(session, actor, ref)


def states_of_holds(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(SeatHold.state).order_by(SeatHold.id)))


def audited_actions(db: Database, ref: str) -> list[str]:
    """What was done to an appointment, in order."""
    query = text("SELECT action FROM audit WHERE subject_ref = :ref ORDER BY id")
    with db.read() as session:
        return list(session.execute(query, {"ref": ref}).scalars())


def letters_queued(db: Database, ref: str) -> list[str]:
    """The templates of the letters about an appointment, in order."""
    from vipclub.core.outbox import OutboxRow

    with db.read() as session:
        rows = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.subject_ref == ref).order_by(OutboxRow.id)
        )
        return [row["template"] for row in rows]


def ledger_kinds(db: Database, ref: str) -> list[str]:
    """The kinds of the ledger entries about an appointment or a hold, in order."""
    query = text("SELECT kind FROM ledger_entry WHERE subject_ref = :ref ORDER BY id")
    with db.read() as session:
        return list(session.execute(query, {"ref": ref}).scalars())


def force_state(db: Database, ref: str, state: str) -> None:
    """An appointment in a state that no use case of today leads to."""

    def change(session: Any) -> None:
        session.execute(
            update(Appointment).where(Appointment.public_ref == ref).values(state=state)
        )

    db.run(change)


def give_units(db: Database, member: str, count: int) -> None:
    """More units in all of a member's accounts."""
    from vipclub import benefits

    with db.read() as session:
        ids = session.scalars(
            select(EntitlementAccount.id)
            .join(Person, Person.id == EntitlementAccount.person_id)
            .where(Person.public_ref == member, EntitlementAccount.unlimited.is_(False))
        ).all()

    def give(session: Any) -> None:
        for account_id in ids:
            benefits.adjust(
                session,
                account_id=account_id,
                by=count,
                subject=("test", "more"),
                actor=CLUB_ACTOR,
                at=clock.now(),
                reason="a test",
            )

    db.run(give)
