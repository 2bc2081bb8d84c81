"""Alarms: each level once, to who must know, and never for what nobody waits for any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.assistance.cases_in_steps import broken, opened, seen
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import CaseAlarm
from vipclub.assistance.alarms import _raise
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def alarms(db: Database) -> list[tuple[str, int, int | None]]:
    with db.read() as session:
        rows = session.execute(
            select(CaseAlarm.clock, CaseAlarm.level, CaseAlarm.account_id).order_by(CaseAlarm.id)
        )
        return [(row.clock, row.level, row.account_id) for row in rows]


def told(db: Database, template: str = "case-alarm") -> list[dict[str, Any]]:
    with db.read() as session:
        rows = session.scalars(select(OutboxRow.payload).order_by(OutboxRow.id))
        return [row for row in rows if row.get("template") == template]


def after(minutes: float) -> Any:
    return clock.replaying(clock.now() + timedelta(minutes=minutes))


@pytest.mark.promise("P28")
def test_owner_leader_and_leader_on_call_are_told_in_turn(db: Database, club: SmallClub) -> None:
    ping, lead, boss = (an_agent(db, name) for name in ("ping", "lead", "boss"))
    on_shift(db, ping)
    on_shift(db, lead, leads=True)
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(boss.account_ref))
    opened(db)
    who = {ping.account_id: "ping", lead.account_id: "lead", boss.account_id: "boss"}
    assert assistance.raise_alarms(db) == 0
    for minutes in (4, 5.1, 7.6, 10.1):
        with after(minutes):
            assistance.raise_alarms(db)
    first = [(level, who[account or 0]) for name, level, account in alarms(db) if name[:1] == "f"]
    assert first == [(1, "ping"), (2, "lead"), (3, "boss"), (4, "boss")]
    assert broken(db) == []


def test_a_leader_on_call_hears_of_no_complaint_about_themselves(
    db: Database, club: SmallClub
) -> None:
    lead, boss = (an_agent(db, name) for name in ("lead", "boss"))
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(boss.account_ref))
    opened(db, kind="complaint", severity="critical", about=str(boss.account_ref))
    with after(7 * 24 * 60):
        on_shift(db, lead, leads=True)
        assert assistance.raise_alarms(db) > 0
    assert {level for _, level, _ in alarms(db)} == {1, 2, 3, 4}
    assert lead.account_id in {letter["account"] for letter in told(db)}
    assert boss.account_id not in {account for _, _, account in alarms(db)}
    assert boss.account_id not in {letter["account"] for letter in told(db)}


@pytest.mark.promise("P28")
def test_a_level_is_raised_once_whatever_comes_twice(db: Database, club: SmallClub) -> None:
    made = opened(db)
    with after(5.1):
        assert assistance.raise_alarms(db) == 2
        assert assistance.raise_alarms(db) == 0
        db.run(_raise, made.case)
    assert len(alarms(db)) == 2


def test_the_next_entry_is_never_before_an_alarm(db: Database, club: SmallClub) -> None:
    """A desk whose host's clock is behind the worker's."""
    made = opened(db)
    with after(5.1):
        assert assistance.raise_alarms(db) == 2
    db.run(assistance.answer, CLUB_ACTOR, case=made.case)
    entries = seen(db, made.case).entries
    assert [one.what for one in entries][-2:] == ["alarm", "answered"]
    assert entries[-1].at >= entries[-2].at


@pytest.mark.promise("P28")
def test_of_levels_that_came_together_the_highest_alone_is_told(
    db: Database, club: SmallClub
) -> None:
    """As after a night without a worker."""
    on_shift(db, an_agent(db, "ping"))
    opened(db)
    with after(300):
        assert assistance.raise_alarms(db) == 16
        assert len(told(db)) == 4


@pytest.mark.pain(35)
@pytest.mark.parametrize("end", ["answer", "resolve", "merge"])
def test_nothing_is_raised_for_what_is_over(db: Database, club: SmallClub, end: str) -> None:
    """Nor between the look for what is due and the alarm itself."""
    made, other = opened(db), opened(db)
    if end == "merge":
        db.run(assistance.merge, CLUB_ACTOR, case=made.case, into=other.case)
    else:
        db.run(getattr(assistance, end), CLUB_ACTOR, case=made.case, text="We are there")
    with after(6):
        db.run(_raise, made.case)
    assert [one for one in alarms(db) if one[0] == "first_answer"] == []


@pytest.mark.pain(31)
def test_a_clock_that_is_paused_raises_nothing_until_it_runs_again(
    db: Database, club: SmallClub
) -> None:
    made = opened(db)
    db.run(assistance.answer, CLUB_ACTOR, case=made.case)
    db.run(assistance.triage, CLUB_ACTOR, case=made.case, severity="critical")
    db.run(assistance.wait, CLUB_ACTOR, case=made.case, reason="member")
    with after(200):
        assert assistance.raise_alarms(db) == 0
        db.run(assistance.resume, CLUB_ACTOR, case=made.case)
    with after(228):
        assert assistance.raise_alarms(db) == 2


def test_an_invariant_finds_a_clock_that_says_something_else(db: Database, club: SmallClub) -> None:
    opened(db)
    assert broken(db) == []
    db.run(lambda session: session.execute(text("UPDATE case_clock SET round = 7 WHERE id = 1")))
    assert "its timeline says other clocks" in str(broken(db)[0])
