"""What must be true of the whole club after anything: asked of the tables, not of the code."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from vipclub.benefits import EntitlementAccount, drifting_accounts
from vipclub.bookings import LIVE, Appointment, SeatHold
from vipclub.core.db import Database
from vipclub.partners import Slot

SEATED = [*LIVE, "fulfilled", "noshow"]


def broken_invariants(db: Database) -> list[str]:
    """Every broken promise, in words; none when all is well."""
    found: list[str] = []
    with db.read() as session:
        found += _wrong_slots(session)
        a = EntitlementAccount
        below = session.scalars(select(a.id).where(a.granted - a.held - a.used < 0)).all()
        found += [f"account {row} is below zero" for row in below]
        found += [f"account {drift.account_id} drifts" for drift in drifting_accounts(session)]
        held = session.scalar(select(func.sum(a.held))) or 0
        waiting = session.scalar(
            select(func.count()).select_from(Appointment).where(Appointment.state.in_(LIVE))
        )
        kept = session.scalar(
            select(func.count()).select_from(SeatHold).where(SeatHold.state == "open")
        )
        stale = session.scalars(
            select(Appointment.public_ref).where(
                (Appointment.state == "proposed") != Appointment.proposed_slot_id.is_not(None)
            )
        )
        found += [f"appointment {ref}: offer and state differ" for ref in stale]
        if held != (waiting or 0) + (kept or 0):
            found.append(f"{held} units held for {waiting} appointments and {kept} holds")
        rows = session.execute(
            text(
                "SELECT (SELECT count(*) FROM appointment), "
                "(SELECT count(*) FROM audit WHERE action = 'appointment.book'), "
                "(SELECT count(*) FROM outbox WHERE subject_kind = 'appointment')"
            )
        ).one()
        if rows[0] != rows[1] or rows[2] < rows[0]:
            found.append(f"appointments, trail, letters: {tuple(rows)}")
    return found


def _wrong_slots(session: Session) -> list[str]:
    """Slots whose seats taken differ from the appointments, offers and holds that take them."""
    appointments = (
        select(Appointment.slot_id, func.count().label("n"))
        .where(Appointment.state.in_(SEATED))
        .group_by(Appointment.slot_id)
        .subquery()
    )
    holds = (
        select(SeatHold.slot_id, func.count().label("n"))
        .where(SeatHold.state == "open")
        .group_by(SeatHold.slot_id)
        .subquery()
    )
    offers = (
        select(Appointment.proposed_slot_id, func.count().label("n"))
        .where(Appointment.proposed_slot_id.is_not(None))
        .group_by(Appointment.proposed_slot_id)
        .subquery()
    )
    claims = (
        func.coalesce(appointments.c.n, 0)
        + func.coalesce(holds.c.n, 0)
        + func.coalesce(offers.c.n, 0)
    )
    slots = session.execute(
        select(Slot.public_ref, Slot.capacity, Slot.taken, claims)
        .outerjoin(appointments, appointments.c.slot_id == Slot.id)
        .outerjoin(holds, holds.c.slot_id == Slot.id)
        .outerjoin(offers, offers.c.proposed_slot_id == Slot.id)
        .where((Slot.taken != claims) | (Slot.taken > Slot.capacity))
    )
    return [f"slot {ref}: {taken} of {cap} taken, {n} claims" for ref, cap, taken, n in slots]


def seats_and_capacity(db: Database) -> dict[str, tuple[int, int]]:
    """Slot -> (appointments that take a seat, capacity), for the slots that have any."""
    with db.read() as session:
        rows = session.execute(
            select(Slot.public_ref, func.count(), Slot.capacity)
            .join(Appointment, Appointment.slot_id == Slot.id)
            .where(Appointment.state.in_(SEATED))
            .group_by(Slot.id)
        )
        return {ref: (count, capacity) for ref, count, capacity in rows}
