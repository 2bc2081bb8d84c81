"""A club of two members, and Gao of the operations at the browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def app(db: Database) -> Flask:
    for role in ("operations", "desk"):
        an_account(db, role)
    return create_app(database=db)


@pytest.fixture
def gao(app: Flask) -> FlaskClient:
    """Somebody of the operations."""
    return signed_in(app, "operations")
