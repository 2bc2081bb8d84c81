"""A member says how a request of hers was handled, on its page."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import opened, seen
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def lin(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


@pytest.fixture
def resolved(db: Database, club: SmallClub) -> str:
    ref = opened(db, kind="enquiry", member=club.members[0]).case
    db.run(assistance.resolve, CLUB_ACTOR, case=ref, text="It is settled")
    return ref


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/cases/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def test_she_rates_it_and_reads_what_she_said(lin: FlaskClient, resolved: str) -> None:
    page = lin.get(f"/cases/{resolved}?lang=en").text
    assert "Your rating" in page
    assert "Reopen the request" not in page
    answer = post(lin, f"/cases/{resolved}/rating", score="4", text="Kind and quick")
    assert answer.status_code == 303
    page = lin.get(f"/cases/{resolved}?lang=en").text
    assert "Kind and quick</textarea>" in page
    assert 'value="4" checked' in page
    assert "Reopen the request" not in page


def test_a_low_one_asks_whether_to_open_it_again(
    lin: FlaskClient, db: Database, resolved: str
) -> None:
    post(lin, f"/cases/{resolved}/rating", score="1", text="Nobody rang back")
    page = lin.get(f"/cases/{resolved}?lang=en").text
    assert "Shall we look at it again?" in page
    assert post(lin, f"/cases/{resolved}/reopen").status_code == 303
    assert seen(db, resolved).line.status == "reopened"
    page = lin.get(f"/cases/{resolved}?lang=en").text
    assert "Your rating" not in page, "it is open again"
    assert post(lin, f"/cases/{resolved}/reopen").status_code == 409


def test_what_is_refused_loses_no_word(lin: FlaskClient, resolved: str) -> None:
    answer = post(lin, f"/cases/{resolved}/rating", score="", text="I forgot the stars")
    assert answer.status_code == 422
    assert "Please choose a rating from 1 to 5." in answer.text
    assert "I forgot the stars</textarea>" in answer.text


def test_another_s_request_is_not_rated(lin: FlaskClient, db: Database, club: SmallClub) -> None:
    ref = opened(db, kind="enquiry", member=club.members[1]).case
    db.run(assistance.resolve, CLUB_ACTOR, case=ref, text="Settled")
    assert post(lin, f"/cases/{ref}/rating", score="1").status_code == 404


def test_the_page_needs_few_statements(lin: FlaskClient, resolved: str) -> None:
    lin.get(f"/cases/{resolved}")
    with statements(at_most=6):
        lin.get(f"/cases/{resolved}")
