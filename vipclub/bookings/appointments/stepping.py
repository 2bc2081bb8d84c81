"""What all steps of an appointment share: found and asked by the table, the state moves, the trail
has its row, the member and the partner's system are told, later parts hear of it, and whoever took
the step sees the result. Seats, units and money are the use cases' own."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.finding import (
    appointment_table,
    find_appointment,
    lock_persons_of,
)
from vipclub.bookings.appointments.rows import AppointmentRow, LockedAppointment
from vipclub.bookings.appointments.trail import write_trail
from vipclub.bookings.availability.slots import SlotInView
from vipclub.bookings.holds.seats import change_seats
from vipclub.bookings.letters import write_letter
from vipclub.bookings.overrides import reason_given
from vipclub.bookings.steps import MACHINE, Visit
from vipclub.bookings.webhook_events import announce
from vipclub.core import outbox
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.facts import record
from vipclub.core.outbox import Entry
from vipclub.core.steps import Step
from vipclub.people import LockedPerson


def begin(
    session: Session,
    actor: Actor,
    step: Step[Visit],
    ref: str,
    now: datetime,
    *,
    override: str | None = None,
) -> LockedAppointment:
    """The appointment under its lock, and the table asked whether the actor may take the step now;
    `override` is the reason for which what yields is set aside. Raises Forbidden, NotFound,
    IllegalTransition with what is possible, and what the step's `open` refuses."""
    MACHINE.require(step, actor, reason=reason_given(override))
    found = find_appointment(session, actor, ref)
    MACHINE.ask(step, actor, found.state, found, now, reason=override)
    return found


def begin_with_persons(
    session: Session,
    actor: Actor,
    step: Step[Visit],
    ref: str,
    now: datetime,
    *,
    override: str | None = None,
) -> tuple[LockedAppointment, dict[int, LockedPerson]]:
    """As `begin`, with the member and the visitor locked before the appointment; gives both persons
    by their ids. Raises what `begin` raises."""
    MACHINE.require(step, actor, reason=override)
    persons = lock_persons_of(session, ref)
    if not persons:
        raise NotFound()
    return begin(session, actor, step, ref, now, override=override), persons


def take(
    session: Session,
    actor: Actor,
    found: LockedAppointment,
    step: Step[Visit],
    *,
    at: datetime,
    target: str | None = None,
    reason: str | None = None,
    letter: str | None = None,
    silent: bool = False,
    to: SlotInView | None = None,
    offered: SlotInView | None = None,
    told: dict[str, Any] | None = None,
    **values: object,
) -> BookedAppointment:
    """Move the state to `target` (the step's usual one), and to another time, `to`; write the trail
    and the step's letter (another one by `letter`, none when `silent`) with `told` in it, the
    partner's event and the fact. Ends what was proposed, or proposes `offered`. Raises
    IllegalTransition when somebody was faster."""
    new = target or step.target
    version = found.version + 1
    if to is not None:
        values |= time_values(to)
    values |= {"version": version, "previous_state": found.state}
    if step.reason_code is not None:
        values |= {"reason_code": step.reason_code}
    if step.keeps_words:
        values |= {"reason": reason}
    if found.proposed_slot_id is not None and new != "proposed":
        values |= {"proposed_slot_id": None, "answer_by": None}
    was = found.version
    MACHINE.move(session, appointment_table, found.id, step, found.state, new, seen=was, **values)
    tell_later_parts(session, step, found, new, values, at)
    before, after = {"state": found.state}, {"state": new}
    if to is not None:
        before["slot"], after["slot"] = found.slot, to.ref
    write_trail(
        session, actor, step.name, ref=found.ref, before=before, after=after, reason=reason, at=at
    )
    made = _made(found, new, to, offered, values)
    event = announce(found, step.event_to(new), made, at=at)
    template = None if silent else letter or step.letter_to(new)
    if template is None:
        outbox.put_many(session, event)
    else:
        _write_to_member(session, template, to or found, found, made, reason, event, told or {})
    return made


def _write_to_member(
    session: Session,
    template: str,
    time: SlotInView | LockedAppointment,
    found: LockedAppointment,
    made: BookedAppointment,
    reason: str | None,
    event: list[Entry],
    told: dict[str, Any],
) -> None:
    write_letter(
        session,
        template,
        offering=time,
        person_id=found.member_id,
        ref=found.ref,
        version=made.version,
        start=time.start,
        end=time.end,
        promised_by=made.promised_by,
        reason=reason,
        status=made.status,
        beside=event,
        **told,
    )


def tell_later_parts(
    session: Session,
    step: Step[Visit],
    found: AppointmentRow,
    new: str,
    values: dict[str, Any],
    at: datetime,
) -> None:
    """The step's fact, made by the names of its fields: `was` is the state before, `slot_id` the
    time that it leaves."""
    if step.fact is None:
        return
    known = {
        "appointment": found.ref,
        "at": at,
        "was": found.state,
        "status": new,
        "slot_id": found.slot_id,
        "reason_code": values.get("reason_code"),
        "consumed": values.get("consumed", False),
    }
    record(session, step.fact(**{each.name: known[each.name] for each in fields(step.fact)}))


def _made(
    found: LockedAppointment,
    new: str,
    to: SlotInView | None,
    offered: SlotInView | None,
    values: dict[str, Any],
) -> BookedAppointment:
    """The appointment as the step leaves it."""
    time = to or found
    zone = time.site_clock.zone
    promised_by = values.get("promised_by", found.promised_by)
    answer_by = values.get("answer_by") if offered else None
    return BookedAppointment(
        appointment=found.ref,
        status=new,
        member=found.member,
        offering=time.offering,
        slot=to.ref if to else found.slot,
        start=time.start,
        end=time.end,
        promised_by=promised_by.astimezone(zone) if promised_by else None,
        beneficiary=found.visitor,
        version=values["version"],
        proposed_slot=offered.ref if offered else None,
        proposed_start=offered.start if offered else None,
        proposed_end=offered.end if offered else None,
        answer_by=answer_by.astimezone(zone) if answer_by else None,
        answer_kind=values.get("answer_kind", found.answer_kind),
    )


def time_values(time: SlotInView) -> dict[str, Any]:
    """The columns of an appointment that are its slot's and its offering's."""
    return {
        "slot_id": time.id,
        "offering_id": time.offering_id,
        "starts_at": time.starts_at,
        "ends_at": time.ends_at,
        "local_day": time.local_day,
        "department": time.department,
    }


def give_seats_back(session: Session, found: LockedAppointment, now: datetime) -> None:
    """The seat, and the one that is proposed."""
    change_seats(session, give=found.seats, take=None, now=now)
