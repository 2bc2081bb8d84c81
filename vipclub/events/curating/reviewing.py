"""A second person reads an event before members see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.events.curating.rules import refuse_misfits
from vipclub.events.finding import EventRow, find_event, lock_event
from vipclub.events.models import event_table
from vipclub.events.queries import given_of
from vipclub.events.refusals import EventNeedsSecondPerson
from vipclub.events.steps import EVENT_STEPS

PUBLISH, RETURN = EVENT_STEPS["publish"], EVENT_STEPS["return"]


def publish_event(session: Session, actor: Actor, *, event: str) -> None:
    """Members see it and may register. Raises EventNeedsSecondPerson for who submitted it,
    EventNotAccepted for one whose day has come, IllegalTransition, MalformedRef, NotFound,
    Forbidden."""
    row = _submitted(session, actor, event, PUBLISH.name)
    refuse_misfits(given_of(session, row.id), clock.now())
    _move(session, actor, row, PUBLISH.name, "")


def return_event(session: Session, actor: Actor, *, event: str, words: str) -> None:
    """It goes back to who wrote it, with words that stay on record. Raises what `publish_event`
    raises."""
    _move(session, actor, _submitted(session, actor, event, RETURN.name), RETURN.name, words)


def _submitted(session: Session, actor: Actor, event: str, step: str) -> EventRow:
    EVENT_STEPS.require(EVENT_STEPS[step], actor)
    row = lock_event(session, find_event(session, actor, event).id)
    EVENT_STEPS.ask(EVENT_STEPS[step], actor, row.state, row, clock.now())
    if actor.account_id is not None and actor.account_id == row.submitted_by_id:
        raise EventNeedsSecondPerson()
    return row


def _move(session: Session, actor: Actor, row: EventRow, step: str, words: str) -> None:
    taken = EVENT_STEPS[step]
    EVENT_STEPS.move(
        session, event_table, row.id, taken, row.state, taken.target, version=row.version + 1
    )
    audit.write(
        session,
        actor,
        f"event.{step}",
        subject=("event", row.ref),
        reason=words.strip()[:500] or None,
        at=clock.now(),
    )
