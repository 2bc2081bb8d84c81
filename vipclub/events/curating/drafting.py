"""An event is written, changed while it can be, copied, and submitted for review.

What was published may still be changed: seats never below what is given, and everybody who has one
is told of another day, hour or venue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import IllegalTransition
from vipclub.core.seen_state import refuse_unseen
from vipclub.core.types import new_ref
from vipclub.events.curating.rules import EventGiven, event_seen, refuse_misfits
from vipclub.events.finding import EventRow, find_event, lock_event
from vipclub.events.letters import tell_all_of_change
from vipclub.events.models import event_table, registration_table
from vipclub.events.queries import given_of
from vipclub.events.refusals import EventNotAccepted
from vipclub.events.registrations.moving_up import move_up
from vipclub.events.steps import EVENT_STEPS

DRAFT, CHANGE, SUBMIT = EVENT_STEPS["draft"], EVENT_STEPS["change"], EVENT_STEPS["submit"]
A_WEEK = timedelta(days=7)


def draft_event(session: Session, actor: Actor, *, given: EventGiven) -> str:
    """A new event, seen by staff alone; gives its reference. Raises EventNotAccepted, Forbidden."""
    EVENT_STEPS.require(DRAFT, actor)
    return _insert(session, actor, given, clock.now())


def copy_event(session: Session, actor: Actor, *, event: str) -> str:
    """A draft like this one, on the first same weekday and hour that lies at least a week ahead;
    gives its reference. Raises MalformedRef, NotFound, Forbidden."""
    EVENT_STEPS.require(DRAFT, actor)
    now, found = clock.now(), find_event(session, actor, event)
    given = given_of(session, found.id)
    weeks = max(1, -(-(now + A_WEEK - given.starts_at) // A_WEEK))
    zone = ZoneInfo(given.time_zone)

    def later(moment: datetime) -> datetime:
        """On the same hour of the wall, whatever its clocks do meanwhile."""
        wall = moment.astimezone(zone).replace(tzinfo=None) + weeks * A_WEEK
        return wall.replace(tzinfo=zone)

    moved = replace(
        given,
        starts_at=later(given.starts_at),
        ends_at=later(given.ends_at),
        doors_at=later(given.doors_at),
        register_until=later(given.register_until),
        cancel_until=later(given.cancel_until),
    )
    return _insert(session, actor, moved, now, copied_from_id=found.id)


def change_event(
    session: Session, actor: Actor, *, event: str, given: EventGiven, seen: str | None = None
) -> None:
    """All that is said of an event, said anew; one that waits for its review is a draft again.
    `seen` is what its form showed (`core/seen_state.py`). Raises EventNotAccepted,
    ChangedMeanwhile, IllegalTransition, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    EVENT_STEPS.require(CHANGE, actor)
    row = lock_event(session, find_event(session, actor, event).id)
    if row.state not in CHANGE.sources:
        raise IllegalTransition(possible=EVENT_STEPS.possible(row.state, actor), state=row.state)
    before = given_of(session, row.id)
    refuse_unseen(seen, event_seen(before), event_seen(given))
    refuse_misfits(given, now)
    if given.seats < row.taken + row.reserved:
        raise EventNotAccepted(rule="given", given=row.taken + row.reserved)
    (state,) = CHANGE.leads(row.state)
    EVENT_STEPS.move(
        session,
        event_table,
        row.id,
        CHANGE,
        row.state,
        state,
        seen=row.version,
        version=row.version + 1,
        **_values(session, given),
    )
    audit.write(
        session,
        actor,
        "event.change",
        subject=("event", row.ref),
        after=_changed(before, given),
        at=now,
    )
    if row.state in {"published", "closed"}:
        _follow(session, row, before, given, now)


def _follow(
    session: Session, row: EventRow, before: EventGiven, given: EventGiven, now: datetime
) -> None:
    """What a change means for who has a seat or waits: their ends move along, whoever has a seat
    is told of another hour or place, and more seats go to the line."""
    ends = {"invited": given.register_until, "waitlisted": given.starts_at}
    ends |= {"registered": given.ends_at}
    for state, due in ends.items():
        session.execute(
            update(registration_table)
            .where(registration_table.c.event_id == row.id, registration_table.c.state == state)
            .values(due_at=due)
            .execution_options(synchronize_session=False)
        )
    told = ("starts_at", "ends_at", "venue", "address", "time_zone")
    if any(getattr(before, name) != getattr(given, name) for name in told):
        tell_all_of_change(session, row.id)
    move_up(session, row.id, now)


def submit_event(session: Session, actor: Actor, *, event: str) -> None:
    """It is written; somebody else looks at it. Raises IllegalTransition, EventNotAccepted for one
    whose day has come too near, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    EVENT_STEPS.require(SUBMIT, actor)
    row = lock_event(session, find_event(session, actor, event).id)
    refuse_misfits(given_of(session, row.id), now)
    EVENT_STEPS.ask(SUBMIT, actor, row.state, row, now)
    EVENT_STEPS.move(
        session,
        event_table,
        row.id,
        SUBMIT,
        row.state,
        SUBMIT.target,
        version=row.version + 1,
        submitted_by_id=actor.account_id,
    )
    audit.write(session, actor, "event.submit", subject=("event", row.ref), at=now)


def _insert(
    session: Session,
    actor: Actor,
    given: EventGiven,
    now: datetime,
    *,
    copied_from_id: int | None = None,
) -> str:
    refuse_misfits(given, now)
    ref = new_ref("E")
    session.execute(
        insert(event_table).values(
            public_ref=ref,
            version=1,
            state=DRAFT.target,
            taken=0,
            reserved=0,
            host_id=actor.account_id,
            copied_from_id=copied_from_id,
            created_at=now,
            **_values(session, given),
        )
    )
    audit.write(
        session,
        actor,
        "event.draft",
        subject=("event", ref),
        after={"kind": given.kind, "start": given.starts_at, "seats": given.seats},
        at=now,
    )
    return ref


def _values(session: Session, given: EventGiven) -> dict[str, Any]:
    """The columns of what is said. Raises EventNotAccepted for a benefit that no event uses."""
    benefit = None
    if given.benefit is not None:
        benefit = benefits.benefit_by_code(session, given.benefit)
        if benefit is None or benefit.use != "event":
            raise EventNotAccepted(rule="benefit")
    return {
        "kind": given.kind,
        "title": given.title,
        "summary": given.summary,
        "venue": given.venue,
        "address": given.address,
        "city_code": given.city_code,
        "time_zone": given.time_zone,
        "starts_at": given.starts_at,
        "ends_at": given.ends_at,
        "doors_at": given.doors_at,
        "register_until": given.register_until,
        "cancel_until": given.cancel_until,
        "seats": given.seats,
        "guests_at_most": given.guests_at_most,
        "guest_age_from": given.guest_age_from,
        "waitlist": given.waitlist,
        "open": given.open,
        "tiers": list(given.tiers),
        "benefit_id": benefit.id if benefit is not None else None,
        "late_cancel_uses": given.late_cancel_uses,
        "absence_uses": given.absence_uses,
        "languages": list(given.languages),
        "agenda": [item.to_json() for item in given.agenda],
        "dress": given.dress,
        "travel": given.travel,
        "map_url": given.map_url or None,
        "picture": given.picture or None,
        "series": given.series or None,
    }


def _changed(before: EventGiven, after: EventGiven) -> list[str]:
    """The names of what differs, for the trail."""
    names = EventGiven.__dataclass_fields__
    return [name for name in names if getattr(before, name) != getattr(after, name)]
