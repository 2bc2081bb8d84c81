"""A desk through weeks or a year: cases come and go, shifts begin, end and are called off, people
take breaks and leave. At each of these moments, once the watch has gone round, no case is left
without an owner on duty."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR
from vipclub import assistance
from vipclub.assistance import Shift, ShiftNotAccepted
from vipclub.assistance.models import Absence
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import IllegalTransition, NotFound

CHANGES = ("open", "open", "resolve", "shift", "shift", "shift", "break", "leave", "answer", "off")


@dataclass
class Found:
    """What was seen: at how many moments somebody looked, of how many cases, and where a case had
    nobody."""

    moments: int
    cases: int
    unowned: list[str]
    broken: int = 0

    @property
    def kept(self) -> bool:
        return self.moments > 0 and not self.unowned and not self.broken


def through_time(db: Database, *, days: int, seed: int, hours: float = 5) -> Found:
    """Some change every `hours` or so, for so many days."""
    chance, found = random.Random(seed), Found(0, 0, [])
    lead, *agents = (an_agent(db, name) for name in ("lead", "ping", "mei", "tao"))
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(lead.account_ref))
    now = clock.now()
    until, cases = now + timedelta(days=days), list[str]()
    while now < until:
        then = now + timedelta(hours=chance.uniform(0.2, 2 * hours))
        for moment in [*_changes_of_duty(db, now, then), then]:
            with clock.replaying(moment):
                if moment == then:
                    _change(db, chance, [lead, *agents], cases, then)
                assistance.keep_owners(db)
                with db.read() as session:
                    left = assistance.unowned(session, assistance.duty_at(session, moment))
            found.moments += 1
            found.unowned += [f"{ref} at {moment}" for ref in left]
        now = then
    with db.read() as session:
        found.cases = len(session.scalars(select(assistance.Case.id)).all())
    return found


def _changes_of_duty(db: Database, after: datetime, before: datetime) -> list[datetime]:
    """When somebody comes or goes between two moments."""
    with db.read() as session:
        moments = {
            moment
            for table in (Shift, Absence)
            for row in session.execute(select(table.starts_at, table.ends_at))
            for moment in row
            if after < moment < before
        }
    return sorted(moments)


def _change(
    db: Database, chance: random.Random, agents: list[Actor], cases: list[str], now: datetime
) -> None:
    what, agent = chance.choice(CHANGES), chance.choice(agents)
    try:
        if what == "open" or not cases:
            cases.append(opened(db, kind=chance.choice(assistance.KINDS)).case)
        elif what == "resolve":
            db.run(assistance.resolve, CLUB_ACTOR, case=cases.pop(0), text="Done", changed="More")
        elif what == "answer":
            db.run(assistance.answer, CLUB_ACTOR, case=chance.choice(cases))
        elif what in {"break", "leave"}:
            hours = chance.randint(1, 3) if what == "break" else chance.randint(24, 120)
            stand_in = chance.choice([None, *(one for one in agents if one is not agent)])
            db.run(
                assistance.add_absence,
                CLUB_ACTOR,
                account=str(agent.account_ref),
                kind=what,
                start=now,
                end=now + timedelta(hours=hours),
                stand_in=str(stand_in.account_ref) if stand_in else None,
            )
        elif what == "off":
            with db.read() as session:
                running = select(Shift.public_ref).where(Shift.ends_at > now)
                shifts = list(session.scalars(running.where(Shift.cancelled_at.is_(None))))
            if shifts:
                db.run(assistance.cancel_shift, CLUB_ACTOR, shift=chance.choice(shifts))
        else:
            start = now + timedelta(hours=chance.choice([0, 1, 6]))
            on_shift(db, agent, start=start, hours=chance.randint(2, 10), leads=agent is agents[0])
    except (ShiftNotAccepted, IllegalTransition, NotFound):
        return
