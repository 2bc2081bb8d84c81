"""The thread as the two who write in it read it, and who waits in one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Account
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Forbidden
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import among, one_of
from vipclub.messages.threads.models import ThreadMessage
from vipclub.messages.threads.steps import THREAD_STEPS
from vipclub.people import Person, Viewed, find_person


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A message in the thread: `who` is the name of who of the staff wrote it, empty for the
    member's own. `case` is the one in which it went on."""

    ref: str
    at: datetime
    who: str
    state: str
    answer_by: datetime | None
    case: str | None
    read_at: datetime | None
    text: str = field(repr=False)


def thread_of(
    session: Session,
    actor: Actor,
    *,
    member: str,
    viewed: Viewed | None = None,
    limit: int = 100,
) -> list[ThreadLine]:
    """The newest messages of a thread, in the order in which they were written; staff bring the
    receipt of the trail's row. Two statements. Raises MalformedRef, Forbidden,
    NotFound."""
    if not actor.has(THREAD_STEPS["write"].permission):
        actor.require(THREAD_STEPS["answer"].permission)
        if viewed is None:
            raise Forbidden(permission=THREAD_STEPS["answer"].permission)
        viewed.must_cover(parse_ref(member, "M"))
    person = find_person(session, actor, member)
    rows = session.execute(
        select(ThreadMessage, Account.display_name)
        .outerjoin(Account, Account.id == ThreadMessage.account_id)
        .where(ThreadMessage.person_id.in_(people.cluster_of(person.id)))
        .order_by(ThreadMessage.id.desc())
        .limit(limit)
    ).all()
    cipher = cipher_of(session)
    return [
        ThreadLine(
            ref=row.public_ref,
            at=row.written_at,
            who=name or "",
            state=row.state,
            answer_by=row.answer_by,
            case=row.case_ref,
            read_at=row.read_at,
            text=cipher.unseal("thread_message.body", row.public_ref, row.body),
        )
        for row, name in reversed(rows)
    ]


_waiting_of = (
    select(ThreadMessage.person_id, func.min(ThreadMessage.answer_by).label("answer_by"))
    .where(
        one_of(ThreadMessage.state, ["waiting"]),
        among(ThreadMessage.person_id, bindparam("persons")),
    )
    .group_by(ThreadMessage.person_id)
)


def waiting_for_answer(session: Session, person_ids: Collection[int]) -> dict[int, datetime]:
    """Of these persons (rows, not survivors), those whose message waits, and until when. One
    statement."""
    rows = run_built(session, _waiting_of, {"persons": list(person_ids)})
    return {row.person_id: row.answer_by for row in rows}


def unanswered(session: Session, now: datetime, *, limit: int = 200) -> list[str]:
    """The messages whose time has passed, the oldest first. One statement."""
    return list(
        session.scalars(
            select(ThreadMessage.public_ref)
            .where(ThreadMessage.state == "waiting", ThreadMessage.answer_by <= now)
            .order_by(ThreadMessage.answer_by, ThreadMessage.id)
            .limit(limit)
        )
    )


def waiting_words(session: Session, message: str) -> tuple[str, str] | None:
    """Whose message it is, by reference, and its words, where it waits still. Locks nothing and
    asks nobody who may: for whoever passes it on. One statement."""
    row = session.execute(
        select(Person.public_ref, ThreadMessage.public_ref, ThreadMessage.body)
        .join(Person, Person.id == ThreadMessage.person_id)
        .where(
            ThreadMessage.public_ref == parse_ref(message, "E"), ThreadMessage.state == "waiting"
        )
    ).first()
    if row is None:
        return None
    member, ref, body = row
    return member, cipher_of(session).unseal("thread_message.body", ref, body)


def still_waiting(session: Session, ref: str, version: int) -> bool:
    """Whether nobody has answered a message yet, nor passed it on."""
    found = session.execute(
        select(ThreadMessage.state).where(ThreadMessage.public_ref == ref)
    ).scalar()
    return found == "waiting"
