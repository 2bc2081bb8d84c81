"""What came of a call: somebody was reached, and the call is on record; or nobody was, and it is
tried again, three times at most."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from vipclub import assistance, people
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.desk.callbacks.finding import LockedCallback, find_callback
from vipclub.desk.callbacks.letters import tell_unreached
from vipclub.desk.callbacks.models import callback_table, try_table
from vipclub.desk.callbacks.refusals import CallbackTimeNotAccepted
from vipclub.desk.callbacks.steps import CALLBACK_STEPS, MISS, MOST_TRIES, REACH
from vipclub.desk.callbacks.times import AGAIN, FURTHEST, next_alarm
from vipclub.desk.calls import take_call


def reached(
    session: Session,
    actor: Actor,
    *,
    callback: str,
    outcome: str = "settled",
    text: str = "",
) -> None:
    """Somebody was reached. With a member it is a call like any other (`take_call`, with `outcome`
    and a note); in an open case it is the club's answer by telephone. Raises what these raise,
    MalformedRef, NotFound, Forbidden, IllegalTransition."""
    now = clock.now()
    CALLBACK_STEPS.require(REACH, actor)
    found = find_callback(session, actor, callback)
    CALLBACK_STEPS.ask(REACH, actor, found.state, found, now)
    if found.person_id is not None:
        take_call(
            session,
            actor,
            member=people.person_of(session, found.person_id).ref,
            channel="phone",
            about=found.about,
            outcome=outcome,
            text=text,
        )
    if found.case is not None and found.case_state in assistance.OPEN:
        assistance.answer(session, actor, case=found.case, channel="phone")
        if text.strip():
            assistance.add_note(session, actor, case=found.case, text=text)
    _tried(session, actor, found, now, reached=True)
    CALLBACK_STEPS.move(
        session,
        callback_table,
        found.id,
        REACH,
        found.state,
        REACH.target,
        seen=found.version,
        version=found.version + 1,
        alarm_at=None,
        ended_at=now,
    )
    audit.write(
        session,
        actor,
        "callback.reach",
        subject=("callback", found.ref),
        after={"outcome": outcome},
        at=now,
    )


def not_reached(
    session: Session, actor: Actor, *, callback: str, again: datetime | None = None
) -> bool:
    """Nobody was reached: it is due `again`, in an hour where nobody says, with a new clock; after
    the third call it ends, and whose it is hears that by letter. Gives whether it is tried again.
    Raises CallbackTimeNotAccepted, MalformedRef, NotFound, Forbidden, IllegalTransition."""
    now = clock.now()
    CALLBACK_STEPS.require(MISS, actor)
    found = find_callback(session, actor, callback)
    CALLBACK_STEPS.ask(MISS, actor, found.state, found, now)
    due = again or now + AGAIN
    if not now <= due <= now + FURTHEST:
        raise CallbackTimeNotAccepted(days=FURTHEST.days)
    _tried(session, actor, found, now, reached=False)
    ends = found.tries + 1 >= MOST_TRIES
    values = (
        {"alarm_at": None, "ended_at": now}
        if ends
        else {"from_at": now, "due_at": due, "alarm_at": next_alarm(0, due), "level": 0}
    )
    target = "unreached" if ends else "due"
    CALLBACK_STEPS.move(
        session,
        callback_table,
        found.id,
        MISS,
        found.state,
        target,
        seen=found.version,
        version=found.version + 1,
        tries=found.tries + 1,
        **values,
    )
    audit.write(
        session,
        actor,
        "callback.miss",
        subject=("callback", found.ref),
        after={"tries": found.tries + 1, "due": None if ends else due},
        at=now,
    )
    if ends:
        tell_unreached(session, str(MISS.letter_to(target)), found)
    return not ends


def _tried(
    session: Session, actor: Actor, found: LockedCallback, now: datetime, *, reached: bool
) -> None:
    session.execute(
        insert(try_table).values(
            callback_id=found.id,
            number=found.tries + 1,
            account_id=actor.account_id,
            reached=reached,
            at=now,
        )
    )
