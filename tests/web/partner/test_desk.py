"""The partner's front desk: the most urgent on top, one click an answer, names masked."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import Thread, a_thread
from tests.statements import statements
from tests.web.staff import an_account, form_token, sign_in
from vipclub import bookings
from vipclub.app import create_app
from vipclub.core.actor import Actor
from vipclub.core.db import Database

CLUB = Actor.system("tests")


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db)


@pytest.fixture
def request_ref(db: Database, thread: Thread) -> str:
    """A request that waits for the partner."""
    made = db.run(
        bookings.book,
        CLUB,
        member=thread.members[0],
        offering=thread.offering,
        slot=thread.slots[0],
        note="a wheelchair",
    )
    return str(made.appointment)


@pytest.fixture
def pc(db: Database, thread: Thread) -> FlaskClient:
    """The front desk's browser, signed in."""
    an_account(db, "partner", scopes=[("partner", thread.partner)])
    client = create_app(database=db).test_client()
    assert sign_in(client, "partner@club.example").status_code == 303
    return client


def step(pc: FlaskClient, ref: str, name: str, **form: str) -> Any:
    token = form_token(pc, "/partner/")
    return pc.post(f"/partner/appointments/{ref}/{name}", data={"csrf_token": token, **form})


def test_a_request_is_confirmed_checked_in_and_completed(pc: FlaskClient, request_ref: str) -> None:
    assert f'data-row="{request_ref}"' in pc.get("/partner/").text
    for name, state in (
        ("confirm", "Confirmed"),
        ("arrive", "Checked in"),
        ("fulfil", "Completed"),
    ):
        assert step(pc, request_ref, name).status_code == 303
        assert state in pc.get(f"/partner/appointments/{request_ref}").text
    assert step(pc, request_ref, "undo").status_code == 303
    assert "Checked in" in pc.get(f"/partner/appointments/{request_ref}").text


def test_declining_asks_for_a_reason(pc: FlaskClient, request_ref: str) -> None:
    refused = step(pc, request_ref, "decline", words="sorry")
    assert refused.status_code == 422
    assert "Please choose a reason." in refused.text
    assert 'value="sorry"' in refused.text
    assert step(pc, request_ref, "decline", reason="absent").status_code == 303
    assert f'data-row="{request_ref}"' not in pc.get("/partner/live").text


def test_a_step_that_is_no_longer_possible_says_so(pc: FlaskClient, request_ref: str) -> None:
    refused = step(pc, request_ref, "fulfil")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


def test_a_partner_sees_a_masked_name_and_no_number(
    pc: FlaskClient, request_ref: str, db: Database
) -> None:
    with db.read() as session:
        name = bookings.appointment(session, CLUB, request_ref).member_name
    for path in ("/partner/", "/partner/live", f"/partner/appointments/{request_ref}"):
        page = pc.get(path).text
        assert name not in page
        assert "wheelchair" in page


def test_no_page_takes_more_than_eight_statements(pc: FlaskClient, request_ref: str) -> None:
    for path in ("/partner/", "/partner/live", f"/partner/appointments/{request_ref}"):
        with statements(at_most=8):
            assert pc.get(path).status_code == 200
