"""No request for help is lost, whatever dies while it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.assistance.outages import ask_through_outages
from tests.cast import CLUB_ACTOR
from tests.small_club import a_small_club
from tests.terminal import environment_of
from vipclub import assistance
from vipclub.core.db import Database


@pytest.mark.promise("P26")
@pytest.mark.slow
@pytest.mark.race
def test_requests_survive_the_death_of_servers_and_workers(
    db: Database, url: str, tmp_path: Path
) -> None:
    a_small_club(db)
    agent = an_agent(db, "ping")
    on_shift(db, agent, hours=12)
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(agent.account_ref))
    found = ask_through_outages(db, environment_of(url, tmp_path), requests=160, every=40)
    assert found.answered == 160
    assert found.kills >= 3
    assert found.kept, found
    assert found.alarms == 160 * 16
