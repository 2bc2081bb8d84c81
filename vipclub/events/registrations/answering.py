"""A member accepts the seats that are offered, declines, cancels, or changes who comes along.

The event's row is locked first, then the registration's, then the account's. What comes free goes
to the next in line in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.steps import Step
from vipclub.events.finding import (
    EventRow,
    RegistrationRow,
    find_registration,
    lock_event,
)
from vipclub.events.letters import tell
from vipclub.events.models import registration_table
from vipclub.events.refusals import EventFull
from vipclub.events.registrations.moving_up import move_up
from vipclub.events.registrations.party import Guest, accepted, write_party
from vipclub.events.registrations.queue import place_of
from vipclub.events.registrations.registering import RegistrationMade, new_secret
from vipclub.events.registrations.seats import (
    give_back_seats,
    take_more_seats,
    take_reserved_seats,
)
from vipclub.events.steps import REGISTRATION_STEPS

_STEPS = REGISTRATION_STEPS
ACCEPT, DECLINE, CANCEL = _STEPS["accept"], _STEPS["decline"], _STEPS["cancel"]
CHANGE = _STEPS["change_party"]


def accept_seats(session: Session, actor: Actor, *, registration: str) -> RegistrationMade:
    """Take the offered seats, with the units they cost. Raises SeatOfferOver, IllegalTransition
    (409), NoEntitlement (422), MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    _STEPS.require(ACCEPT, actor)
    row = find_registration(session, actor, registration)
    _STEPS.ask(ACCEPT, actor, row.state, row, now)
    event = lock_event(session, row.event_id)
    if not take_reserved_seats(session, event.id, row.size):
        raise _STEPS.illegal(actor, row.state, row, now)
    account, units = _hold_units(session, actor, event, row, event.units_of(row.size), now)
    _STEPS.move(
        session,
        registration_table,
        row.id,
        ACCEPT,
        row.state,
        ACCEPT.target,
        seen=row.version,
        version=row.version + 1,
        account_id=account,
        units=units,
        due_at=event.ends_at,
        ticket_secret=new_secret(session, row.ref),
    )
    _note(session, actor, "accept", row, now)
    tell(session, ACCEPT, ACCEPT.target, row.ref)
    return RegistrationMade(row.ref, event.ref, ACCEPT.target)


def decline(session: Session, actor: Actor, *, registration: str) -> RegistrationMade:
    """Say no to an invitation or to offered seats, which go to the next in line. Raises
    TooLateToCancel, IllegalTransition, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    _STEPS.require(DECLINE, actor)
    row = find_registration(session, actor, registration)
    _STEPS.ask(DECLINE, actor, row.state, row, now)
    event = lock_event(session, row.event_id)
    end_registration(session, row, DECLINE, now)
    free_seats(session, row)
    _note(session, actor, "decline", row, now)
    move_up(session, event.id, now)
    return RegistrationMade(row.ref, event.ref, DECLINE.target)


def cancel(session: Session, actor: Actor, *, registration: str) -> RegistrationMade:
    """Give up seats or the place in the line. Units come back until the event's last moment of free
    cancellation; after it they are used where the event says so. Raises TooLateToCancel,
    IllegalTransition, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    _STEPS.require(CANCEL, actor)
    row = find_registration(session, actor, registration)
    _STEPS.ask(CANCEL, actor, row.state, row, now)
    event = lock_event(session, row.event_id)
    uses = event.late_cancel_uses and now >= event.cancel_until
    consumed = settle_units(session, actor, row, uses=uses, now=now)
    end_registration(session, row, CANCEL, now, consumed=consumed)
    free_seats(session, row)
    _note(session, actor, "cancel", row, now)
    tell(session, CANCEL, CANCEL.target, row.ref)
    move_up(session, event.id, now)
    return RegistrationMade(row.ref, event.ref, CANCEL.target)


def change_party(
    session: Session,
    actor: Actor,
    *,
    registration: str,
    guests: Sequence[Guest] = (),
    needs: str = "",
) -> RegistrationMade:
    """Others come along, more or fewer. A party that waits keeps its place. Raises EventFull where
    there is no seat for one more, PartyNotAccepted, NoEntitlement, TooLateToCancel,
    IllegalTransition, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    _STEPS.require(CHANGE, actor)
    row = find_registration(session, actor, registration)
    _STEPS.ask(CHANGE, actor, row.state, row, now)
    event = lock_event(session, row.event_id)
    party = accepted(event, guests, needs)
    more, account, units = party.size - row.size, row.account_id, row.units
    if row.state == "registered":
        if more and not take_more_seats(session, event.id, more):
            raise EventFull()
        account, units = _change_units(session, actor, event, row, party.size, now)
    _STEPS.move(
        session,
        registration_table,
        row.id,
        CHANGE,
        row.state,
        row.state,
        seen=row.version,
        version=row.version + 1,
        size=party.size,
        account_id=account,
        units=units,
    )
    write_party(session, row.id, party)
    audit.write(
        session,
        actor,
        "registration.change_party",
        subject=("registration", row.ref),
        before={"size": row.size},
        after={"size": party.size},
        at=now,
    )
    move_up(session, event.id, now)
    place = place_of(session, row.id)
    return RegistrationMade(row.ref, event.ref, row.state, place.line if place else None)


def end_registration(
    session: Session,
    row: RegistrationRow,
    step: Step[Any],
    now: datetime,
    *,
    consumed: bool = False,
    reason: str | None = None,
) -> None:
    """The registration stands for nothing any more. Raises IllegalTransition when somebody else was
    first."""
    _STEPS.move(
        session,
        registration_table,
        row.id,
        step,
        row.state,
        step.target,
        seen=row.version,
        version=row.version + 1,
        due_at=None,
        ended_at=now,
        consumed=consumed,
        reason_code=reason,
    )


def settle_units(
    session: Session, actor: Actor, row: RegistrationRow, *, uses: bool, now: datetime
) -> bool:
    """What is held for a registration is used, or given back; gives whether any was used."""
    if row.account_id is None or not row.units:
        return False
    settle = benefits.consume if uses else benefits.release
    settle(
        session,
        account_id=row.account_id,
        quantity=row.units,
        subject=("registration", row.ref),
        actor=actor,
        at=now,
    )
    return uses


def free_seats(session: Session, row: RegistrationRow) -> None:
    """The seats that a party has, or is offered, are nobody's any more; one that waits has none."""
    if row.state == "registered":
        give_back_seats(session, row.event_id, taken=row.size)
    elif row.state == "offered":
        give_back_seats(session, row.event_id, reserved=row.size)


def _hold_units(
    session: Session,
    actor: Actor,
    event: EventRow,
    row: RegistrationRow,
    units: int,
    now: datetime,
) -> tuple[int | None, int]:
    """Set units aside for a party that gets seats now; the account and how many. Raises
    NoEntitlement."""
    if event.benefit is None or not units:
        return None, 0
    account = benefits.find_account(
        session, person_id=row.person_id, benefit=event.benefit, year=event.local_day.year
    )
    if account is None:
        raise _none_left(session, event)
    benefits.hold(
        session,
        account_id=account.id,
        quantity=units,
        subject=("registration", row.ref),
        actor=actor,
        at=now,
    )
    return account.id, units


def _change_units(
    session: Session, actor: Actor, event: EventRow, row: RegistrationRow, size: int, now: datetime
) -> tuple[int | None, int]:
    units = event.units_of(size)
    more = units - row.units
    if row.account_id is None:
        return _hold_units(session, actor, event, row, units, now)
    if more:
        change = benefits.hold if more > 0 else benefits.release
        change(
            session,
            account_id=row.account_id,
            quantity=abs(more),
            subject=("registration", row.ref),
            actor=actor,
            at=now,
        )
    return row.account_id, units


def _none_left(session: Session, event: EventRow) -> Exception:
    kept = benefits.benefit_by_code(session, event.benefit or "")
    if kept is None:
        return NotFound()
    return benefits.none_left(kept.code, kept.name, event.local_day.year)


def _note(session: Session, actor: Actor, step: str, row: RegistrationRow, now: datetime) -> None:
    audit.write(session, actor, f"registration.{step}", subject=("registration", row.ref), at=now)
