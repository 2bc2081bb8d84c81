"""How many parties stand where, whoever they are."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.core.types import parse_ref
from vipclub.events.finding import visible_to
from vipclub.events.models import Event, Registration


def counts_of(session: Session, actor: Actor, *, event: str) -> dict[str, tuple[int, int]]:
    """Parties and people of an event by state, whoever they are. One statement. Raises
    MalformedRef, Forbidden."""
    actor.require(Permission.EVENT_CURATE)
    rows = session.execute(
        select(Registration.state, func.count(), func.sum(Registration.size))
        .join(Event, Event.id == Registration.event_id)
        .where(Event.public_ref == parse_ref(event, "E"), visible_to(actor))
        .group_by(Registration.state)
    )
    return {state: (int(parties), int(persons)) for state, parties, persons in rows}


def waiting_for(session: Session, actor: Actor, events: Collection[str]) -> dict[str, int]:
    """How many parties wait in the line of each of these events; those without a line are left
    out. One statement. Raises Forbidden."""
    actor.require(Permission.EVENT_CURATE)
    rows = session.execute(
        select(Event.public_ref, func.count())
        .join(Registration, Registration.event_id == Event.id)
        .where(
            Event.public_ref.in_(sorted(events)),
            Registration.state == "waitlisted",
            visible_to(actor),
        )
        .group_by(Event.public_ref)
    )
    return {event: int(parties) for event, parties in rows}
