"""A club whose events a manager and an operator curate; Lin is in the manager's portfolio."""

from __future__ import annotations

import pytest

from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import a_small_club
from tests.web.event_pages.house import House
from tests.web.signing_in import an_account, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def house(db: Database) -> House:
    club = a_small_club(db, members=3)
    name_member(db, club.members[0], "林若溪", mobile="+8613800138000", city="310000")
    give_to_manager(db, club.members[0])
    name_member(db, club.members[1], "陈启明", mobile="+8613800138001", city="310000")
    an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)])
    an_account(db, "operations", scopes=[("all", "*")])
    an_account(db, "desk", scopes=[("all", "*")])
    an_account(db, "member", scopes=[("person", club.members[2])])
    an_account(db, "auditor")
    app = create_app(database=db)
    return House(db, club, app, signed_in(app, "manager"), signed_in(app, "operations"))
