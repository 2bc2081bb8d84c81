"""The desk finds a member by what the caller says."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Thread, a_thread
from tests.web.staff import CLUB, an_account, form_token, signed_in
from vipclub import bookings, membership, people
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db)


@pytest.fixture
def app(db: Database) -> Flask:
    an_account(db, "desk")
    return create_app(database=db)


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return signed_in(app, "desk")


def find(desk: FlaskClient, who: str) -> tuple[int, str]:
    form = {"who": who, "csrf_token": form_token(desk, "/desk/")}
    answer = desk.post("/desk/find", data=form)
    return answer.status_code, answer.headers.get("Location", "")


def test_by_reference_and_by_card(desk: FlaskClient, thread: Thread, db: Database) -> None:
    ref = thread.members[0]
    with db.read() as session:
        person = people.find_person(session, CLUB, ref)
        term = membership.member_summary(session, person.survivor_id)
    assert term is not None
    for said in (ref, ref.lower().replace("-", " "), term.card):
        assert find(desk, said) == (303, f"/desk/members/{ref}")


@pytest.mark.parametrize("said", ["", "nobody", "13800138000", "M-00000-00000-1", "' OR 1=1"])
def test_what_nobody_is_known_by_is_said_plainly(
    desk: FlaskClient, thread: Thread, said: str
) -> None:
    status, location = find(desk, said)
    assert status == 404
    assert location == ""


def test_the_member_s_page_shows_what_is_left_and_booked(
    desk: FlaskClient, thread: Thread, db: Database
) -> None:
    made = db.run(
        bookings.book,
        CLUB,
        member=thread.members[0],
        offering=thread.offering,
        slot=thread.slots[0],
    )
    page = desk.get(f"/desk/members/{thread.members[0]}?lang=en")
    assert page.status_code == 200
    assert made.appointment in page.text
    assert "Reserved" in page.text
    assert desk.get("/desk/members/M-00000-00000-0").status_code in {400, 404}
