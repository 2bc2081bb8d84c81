"""A member Lin whom manager and desk serve, and a browser for each."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club
from tests.web.member_file.forms import Browser
from tests.web.signing_in import an_account, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    name_member(db, made.members[0], "林若溪", mobile="+8613800138000", city="310000")
    give_to_manager(db, made.members[0])
    return made


@pytest.fixture
def app(db: Database, club: SmallClub) -> Flask:
    an_account(db, "desk")
    an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)])
    return create_app(database=db)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return lambda role: signed_in(app, role)
