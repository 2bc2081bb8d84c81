"""The clocks that are kept, against the minute counter: cases that are worked through the use cases
while processes start anew and a host's clock jumps, and that become one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.assistance.cases_in_steps import broken, opened
from tests.assistance.desk_on_duty import an_agent
from tests.assistance.minute_counter import MinuteCounter
from tests.cast import CLUB_ACTOR
from tests.databases import TEST_KEYS
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import Case, CaseClock
from vipclub.assistance.cases.timeline import history_of
from vipclub.assistance.clocks.promises import PROMISES
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.core.working_days import load_calendar
from vipclub.wiring import REACTIONS

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACTS = (
    "answer",
    "write",
    "triage",
    "severity",
    "partner_found",
    "partner_lost",
    "wait",
    "resume",
    "resolve",
    "reopen",
    "merge",
    "watch",
)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def act(db: Database, chance: random.Random, what: str, case: str, other: str) -> None:
    """One act on a case; what is not open now changes nothing."""
    severity = chance.choice(assistance.SEVERITIES)
    given = {"case": case}
    try:
        if what == "answer":
            db.run(assistance.answer, CLUB_ACTOR, text="Soon", **given)
        elif what == "write":
            db.run(assistance.write_to_case, CLUB_ACTOR, text="And?", **given)
        elif what == "triage":
            db.run(assistance.triage, CLUB_ACTOR, severity=severity, **given)
        elif what == "severity":
            db.run(assistance.change_severity, CLUB_ACTOR, severity=severity, **given)
        elif what in assistance.PARTNER_EVENTS:
            db.run(assistance.note_partner, CLUB_ACTOR, event=what, **given)
        elif what == "wait":
            until = clock.now() + timedelta(minutes=chance.randint(5, 3000))
            db.run(assistance.wait, CLUB_ACTOR, reason="papers", until=until, **given)
        elif what == "resume":
            db.run(assistance.resume, CLUB_ACTOR, **given)
        elif what == "resolve":
            db.run(assistance.resolve, CLUB_ACTOR, text="Done", **given)
        elif what == "reopen":
            db.run(assistance.reopen, CLUB_ACTOR, text="Not yet", **given)
        elif what == "merge":
            db.run(assistance.merge, CLUB_ACTOR, into=other, **given)
        else:
            assistance.end_waits(db)
            assistance.raise_alarms(db)
            assistance.close_resolved(db)
    except Refused:
        return


def compare(db: Database) -> int:
    """Each round that is kept of each case, against the minutes counted; gives how many."""
    compared = 0
    with db.read() as session:
        calendar = load_calendar(session, "CN")
        for case_id, kind in session.execute(select(Case.id, Case.kind)).all():
            counter = MinuteCounter(SHANGHAI, calendar.decreed, timedelta(days=80))
            promises = {promise.clock: promise for promise in PROMISES[kind]}
            history = history_of(session, case_id)
            rows = session.scalars(select(CaseClock).where(CaseClock.case_id == case_id))
            for row in rows:
                if row.stopped_at is not None:
                    assert row.due_at is None
                    continue
                wanted = counter.due(
                    promises[row.clock],
                    row.started_at,
                    history,
                    row.done_at,
                    number=row.round,
                    extends=(kind, row.clock) == ("complaint", "resolution"),
                )
                assert row.due_at == wanted, (kind, row.clock, row.round, history)
                compared += 1
    return compared


@pytest.mark.promise("P27")
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_what_a_minute_counter_says_through_restarts_jumps_and_merges(
    db: Database, club: SmallClub, url: str, seed: int
) -> None:
    chance = random.Random(seed)
    an_agent(db, "ping")
    # the counter counts whole minutes; the festival's swapped days lie ahead
    now = datetime(2027, 1, 29, chance.randint(0, 23), chance.randint(0, 59), tzinfo=SHANGHAI)
    process, cases = db, list[str]()
    with clock.replaying(now):
        for kind in ("emergency_overseas", "enquiry", "emergency_overseas"):
            cases.append(opened(process, kind=kind, member=club.members[0]).case)
    for _ in range(30):
        now += timedelta(minutes=chance.randint(0, 700))
        jump = timedelta(minutes=chance.choice([0, 0, 0, 45, -45, -600]))
        if chance.random() < 0.2:  # another process, which knows nothing of the first
            process = Database(url, keys=TEST_KEYS, reactions=REACTIONS)
        with clock.replaying(now + jump):
            case, other = chance.sample(cases, 2)
            act(process, chance, chance.choice(ACTS), case, other)
        if process is not db:
            process.dispose()
            process = db
    assert compare(db) > 5
    assert broken(db) == []
