"""What all steps of an appointment share: the state moves by the table, the trail has its row, the
member is told, and whoever took the step sees the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.ending_holds import change_seats
from vipclub.bookings.finding import Found, find_appointment, table
from vipclub.bookings.reading import Time
from vipclub.bookings.states import MACHINE
from vipclub.bookings.telling import tell as write_down
from vipclub.bookings.telling import write_letter
from vipclub.bookings.webhook_events import announce
from vipclub.core import outbox
from vipclub.core.actor import Actor
from vipclub.core.errors import IllegalTransition


def begin_step(
    session: Session, actor: Actor, ref: str, *, permission: str, states: frozenset[str]
) -> Found:
    """Find and lock; the step must start from one of `states`. Raises Forbidden, NotFound and
    IllegalTransition with what is possible for this actor."""
    actor.require(permission)
    found = find_appointment(session, actor, ref)
    if found.row.state not in states:
        raise IllegalTransition(
            possible=MACHINE.possible(found.row.state, actor.permissions), state=found.row.state
        )
    return found


def move(
    session: Session,
    actor: Actor,
    found: Found,
    new: str,
    action: str,
    *,
    at: datetime,
    reason: str | None = None,
    tell: str | None = None,
    to: Time | None = None,
    offered: Time | None = None,
    told: dict[str, Any] | None = None,
    **values: Any,
) -> BookedAppointment:
    """Move the state (and to another time, `to`), write the trail, queue the letter `tell` with
    `told` in it, and the partner's event. Ends what was proposed, or proposes `offered`."""
    row = found.row
    version = row.version + 1
    if to is not None:
        values |= time_values(to)
    values |= {"version": version, "previous_state": row.state}
    if action in {"decline", "propose"}:  # the clerk's own words: the member reads them too
        values |= {"reason": reason}
    if row.proposed_slot_id is not None and new != "proposed":
        values |= {"proposed_slot_id": None, "answer_by": None}
    if new == row.state:
        _stay(session, row, values)
    else:
        MACHINE.move(session, table, row.id, row.state, new, **values)
    before, after = {"state": row.state}, {"state": new}
    if to is not None:
        before["slot"], after["slot"] = row.slot, to.row.ref
    write_down(
        session, actor, action, ref=row.ref, before=before, after=after, reason=reason, at=at
    )
    time = to or found
    promised_by = values.get("promised_by", row.promised_by)
    made = _made(found, new, time, offered, values, promised_by)
    event = announce(row, action, made, at=at)
    if tell is None:
        outbox.put_many(session, event)
    else:
        write_letter(
            session,
            tell,
            place=time.row,
            person_id=row.member_id,
            ref=row.ref,
            version=version,
            start=time.start,
            end=time.end,
            promised_by=promised_by,
            reason=reason,
            status=new,
            beside=event,
            **(told or {}),
        )
    return made


def _made(
    found: Found,
    new: str,
    time: Time,
    offered: Time | None,
    values: dict[str, Any],
    promised_by: datetime | None,
) -> BookedAppointment:
    """The appointment as the step leaves it."""
    row, zone = found.row, time.place.zone
    answer_by = values.get("answer_by") if offered else None
    return BookedAppointment(
        appointment=row.ref,
        status=new,
        member=row.member,
        offering=time.row.offering,
        slot=row.slot if time is found else time.row.ref,
        start=time.start,
        end=time.end,
        promised_by=promised_by.astimezone(zone) if promised_by else None,
        beneficiary=row.visitor,
        version=values["version"],
        proposed_slot=offered.row.ref if offered else None,
        proposed_start=offered.start if offered else None,
        proposed_end=offered.end if offered else None,
        answer_by=answer_by.astimezone(zone) if answer_by else None,
        answer_kind=values.get("answer_kind", row.answer_kind),
    )


def _stay(session: Session, row: Any, values: dict[str, Any]) -> None:
    """Another time in the same state. Raises IllegalTransition when somebody was faster."""
    done = session.execute(
        update(table)
        .where(table.c.id == row.id, table.c.state == row.state, table.c.version == row.version)
        .values(**values)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise IllegalTransition(possible=[], state=row.state)


def time_values(time: Time) -> dict[str, Any]:
    """The columns of an appointment that are its slot's and its offering's."""
    row = time.row
    return {
        "slot_id": row.id,
        "offering_id": row.offering_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "local_day": row.local_day,
        "department": row.department,
    }


def give_seats_back(session: Session, found: Found, now: datetime) -> None:
    """The seat, and the one that is proposed."""
    change_seats(session, give=seats_of(found), take=None, now=now)


def seats_of(found: Found) -> list[int]:
    """The slots in which the appointment has a seat."""
    row = found.row
    return [slot for slot in (row.slot_id, row.proposed_slot_id) if slot is not None]
