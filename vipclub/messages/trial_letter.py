"""A test letter to whoever asks for it: it goes the way of all letters, so that its end says
whether mail works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.i18n import N_
from vipclub.core.outbox import OutboxRow
from vipclub.core.rows import AnySelect
from vipclub.messages.letter import Letter, Reading, always
from vipclub.messages.models import Message
from vipclub.messages.queueing import KIND, queue

SUBJECT = ("mail", "trial")


@dataclass(frozen=True, slots=True)
class Trial:
    """The last test letter: `waiting`, `sent`, `skipped` or `failed`, and since when. `reason` says
    why it wasn't sent, or what its last attempt came to."""

    state: str
    at: datetime
    reason: str | None


def send_trial(session: Session, actor: Actor) -> None:
    """Queue a letter to the actor's own address. One that waits already is enough. Raises
    Forbidden."""
    actor.require(Permission.SETUP_VIEW)
    if _waiting(session):
        return
    queue(
        session,
        template="mail-trial",
        person_id=None,
        account_id=actor.account_id,
        subject=SUBJECT,
        version=0,
        data={"at": clock.now().isoformat()},
    )
    audit.write(session, actor, "mail.try", subject=SUBJECT)


def last_trial(session: Session) -> Trial | None:
    """What became of the last one; one that waits is the last. One statement."""
    ended = (
        select(Message.state, Message.finished_at, Message.reason)
        .where(Message.subject_kind == SUBJECT[0], Message.subject_ref == SUBJECT[1])
        .order_by(Message.id.desc())
        .limit(1)
        .subquery()
    )
    waiting = _select_waiting().subquery()
    row = session.execute(
        union_all(
            select(literal(0).label("rank"), literal("waiting").label("state"), waiting),
            select(literal(1), ended),
        ).order_by("rank")
    ).first()
    return None if row is None else Trial(row[1], row[2], row[3])


def _waiting(session: Session) -> bool:
    return session.execute(_select_waiting()).first() is not None


def _select_waiting() -> AnySelect:
    return (
        select(OutboxRow.created_at, OutboxRow.error)
        .where(
            OutboxRow.subject_kind == SUBJECT[0],
            OutboxRow.subject_ref == SUBJECT[1],
            OutboxRow.kind == KIND,
            OutboxRow.state == "waiting",
        )
        .limit(1)
    )


def context_of_trial(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """When it was asked for, and the page that says how it went."""
    return {
        "moment": reading.moment(data["at"]),
        "url": f"{reading.base_url}/admin/first-steps",
    }


LETTER = Letter("mail-trial", N_("Test letter"), context_of_trial, always, kept=False)
