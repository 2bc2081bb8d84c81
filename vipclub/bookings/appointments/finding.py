"""Appointments by reference, for a step: found only by those who may see them, and locked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import SQLColumnExpression, Table, or_, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub import partners, people
from vipclub.bookings.appointments.rows import LockedAppointment
from vipclub.bookings.availability.slots import OFFERING_COLUMNS, built, join_offering
from vipclub.bookings.models import Appointment
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.partners import Offering, Site, Slot
from vipclub.partners import visible_to as partners_visible_to
from vipclub.people import LockedPerson, Person, lock_survivors
from vipclub.people import visible_to as persons_visible_to

appointment_table: Table = Appointment.__table__  # type: ignore[assignment]
holder, member = aliased(Person), aliased(Person)
expected, visitor = aliased(Person), aliased(Person)
proposed, proposed_offering, proposed_site = aliased(Slot), aliased(Offering), aliased(Site)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which appointments an actor may see, as SQL over a statement with `member` and `Partner`
    joined: members and managers by person, partners their own, the desk all."""
    if actor.sees_all:
        return true()
    return or_(persons_visible_to(actor, member), partners_visible_to(actor))


def appointments(*more: SQLColumnExpression[Any]) -> AnySelect:
    """Appointments with time, offering, rules, the member and the visitor (survivors), and the time
    that is proposed."""
    return join_offering(
        select(
            Appointment.id,
            Appointment.public_ref.label("ref"),
            Appointment.state,
            Appointment.version,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.local_day,
            Appointment.promised_by,
            Appointment.answered_at,
            Appointment.consumed,
            Appointment.reason_code,
            Appointment.reason,
            Appointment.previous_state,
            Appointment.note,
            Appointment.created_at,
            Appointment.account_id,
            Appointment.slot_id,
            Appointment.proposed_slot_id,
            Appointment.answer_by,
            Appointment.answer_kind,
            Appointment.moves,
            Appointment.channel,
            Appointment.reminded_for,
            proposed.public_ref.label("proposed_slot"),
            proposed.starts_at.label("proposed_starts_at"),
            proposed.ends_at.label("proposed_ends_at"),
            proposed_site.name.label("proposed_site_name"),
            visitor.id.label("visitor_id"),
            visitor.public_ref.label("visitor"),
            visitor.full_name.label("visitor_name"),
            Slot.public_ref.label("slot"),
            member.id.label("member_id"),
            member.public_ref.label("member"),
            member.full_name.label("member_name"),
            *OFFERING_COLUMNS,
            *more,
        )
        .select_from(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Offering, Offering.id == Appointment.offering_id)
        .join(holder, holder.id == Appointment.person_id)
        .join(member, people.stands_for(member, holder))
        .join(expected, expected.id == Appointment.beneficiary_id)
        .join(visitor, people.stands_for(visitor, expected))
        .outerjoin(proposed, proposed.id == Appointment.proposed_slot_id)
        .outerjoin(proposed_offering, proposed_offering.id == proposed.offering_id)
        .outerjoin(proposed_site, proposed_site.id == proposed_offering.site_id)
    )


def find_appointment(session: Session, actor: Actor, ref: str) -> LockedAppointment:
    """Lock an appointment. One statement, two when it moved while we waited for the lock: only the
    locked row is fresh then, what is joined is of the time that it left. Raises NotFound and
    MalformedRef."""
    statement = for_no_key_update(
        appointments(partners.webhooks.LISTENS).where(
            Appointment.public_ref == parse_ref(ref, "A"), visible_to(actor)
        ),
        of=appointment_table,
    )
    row = session.execute(statement).first()
    if row is None or (row.proposed_slot_id is None) != (row.proposed_slot is None):
        row = session.execute(statement).first()
    if row is None:
        raise NotFound()
    return built(LockedAppointment, session, row)


def lock_persons_of(session: Session, ref: str) -> dict[int, LockedPerson]:
    """The member and the visitor of an appointment, locked, by their ids: before the appointment
    itself, which then says whether the actor may see it. One statement."""
    named = aliased(Person)
    theirs = (
        select(people.survivor_of(named))
        .join(
            Appointment,
            or_(Appointment.person_id == named.id, Appointment.beneficiary_id == named.id),
        )
        .where(Appointment.public_ref == parse_ref(ref, "A"))
    )
    return lock_survivors(session, theirs)
