"""The conversation of a member with the club, at the three doors where it is read."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import a_client, csrf_token
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    give_to_manager(db, made.members[0])
    return made


@pytest.fixture
def lin(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


def post(browser: FlaskClient, page: str, path: str = "", **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, page), **form}
    return browser.post(f"{path or page}?lang=en", data=data, follow_redirects=True)


def test_words_go_both_ways_and_the_week_says_who_waits(
    db: Database, club: SmallClub, lin: FlaskClient
) -> None:
    wu = a_client(db, "manager", ("portfolio", PORTFOLIO))
    page = post(lin, "/conversation", text="May we talk about June?").text
    assert "May we talk about June?" in page
    assert "Your relationship manager: Somebody manager" in page
    assert "answer due" in page
    assert "Has written to you." in wu.get("/manager/?lang=en").text
    theirs = f"/manager/members/{club.members[0]}/conversation"
    assert "May we talk about June?" in wu.get(f"{theirs}?lang=en").text
    post(wu, theirs, text="Gladly, on Friday.")
    assert "Has written to you." not in wu.get("/manager/?lang=en").text
    page = lin.get("/conversation?lang=en").text
    assert page.index("Gladly, on Friday.") < page.index("May we talk about June?"), "newest first"
    assert "Mark as read" in page
    assert "Mark as read" not in post(lin, "/conversation", "/conversation/read").text


def test_without_a_manager_the_desk_answers_in_the_same_conversation(
    db: Database, club: SmallClub
) -> None:
    chen = a_client(db, "member", ("person", club.members[1]))
    page = post(chen, "/conversation", text="A question").text
    assert "With the service desk" in page
    assert "passed on to the service desk" in page
    sun = a_client(db, "desk")
    theirs = f"/desk/members/{club.members[1]}/conversation"
    assert "A question" in sun.get(f"{theirs}?lang=en").text


def test_what_is_refused_keeps_the_words(lin: FlaskClient) -> None:
    long = "x" * 4001
    answer = post(lin, "/conversation", text=long)
    assert answer.status_code == 422
    assert "A message has 1 to 4000 characters." in answer.text
    assert "x" * 4000 in answer.text


def test_a_second_sending_of_one_form_writes_once(lin: FlaskClient) -> None:
    for _ in range(2):
        page = post(lin, "/conversation", text="Only once", form_key="0123456789abcdef").text
    assert page.count("Only once") == 1


def test_another_manager_and_other_doors_see_nothing(db: Database, club: SmallClub) -> None:
    other = a_client(db, "manager", ("portfolio", "LIFE/9999"))
    assert other.get(f"/manager/members/{club.members[0]}/conversation").status_code == 404
    for role in ("partner", "operations", "auditor", "policy", "admin"):
        browser = a_client(db, role)
        assert browser.get("/conversation").status_code in {403, 404}
        assert browser.get(f"/desk/members/{club.members[0]}/conversation").status_code in {
            403,
            404,
        }
