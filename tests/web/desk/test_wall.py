"""The desk's wall: how the cases stand, without anybody's name."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import a_client
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def sun(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "desk")


def figures(browser: FlaskClient, address: str = "/desk/live/wall") -> dict[str, str]:
    text = browser.get(f"{address}?lang=en").text
    found = re.findall(
        r'figure-name">([^<]+)</p>\s*<p class="figure-number">([^<]+?)\s*</p>', text, re.DOTALL
    )
    return dict(found)


def test_a_desk_without_cases_says_so(sun: FlaskClient) -> None:
    assert figures(sun, "/desk/wall") == {
        "Emergencies without an answer": "0",
        "Missed promises": "0",
        "Open cases": "0",
        "Waiting for the member": "0",
        "Answered in time, 24 hours": "–",
    }
    assert "nobody" in sun.get("/desk/wall?lang=en").text, "nobody is on duty"


def test_the_wall_counts_and_names_nobody(
    sun: FlaskClient, db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_shift(db, an_agent(db, "ping"), hours=12)
    answered = opened(
        db, kind="emergency_overseas", member=club.members[0], caller="Aunt Mei", place="Room 12"
    ).case
    db.run(assistance.answer, CLUB_ACTOR, case=answered, channel="phone")
    silent = opened(db, kind="emergency_domestic").case
    waiting = opened(db, kind="enquiry").case
    db.run(assistance.wait, CLUB_ACTOR, case=waiting, reason="member")
    later = clock.now() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert figures(sun) == {
        "Emergencies without an answer": "1",
        "Missed promises": "2",
        "Open cases": "3",
        "Waiting for the member": "1",
        "Answered in time, 24 hours": "50%",
    }
    text = sun.get("/desk/wall?lang=en").text
    assert answered in text
    assert silent in text
    for word in ("Aunt Mei", "Room 12", club.members[0]):
        assert word not in text, f"{word} can be read by whoever passes"


def test_only_the_desk_has_a_wall(db: Database, club: SmallClub) -> None:
    for role in ("manager", "operations", "auditor"):
        assert a_client(db, role).get("/desk/wall").status_code in {403, 404}
