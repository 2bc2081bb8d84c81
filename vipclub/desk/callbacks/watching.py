"""The clock of the callbacks, and that each has an owner on duty. Each is a run of its own, under
its lock, and is looked at again before anything is raised or given."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub import assistance
from vipclub.assistance import Case
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.desk.callbacks.finding import LockedCallback, find_callback
from vipclub.desk.callbacks.letters import tell_agent
from vipclub.desk.callbacks.models import Callback, callback_table
from vipclub.desk.callbacks.steps import CALLBACK_STEPS, ESCALATE
from vipclub.desk.callbacks.times import next_alarm, reached_level

BATCH = 200
ACTOR = Actor.system("watch_callbacks")


def watch_callbacks(db: Database) -> int:
    """Raise every level that a callback has reached; gives how many callbacks. A level is raised
    once, whatever dies meanwhile."""
    with db.read() as session:
        refs = session.scalars(
            select(Callback.public_ref)
            .where(Callback.alarm_at <= clock.now())
            .order_by(Callback.alarm_at)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _raise))


def _raise(session: Session, ref: str) -> bool:
    found, now = find_callback(session, ACTOR, ref), clock.now()
    if found.state not in ESCALATE.sources:
        return False
    level = reached_level(found.level, found.due_at, now)
    if level == found.level:
        return False
    CALLBACK_STEPS.move(
        session,
        callback_table,
        found.id,
        ESCALATE,
        found.state,
        ESCALATE.target,
        seen=found.version,
        level=level,
        alarm_at=next_alarm(level, found.due_at),
    )
    duty = assistance.duty_at(session, now)
    told = duty.told(level, owner=found.owner_id, but=found.against_id)
    audit.write(
        session,
        ACTOR,
        "callback.escalate",
        subject=("callback", ref),
        after={"level": level},
        at=now,
    )
    if told is not None:
        _tell(session, "callback-alarm", found, told)
    return True


def keep_callback_owners(db: Database) -> int:
    """Give every callback whose owner is not on duty to somebody who is; gives how many. What
    nobody can take stays where it is."""
    with db.read() as session:
        duty = assistance.duty_at(session, clock.now())
        if not duty.owners:  # each would be locked again and again for nothing
            return 0
        refs = session.scalars(
            select(Callback.public_ref)
            .outerjoin(Case, Case.id == Callback.case_id)
            .where(
                Callback.state == "due",
                assistance.to_be_given(duty, Callback.owner_id, Case.against_id),
            )
            .order_by(Callback.due_at)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _give_owner))


def _give_owner(session: Session, ref: str) -> bool:
    found, now = find_callback(session, ACTOR, ref), clock.now()
    duty = assistance.duty_at(session, now)
    if found.state != "due" or found.owner_id in duty.owners:
        return False
    away = found.owner_id
    stand_in = assistance.stand_in_of(session, away, now) if away is not None else None
    owner = duty.owner(but=found.against_id, stand_in=stand_in)
    if owner is None or owner.account_id == found.owner_id:
        return False
    session.execute(
        update(callback_table)
        .where(callback_table.c.id == found.id)
        .values(owner_id=owner.account_id)
    )
    audit.write(
        session,
        ACTOR,
        "callback.owner",
        subject=("callback", ref),
        after={"owner": owner.ref},
        at=now,
    )
    if found.due_at <= now:  # one that is still to come waits in the list
        _tell(session, "callback-assigned", found, owner.account_id)
    return True


def _tell(session: Session, template: str, found: LockedCallback, account_id: int) -> None:
    tell_agent(
        session,
        template,
        ref=found.ref,
        account_id=account_id,
        version=found.version,
        about=found.about,
        due=found.due_at,
    )
