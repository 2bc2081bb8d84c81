"""A member Lin whom manager and desk serve, and a browser for each."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.cast import Thread, a_thread
from tests.portfolio.giving import PORTFOLIO, call_them, give_to_manager
from tests.web.desk.behalf import Browser
from tests.web.staff import an_account, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def thread(db: Database) -> Thread:
    made = a_thread(db)
    call_them(db, made.members[0], "林若溪", mobile="+8613800138000", city="310000")
    give_to_manager(db, made.members[0])
    return made


@pytest.fixture
def app(db: Database, thread: Thread) -> Flask:
    an_account(db, "desk")
    an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)])
    return create_app(database=db)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return lambda role: signed_in(app, role)
