"""Callbacks at the desk: a number that is planned, the list by when, and what came of the call."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import opened
from tests.cast import CLUB_ACTOR
from tests.portfolio.manager_members import name_member
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import desk
from vipclub.core import clock
from vipclub.core.db import Database

MOBILE = "+8613800138000"


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    name_member(db, made.members[0], "林若溪", mobile=MOBILE, city="310000")
    return made


@pytest.fixture
def sun(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "desk")


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/desk/callbacks"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def test_a_number_is_planned_called_and_off_the_list(sun: FlaskClient) -> None:
    made = post(
        sun,
        "/desk/callbacks",
        phone="+33 1 42 34 56 78",
        caller="Anne",
        about="complaint",
        words="Her seat was taken",
        due="30",
    )
    assert made.status_code == 303
    page = sun.get(f"{made.headers['Location']}?lang=en").text
    assert 'href="tel:+33142345678"' in page
    assert "Her seat was taken" in page
    listed = sun.get("/desk/callbacks?lang=en").text
    assert "a number without a name" in listed
    assert "+33142345678" not in listed
    assert "Her seat was taken" not in listed
    done = post(sun, f"{made.headers['Location']}/reached", outcome="settled", text="Settled")
    assert done.status_code == 303
    assert "No callback is due." in sun.get("/desk/callbacks?lang=en").text
    again = post(sun, f"{made.headers['Location']}/reached")
    assert again.status_code == 409


def test_what_is_refused_keeps_what_was_typed(sun: FlaskClient) -> None:
    answer = post(sun, "/desk/callbacks", phone="room 4", words="Her seat", due="at", at="soon")
    assert answer.status_code == 400
    answer = post(sun, "/desk/callbacks", phone="room 4", words="Her seat", due="30")
    assert answer.status_code == 422
    assert "a number that can be dialled" in answer.text
    assert "Her seat" in answer.text
    assert 'value="room 4"' in answer.text
    past = post(sun, "/desk/callbacks", phone=MOBILE, due="at", at="2020-01-01T09:00")
    assert past.status_code == 422


def test_not_reached_is_tried_again_and_the_third_call_ends_it(
    sun: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = db.run(desk.ask_callback, CLUB_ACTOR, member=club.members[0]).callback
    for left in (2, 1):
        assert post(sun, f"/desk/callbacks/{ref}/not-reached", again="60").status_code == 303
        page = sun.get(f"/desk/callbacks/{ref}?lang=en").text
        assert page.count("Not reached</strong>") == 3 - left
        assert f'href="tel:{MOBILE}"' in page
        assert "from the member's file" in page
    assert "This is the third call." in page
    assert post(sun, f"/desk/callbacks/{ref}/not-reached").status_code == 303
    page = sun.get(f"/desk/callbacks/{ref}?lang=en").text
    assert "/not-reached" not in page, "it is over"


def test_from_a_case_and_on_the_desk_s_first_page(
    sun: FlaskClient, db: Database, club: SmallClub
) -> None:
    assert "Within the hour" not in sun.get("/desk/?lang=en").text
    case = opened(db, kind="enquiry", phone=MOBILE).case
    page = sun.get(f"/desk/cases/{case}?lang=en").text
    assert "Plan a callback" in page
    made = post(sun, "/desk/callbacks", phone=MOBILE, case=case, due="30")
    assert made.status_code == 303
    assert case in sun.get(made.headers["Location"]).text
    assert "Within the hour: 1" in sun.get("/desk/?lang=en").text


def test_filters_pages_and_few_statements(sun: FlaskClient, db: Database, club: SmallClub) -> None:
    for n in range(63):
        db.run(
            desk.ask_callback,
            CLUB_ACTOR,
            phone=MOBILE,
            about="benefit" if n % 2 else "other",
            due=clock.now() + timedelta(minutes=10 + n),
        )
    first = sun.get("/desk/callbacks?lang=en").text
    assert first.count("data-open") == 60
    following = re.search(r'href="(/desk/callbacks\?after=[^"]+)"', first)
    assert following
    assert sun.get(following[1].replace("&amp;", "&")).text.count("data-open") == 3
    assert sun.get("/desk/callbacks?about=benefit").text.count("data-open") == 31
    assert "No callback fits." in sun.get("/desk/callbacks?whose=mine&lang=en").text
    assert sun.get("/desk/callbacks?sort=-due").status_code == 200
    one = re.search(r'href="(/desk/callbacks/J-[^"]+)"', first)
    assert one
    for path in ("/desk/callbacks", one[1], "/desk/", "/desk/live"):
        sun.get(path)
        with statements(at_most=6):
            assert sun.get(path).status_code == 200, path
