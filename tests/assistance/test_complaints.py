"""Complaints: on the state's clocks, and never with whom they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.assistance.cases_in_steps import broken, opened, seen
from tests.assistance.desk_on_duty import an_agent
from tests.cast import member_actor
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def test_a_complaint_is_extended_once_and_once_more_by_somebody_else(
    db: Database, club: SmallClub
) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    made = opened(db, kind="complaint", member=club.members[0])
    why = {"case": made.case, "text": "The clinic's records are awaited"}
    with pytest.raises(assistance.ExtensionNotAccepted):
        db.run(assistance.extend, ping, days=60, **why)
    first = db.run(assistance.extend, ping, days=30, **why)
    with pytest.raises(assistance.ExtensionNotAccepted):
        db.run(assistance.extend, mei, days=30, **why)
    with pytest.raises(assistance.AnotherPersonExtends):
        db.run(assistance.extend, ping, days=60, **why)
    second = db.run(assistance.extend, mei, days=60, **why)
    dues = [
        next(one.due for one in result.clocks if one.clock == "resolution")
        for result in (made, first, second)
    ]
    assert None not in dues
    assert [(due - dues[0]).days for due in dues if due and dues[0]] == [0, 15, 45]
    question = opened(db, kind="enquiry")
    with pytest.raises(assistance.ExtensionNotAccepted):
        db.run(assistance.extend, ping, case=question.case, days=30, text="x")
    assert broken(db) == []


def test_a_complaint_is_resolved_with_what_changed(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    case = opened(db, kind="complaint", member=club.members[0]).case
    for changed in ("", "  "):
        with pytest.raises(assistance.ChangeMissing):
            db.run(assistance.resolve, ping, case=case, text="A refund", changed=changed)
    assert seen(db, case).line.status == "new"
    told = {"text": "A refund", "changed": "Two of us are at the counter from now on"}
    db.run(assistance.resolve, ping, case=case, **told)
    with db.read() as session:
        view = assistance.case(session, member_actor(club.members[0]), case)
    assert [one.text for one in view.entries[-2:]] == list(told.values())
    enquiry = opened(db, kind="enquiry").case
    db.run(assistance.resolve, ping, case=enquiry, text="It is open until nine")


def test_what_is_missed_is_not_extended_and_a_new_round_has_its_own_days(
    db: Database, club: SmallClub
) -> None:
    ping = an_agent(db, "ping")
    case = opened(db, kind="complaint", member=club.members[0]).case
    days, why = timedelta(days=1), {"case": case, "text": "The clinic's records are awaited"}
    now = clock.now()
    with clock.replaying(now + 17 * days):
        with pytest.raises(assistance.ExtensionTooLate):
            db.run(assistance.extend, ping, days=30, **why)
    with clock.replaying(now + 20 * days):
        db.run(assistance.resolve, ping, case=case, text="A refund", changed="Two at the counter")
    with clock.replaying(now + 21 * days):
        db.run(assistance.reopen, ping, case=case)
        db.run(assistance.extend, ping, days=30, **why)
        with db.read() as session:
            first, second = session.execute(
                text(
                    "SELECT done_at > due_at, due_at FROM case_clock"
                    " WHERE clock = 'resolution' ORDER BY round"
                )
            ).all()
    assert first[0], "round 1 was late and stays late"
    assert second[1] is not None
    assert broken(db) == []
