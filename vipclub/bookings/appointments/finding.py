"""Appointments by reference, for a step: found only by those who may see them, and locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import SQLColumnExpression, Table, bindparam, false, or_, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub import people
from vipclub.bookings.appointments.rows import (
    AppointmentRow,
    LockedAppointment,
    appointment_built,
)
from vipclub.bookings.models import Appointment
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.reference_data import VERSION
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.partners import Offering, Partner, Site, Slot, seen_by
from vipclub.people import FoundBy, LockedPerson, Meant, Person, lock_survivors
from vipclub.people import visible_to as persons_visible_to

appointment_table: Table = Appointment.__table__  # type: ignore[assignment]
holder, member = aliased(Person), aliased(Person)
expected, visitor = aliased(Person), aliased(Person)
proposed = aliased(Slot)


@dataclass(frozen=True, slots=True)
class Sight:
    """Which appointments an actor may see, as the shape of a condition: members and managers by
    person, partners their own, the desk all. A statement is built once for all who see alike;
    `values_of` has what it is asked with."""

    everything: bool
    persons: people.Sight
    own_partners: bool

    def condition(self, actor: Actor | None = None) -> ColumnElement[bool]:
        """SQL over a statement with `member` joined, to be asked with `values_of`; or with all that
        it needs to be asked for this actor."""
        if self.everything:
            return true()
        by_person = (
            self.persons.over(member) if actor is None else persons_visible_to(actor, member)
        )
        if not self.own_partners:
            return by_person
        return or_(by_person, _at_own_partners() if actor is None else at_partners_of(actor))


def sight_of(actor: Actor) -> Sight:
    """What the actor's role and scopes let it see."""
    own = seen_by(actor)
    return Sight(actor.sees_all or own is None, people.sight_of(actor), bool(own))


def values_of(actor: Actor) -> dict[str, Any]:
    """What a statement with the actor's `Sight` is asked with."""
    if actor.sees_all:
        return {}
    own = seen_by(actor)
    return {**people.values_of(actor), **({"own_partners": sorted(own)} if own else {})}


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which appointments an actor may see, as SQL with all it needs over a statement with `member`
    joined. For statements that are built for each question."""
    return sight_of(actor).condition(actor)


def at_partners_of(actor: Actor) -> ColumnElement[bool]:
    """Which appointments are at a partner that the actor sees, as SQL with all it needs."""
    own = seen_by(actor)
    if own is None:
        return true()
    return _at_own_partners(sorted(own)) if own else false()


def _at_own_partners(own: Sequence[str] | None = None) -> ColumnElement[bool]:
    among = bindparam("own_partners", expanding=True) if own is None else own
    of_partner = (
        select(Offering.id)
        .join(Site, Site.id == Offering.site_id)
        .join(Partner, Partner.id == Site.partner_id)
        .where(Partner.public_ref.in_(among))
    )
    return Appointment.offering_id.in_(of_partner)


def appointments(*more: SQLColumnExpression[Any]) -> AnySelect:
    """Appointments with their time, the member and the visitor (survivors), and the time that is
    proposed; what is said of the offering joins them when a row is `built`."""
    return (
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
            proposed.offering_id.label("proposed_offering_id"),
            visitor.id.label("visitor_id"),
            visitor.public_ref.label("visitor"),
            visitor.full_name.label("visitor_name"),
            Slot.public_ref.label("slot"),
            member.id.label("member_id"),
            member.public_ref.label("member"),
            member.full_name.label("member_name"),
            Appointment.offering_id,
            VERSION,
            *more,
        )
        .select_from(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(holder, holder.id == Appointment.person_id)
        .join(member, people.stands_for(member, holder))
        .join(expected, expected.id == Appointment.beneficiary_id)
        .join(visitor, people.stands_for(visitor, expected))
        .outerjoin(proposed, proposed.id == Appointment.proposed_slot_id)
    )


@lru_cache(maxsize=512)
def _one(sight: Sight) -> AnySelect:
    return appointments().where(Appointment.public_ref == bindparam("ref"), sight.condition())


@lru_cache(maxsize=512)
def _one_locked(sight: Sight) -> AnySelect:
    return for_no_key_update(_one(sight), of=appointment_table)


def look_at(session: Session, actor: Actor, ref: str) -> AppointmentRow:
    """An appointment as it stands, without a lock. One statement. Raises NotFound, MalformedRef."""
    asked = {"ref": parse_ref(ref, "A"), **values_of(actor)}
    row = run_built(session, _one(sight_of(actor)), asked).first()
    if row is None:
        raise NotFound()
    return appointment_built(AppointmentRow, session, row)


def find_appointment(session: Session, actor: Actor, ref: str) -> LockedAppointment:
    """Lock an appointment. One statement, two when it moved while we waited for the lock: only the
    locked row is fresh then, what is joined is of the time that it left. Raises NotFound and
    MalformedRef."""
    statement = _one_locked(sight_of(actor))
    asked = {"ref": parse_ref(ref, "A"), **values_of(actor)}
    row = run_built(session, statement, asked).first()
    if row is None or (row.proposed_slot_id is None) != (row.proposed_slot is None):
        row = run_built(session, statement, asked).first()
    if row is None:
        raise NotFound()
    return appointment_built(LockedAppointment, session, row)


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


_booked = aliased(Person)
_by_reference = (
    people.ranked(_booked, FoundBy.BOOKING)
    .join(Appointment, Appointment.person_id == _booked.id)
    .where(Appointment.public_ref == bindparam("appointment"))
)


def meant_by(_session: Session, typed: str) -> Meant | None:
    """The member whose appointment a reference names, for whoever looks up people; None for what is
    no such reference. Runs no query; whoever asks narrows it to whom the actor may see."""
    try:
        return Meant((_by_reference,), {"appointment": parse_ref(typed, "A")})
    except MalformedRef:
        return None
