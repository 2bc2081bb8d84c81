"""What was done with an event, by whom, and the words that went along with it: from the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.accounts import Account, Permission
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.types import parse_ref
from vipclub.events.finding import visible_to
from vipclub.events.models import Event


@dataclass(frozen=True, slots=True)
class EventStepTaken:
    """A step: draft, change, submit, publish, return, cancel, close, hold or drop; `who` is the
    name of the account, "" for the club itself; `words` why."""

    step: str
    at: datetime
    who: str
    words: str


def steps_taken(
    session: Session, actor: Actor, *, event: str, limit: int = 30
) -> list[EventStepTaken]:
    """The newest first. One statement. Raises MalformedRef, Forbidden."""
    actor.require(Permission.EVENT_CURATE)
    rows = session.execute(
        select(AuditRow.action, AuditRow.at, Account.display_name, AuditRow.reason)
        .join(Event, Event.public_ref == AuditRow.subject_ref)
        .outerjoin(Account, Account.public_ref == AuditRow.actor_ref)
        .where(
            AuditRow.subject_ref == parse_ref(event, "E"),
            AuditRow.subject_kind == "event",
            visible_to(actor),
        )
        .order_by(AuditRow.id.desc())
        .limit(limit)
    )
    return [
        EventStepTaken(action.removeprefix("event."), at, who or "", words or "")
        for action, at, who, words in rows
    ]
