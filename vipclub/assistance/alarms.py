"""Alarms, level by level: a clock that nears its end, misses it, and goes on missing it. Each case
is a run of its own, under its lock, and is looked at again before anything is raised."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.assistance.cases.floods import flood_of, was_told
from vipclub.assistance.cases.handling import Act
from vipclub.assistance.cases.timeline import calendar_of, history_of, next_alarm
from vipclub.assistance.clocks.running import Clock, clocks_of
from vipclub.assistance.duty.owners import duty_at
from vipclub.assistance.letters import tell_agent
from vipclub.assistance.models import Case, alarm_table, case_table, clock_table
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database, insert_ignore

BATCH = 200
ACTOR = Actor.system("raise_alarms")


def raise_alarms(db: Database) -> int:
    """Raise every level that a clock has reached; gives how many. A level is raised once, whatever
    dies meanwhile."""
    with db.read() as session:
        refs = _with_alarms(session, clock.now())
    return sum(db.each(refs, _raise))


def _with_alarms(session: Session, now: datetime) -> list[str]:
    rows = session.scalars(
        select(Case.public_ref).where(Case.alarm_at <= now).order_by(Case.alarm_at).limit(BATCH)
    )
    return list(rows)


def _raise(session: Session, ref: str) -> int:
    """The levels of a case's clocks that are reached now, worked out anew from its timeline: what
    was answered, closed or put off meanwhile raises nothing."""
    act = Act(session, ACTOR, ref)
    case, now = act.case, clock.now()
    calendar = calendar_of(session, case.region, case.time_zone)
    kept = {
        (row.clock, row.round): row
        for row in session.execute(select(clock_table).where(clock_table.c.case_id == case.id))
    }
    duty, flood, raised, coming = duty_at(session, now), flood_of(session, case.id), 0, []
    for one in clocks_of(case.kind, history_of(session, case.id), calendar):
        row = kept[one.clock, one.round]
        reached = [level for level, at in one.alarms if row.level < level and at <= now]
        for level in reached:
            who = duty.told(level, owner=case.owner_id, but=case.against_id)
            tell = level == reached[-1]
            if flood is not None and who is not None:
                tell = tell and not was_told(session, flood, who, now)
                who = who if tell else None
            raised += _record(session, act, one, level, who, now, tell=tell)
        top = reached[-1] if reached else row.level
        if reached:
            session.execute(update(clock_table).where(clock_table.c.id == row.id).values(level=top))
        coming.append(next_alarm(one, top))
    following = min((at for at in coming if at is not None), default=None)
    last = act.at if raised else case.last_at
    session.execute(
        update(case_table)
        .where(case_table.c.id == case.id)
        .values(alarm_at=following, last_at=last)
    )
    return raised


def _record(
    session: Session,
    act: Act,
    one: Clock,
    level: int,
    told: int | None,
    now: datetime,
    *,
    tell: bool,
) -> int:
    """A level once, with an entry in the timeline and a letter to who must know: the owner, then
    the leader on duty, then the leader on call. Of several levels that came at once the highest
    alone is told, and of a flood each person is told of one in a while."""
    added = insert_ignore(
        session,
        alarm_table,
        {
            "case_id": act.case.id,
            "clock": one.clock,
            "round": one.round,
            "level": level,
            "at": now,
            "account_id": told,
        },
        conflict=["case_id", "clock", "round", "level"],
    )
    if not added:
        return 0
    act.write("alarm", reason=one.clock, level=level)
    if tell and told is not None:
        alarm = session.execute(
            select(alarm_table.c.id).where(
                alarm_table.c.case_id == act.case.id,
                alarm_table.c.clock == one.clock,
                alarm_table.c.round == one.round,
                alarm_table.c.level == level,
            )
        ).scalar_one()
        tell_agent(
            session,
            "case-alarm",
            ref=act.case.ref,
            account_id=told,
            version=alarm,
            kind=act.case.kind,
            severity=act.case.severity,
            clock=one.clock,
            due=one.due,
        )
    return 1
