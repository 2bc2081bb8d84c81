"""What a click did is said with a button that takes it back, until the next page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.bookings.table_rows import appointment_of
from tests.bookings.visit_times import move_visit_to_now
from tests.small_club import SmallClub
from tests.web.partner.forms import post_form, take_step
from vipclub import bookings
from vipclub.core.db import Database

NOTICE = re.compile(r'<div class="notice notice-done notice-undo">.*?</div>', re.DOTALL)


@pytest.fixture
def visit(db: Database, club: SmallClub, request_ref: str) -> str:
    """Confirmed, and due at this moment."""
    db.run(bookings.confirm, club.he, appointment=request_ref)
    move_visit_to_now(db, request_ref)
    return request_ref


def undo_form(page: str) -> tuple[str, dict[str, str]]:
    """Where the notice's button is sent, and what goes along."""
    found = NOTICE.search(page)
    assert found, "no notice with an undo"
    action = re.search(r'<form method="post" action="([^"]+)"', found[0])
    assert action
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return action[1], dict(fields)


def state(db: Database, ref: str) -> str:
    return str(appointment_of(db, ref).status)


@pytest.mark.parametrize(("step", "after"), [("arrive", "arrived"), ("noshow", "noshow")])
def test_the_notice_takes_the_step_back(
    pc: FlaskClient, db: Database, visit: str, step: str, after: str
) -> None:
    answer = take_step(pc, visit, step, back="/partner/day")
    assert (answer.status_code, answer.location) == (303, "/partner/day")
    assert state(db, visit) == after
    action, fields = undo_form(pc.get("/partner/day").text)
    assert fields["back"] == "/partner/day"
    answer = pc.post(action, data=fields)
    assert (answer.status_code, answer.location) == (303, "/partner/day")
    assert state(db, visit) == "booked"
    page = pc.get("/partner/day?lang=en").text
    assert "Taken back for" in page
    assert NOTICE.search(page) is None, "what is taken back is not taken back again"


def test_a_check_in_by_the_field_can_be_taken_back(
    pc: FlaskClient, db: Database, visit: str
) -> None:
    day: date = appointment_of(db, visit).start.date()
    sent = post_form(pc, "/partner/day/check-in", date=day.isoformat(), code=visit)
    assert sent.status_code == 303
    action, fields = undo_form(pc.get(sent.location).text)
    assert pc.post(action, data=fields).status_code == 303
    assert state(db, visit) == "booked"


def test_it_is_said_once_and_needs_its_token(pc: FlaskClient, db: Database, visit: str) -> None:
    take_step(pc, visit, "arrive")
    page = pc.get("/partner/?lang=en").text
    action, fields = undo_form(page)
    assert 'href="/partner/?lang=en" data-dismiss' in page
    assert NOTICE.search(pc.get("/partner/").text) is None
    forged = {name: value for name, value in fields.items() if name != "csrf_token"}
    assert pc.post(action, data=forged).status_code == 400
    assert state(db, visit) == "arrived"


def test_a_step_that_can_t_be_taken_back_has_no_button(
    pc: FlaskClient, db: Database, request_ref: str
) -> None:
    take_step(pc, request_ref, "confirm")
    assert state(db, request_ref) == "booked"
    assert NOTICE.search(pc.get("/partner/").text) is None
