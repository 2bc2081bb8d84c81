"""Words in the thread: the member writes to the relationship manager, who answers, or tells
something unasked. A member's message waits until a working day has passed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import managers_of
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import for_no_key_update
from vipclub.core.types import new_ref, parse_ref
from vipclub.core.working_days import load_calendar
from vipclub.messages.queueing import queue
from vipclub.messages.threads.models import ThreadMessage
from vipclub.messages.threads.refusals import MessageNotAccepted, TooManyMessages
from vipclub.messages.threads.steps import THREAD_STEPS
from vipclub.people import find_person

LONGEST_MESSAGE = 4000
REGION = "CN"
"""Whose working days a manager has."""
EVENING = time(18)
"""When a manager's working day ends."""
MOST_AN_HOUR = 20
_table: Any = ThreadMessage.__table__


def write_to_manager(
    session: Session, actor: Actor, *, member: str, text: str
) -> tuple[str, datetime | None]:
    """A message of the member's to the relationship manager; gives its reference, and until when
    there is an answer: None where the member has no manager, and it has to go on elsewhere at once
    (`assistance.write_to_club`). Raises MessageNotAccepted, TooManyMessages, Forbidden, NotFound.
    """
    actor.require(THREAD_STEPS["write"].permission)
    now, body = clock.now(), _words(text)
    person = find_person(session, actor, member)
    _refuse_a_flood(session, person.id, now)
    managers = managers_of(session, person.id, now=now)
    ref, answer_by = new_ref("E"), _next_working_day(session, now)
    _insert(session, ref, person.id, body, now, state="waiting", answer_by=answer_by)
    audit.write(session, actor, "thread.write", subject=("person", person.ref), after=ref, at=now)
    for manager in managers:
        _tell(session, "thread-written", ref, account_id=manager.account_id, member=person.ref)
    return ref, answer_by if managers else None


def answer_member(session: Session, actor: Actor, *, member: str, text: str) -> str:
    """Words of staff to the member: what waited is answered by them. Gives the reference. Raises
    MessageNotAccepted, Forbidden, NotFound."""
    answer, now, body = THREAD_STEPS["answer"], clock.now(), _words(text)
    actor.require(answer.permission)
    person = find_person(session, actor, member)
    waiting = session.scalars(
        for_no_key_update(
            select(ThreadMessage.id).where(
                ThreadMessage.person_id.in_(people.cluster_of(person.id)),
                answer.at(ThreadMessage.state),
            ),
            of=_table,
        )
    ).all()
    for each in waiting:
        THREAD_STEPS.move(
            session, _table, each, answer, answer.source, answer.target, answer_by=None, read_at=now
        )
    ref = new_ref("E")
    _insert(session, ref, person.id, body, now, state="sent", account_id=actor.account_id)
    audit.write(session, actor, "thread.answer", subject=("person", person.ref), after=ref, at=now)
    _tell(session, "thread-answered", ref, person_id=person.id)
    return ref


def mark_passed_on(session: Session, actor: Actor, message: str, *, case: str) -> bool:
    """A message that waits goes on as a case; False when it waits no more. Asks nobody who may:
    whoever opens the case has."""
    step = THREAD_STEPS["pass_on"]
    ref = parse_ref(message, "E")
    moved = session.execute(
        update(_table)
        .where(_table.c.public_ref == ref, step.at(_table.c.state))
        .values(state=step.target, answer_by=None, case_ref=case)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        return False
    audit.write(session, actor, "thread.pass_on", subject=("case", case), after=ref)
    return True


def mark_thread_read(session: Session, actor: Actor, *, member: str) -> None:
    """The member has seen what staff wrote. Raises Forbidden, NotFound."""
    actor.require(THREAD_STEPS["write"].permission)
    person = find_person(session, actor, member)
    session.execute(
        update(_table)
        .where(
            _table.c.person_id.in_(people.cluster_of(person.id)),
            _table.c.state == "sent",
            _table.c.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )


def _words(text: str) -> str:
    body = text.strip()
    if not 0 < len(body) <= LONGEST_MESSAGE:
        raise MessageNotAccepted(most=LONGEST_MESSAGE)
    return body


def _refuse_a_flood(session: Session, person_id: int, now: datetime) -> None:
    count = session.execute(
        select(func.count())
        .select_from(ThreadMessage)
        .where(
            ThreadMessage.person_id.in_(people.cluster_of(person_id)),
            ThreadMessage.account_id.is_(None),
            ThreadMessage.written_at > now - timedelta(hours=1),
        )
    ).scalar_one()
    if count >= MOST_AN_HOUR:
        raise TooManyMessages()


def _next_working_day(session: Session, now: datetime) -> datetime:
    """The same hour on the next working day; of what is written on a day off, its evening at
    18:00."""
    zone = ZoneInfo(clock.club_zone())
    local, calendar = now.astimezone(zone), load_calendar(session, REGION)
    day = calendar.add_working_days(local.date(), 1)
    hour = local.time() if calendar.is_working_day(local.date()) else EVENING
    return datetime.combine(day, hour, zone)


def _insert(
    session: Session,
    ref: str,
    person_id: int,
    body: str,
    now: datetime,
    **values: object,
) -> None:
    session.execute(
        insert(_table).values(
            public_ref=ref,
            person_id=person_id,
            body=cipher_of(session).seal("thread_message.body", ref, body),
            written_at=now,
            **values,
        )
    )


def _tell(
    session: Session,
    template: str,
    ref: str,
    *,
    person_id: int | None = None,
    account_id: int | None = None,
    member: str = "",
) -> None:
    queue(
        session,
        template=template,
        person_id=person_id,
        account_id=account_id,
        subject=("thread", ref),
        version=1,
        data={"member": member},
    )
