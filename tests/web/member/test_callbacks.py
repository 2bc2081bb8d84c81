"""A member asks to be called back, in the hours that suit her, and calls it off."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.portfolio.manager_members import name_member
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    name_member(db, made.members[0], "林若溪", mobile="+8613800138000", city="310000")
    return made


@pytest.fixture
def lin(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


def ask(lin: FlaskClient, **form: str) -> int:
    data = {"csrf_token": csrf_token(lin, "/callbacks"), **form}
    return lin.post("/callbacks?lang=en", data=data).status_code


def test_asked_seen_and_called_off(lin: FlaskClient) -> None:
    for path in ("/help", "/cases", "/cases/new"):
        assert 'href="/callbacks"' in lin.get(path).text, path
    assert ask(lin, window="evening", phone="+33 1 42 34 56 78", about="benefit") == 303
    page = lin.get("/callbacks?lang=en").text
    assert "We call you" in page
    assert "21:00" in page
    ref = re.search(r"/callbacks/(J-[0-9A-Z-]+)/cancel", page)
    assert ref
    token = csrf_token(lin, "/callbacks")
    gone = lin.post(f"/callbacks/{ref[1]}/cancel", data={"csrf_token": token})
    assert gone.status_code == 303
    assert f"/callbacks/{ref[1]}/cancel" not in lin.get("/callbacks").text


def test_a_wrong_number_and_a_fourth_are_refused_in_a_sentence(lin: FlaskClient) -> None:
    assert ask(lin, phone="room 4") == 422
    for _ in range(3):
        assert ask(lin, window="soon") == 303
    assert ask(lin, window="soon") == 409


def test_few_statements(lin: FlaskClient) -> None:
    ask(lin, window="soon")
    lin.get("/callbacks")
    with statements(at_most=6):
        assert lin.get("/callbacks").status_code == 200
