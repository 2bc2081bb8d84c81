"""The seats of an event: one guarded UPDATE each. The condition decides, the CHECK stands behind
it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from vipclub.events.models import event_table, registration_table

_event, _waiting = event_table.c, registration_table.alias("waiting")


def take_free_seats(session: Session, event_id: int, size: int) -> bool:
    """Take so many seats for somebody who comes by themselves, where they are free and nobody in
    the line could have them; False when not. One statement."""
    published = _event.state == "published"
    return _change(session, event_id, published, _room_for(size), _nobody_before(), taken=size)


def take_more_seats(session: Session, event_id: int, more: int) -> bool:
    """So many more (or fewer) for a party that has seats, by the same rule. One statement."""
    guards = (_room_for(more), _nobody_before()) if more > 0 else ()
    return _change(session, event_id, *guards, taken=more)


def reserve_seats(session: Session, event_id: int, size: int) -> bool:
    """Keep free seats for an offer. One statement."""
    return _change(session, event_id, _room_for(size), reserved=size)


def take_reserved_seats(session: Session, event_id: int, size: int) -> bool:
    """The seats of an offer are taken. One statement."""
    return _change(session, event_id, taken=size, reserved=-size)


def give_back_seats(session: Session, event_id: int, *, taken: int = 0, reserved: int = 0) -> bool:
    """Seats are free again. One statement."""
    return _change(session, event_id, taken=-taken, reserved=-reserved)


def _room_for(size: int) -> ColumnElement[bool]:
    return _event.taken + _event.reserved + size <= _event.seats


def _nobody_before() -> ColumnElement[bool]:
    """Nobody waits whose party fits into what is free: those come first."""
    fits = (
        select(_waiting.c.id)
        .where(
            _waiting.c.event_id == _event.id,
            _waiting.c.state == "waitlisted",
            _waiting.c.size <= _event.seats - _event.taken - _event.reserved,
        )
        .correlate(event_table)
    )
    return ~fits.exists()


def _change(
    session: Session, event_id: int, *guards: ColumnElement[bool], taken: int = 0, reserved: int = 0
) -> bool:
    changed = session.execute(
        update(event_table)
        .where(_event.id == event_id, *guards)
        .values(taken=_event.taken + taken, reserved=_event.reserved + reserved)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]
