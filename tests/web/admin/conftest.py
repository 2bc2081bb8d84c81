"""The administrator, a policy owner, the auditor, and somebody who is none of them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.signing_in import an_account, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def app(db: Database) -> Flask:
    for role in ("admin", "policy", "auditor", "operations"):
        an_account(db, role)
    return create_app(database=db)


@pytest.fixture
def zhao(app: Flask) -> FlaskClient:
    """The administrator."""
    return signed_in(app, "admin")


@pytest.fixture
def xu(app: Flask) -> FlaskClient:
    """A policy owner."""
    return signed_in(app, "policy")


@pytest.fixture
def fang(app: Flask) -> FlaskClient:
    """The auditor."""
    return signed_in(app, "auditor")
