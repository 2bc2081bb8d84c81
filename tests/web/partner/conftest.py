"""A check-up centre with a request that waits, and its clerk signed in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account, sign_in
from vipclub import bookings
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def request_ref(db: Database, club: SmallClub) -> str:
    """A request that waits for the partner."""
    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[0],
        note="a wheelchair",
    )
    return str(made.appointment)


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


@pytest.fixture
def pc(db: Database, club: SmallClub, app: Flask) -> FlaskClient:
    """The front desk's browser, signed in."""
    an_account(db, "partner", scopes=[("partner", club.partner)])
    client = app.test_client()
    assert sign_in(client, "partner@club.example").status_code == 303
    return client


@pytest.fixture
def other_pc(db: Database, club: SmallClub, app: Flask) -> FlaskClient:
    """The browser of another partner's clerk."""
    an_account(db, "partner", login="other@club.example", scopes=[("partner", club.other_partner)])
    client = app.test_client()
    assert sign_in(client, "other@club.example").status_code == 303
    return client
