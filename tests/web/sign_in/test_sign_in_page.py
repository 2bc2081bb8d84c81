"""The sign-in page as a browser sees it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.web.signing_in import PASSWORD, an_account, csrf_token, sign_in, signed_in
from vipclub.accounts import ROLES
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.web.frame import HOMES


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_lands_at_its_own_door(app: Flask, db: Database, role: str) -> None:
    an_account(db, role)
    client = app.test_client()
    assert sign_in(client, f"{role}@club.example").headers["Location"] == HOMES[role]
    again = client.get("/sign-in")
    assert again.status_code == 303
    assert again.headers["Location"] == HOMES[role]


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_a_latin_name_never_touches_a_character(app: Flask, language: str) -> None:
    page = app.test_client().get(f"/sign-in?lang={language}").text
    assert "VIP " in page
    assert not re.search(r"[\u4e00-\u9fff][A-Za-z]|[A-Za-z][\u4e00-\u9fff]", page.split("<main")[1])


def test_a_wrong_password_and_an_unknown_name_look_alike(app: Flask, db: Database) -> None:
    an_account(db, "desk")
    wrong = sign_in(app.test_client(), "desk@club.example", "not this one")
    unknown = sign_in(app.test_client(), "nobody@club.example", "not this one")
    assert wrong.status_code == unknown.status_code == 401
    assert "Set-Cookie" not in wrong.headers

    def same(text: str, login: str) -> str:
        import re

        return re.sub(r'name="csrf_token" value="[^"]+"', "", text).replace(login, "")

    assert same(wrong.text, "desk@club.example") == same(unknown.text, "nobody@club.example")


def test_too_many_tries_are_told_when_to_come_again(app: Flask, db: Database) -> None:
    an_account(db, "desk")
    for _ in range(5):
        sign_in(app.test_client(), "desk@club.example", "not this one")
    answer = sign_in(app.test_client(), "desk@club.example")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15


def test_the_cookie_changes_at_sign_in(app: Flask, db: Database) -> None:
    """A cookie that was planted before is worth nothing after."""
    an_account(db, "desk")
    client = app.test_client()
    token = csrf_token(client)
    before = client.get_cookie("vip")
    answer = client.post(
        "/sign-in",
        data={"login": "desk@club.example", "password": PASSWORD, "csrf_token": token},
    )
    after = client.get_cookie("vip")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert answer.status_code == 303
    again = client.post("/sign-out", data={"csrf_token": token})
    assert again.status_code == 400, "the old page's token is of the old cookie"


def test_a_staff_cookie_ends_with_the_browser_a_member_s_stays(app: Flask, db: Database) -> None:
    for role, lasting in (("desk", False), ("member", True)):
        an_account(db, role)
        cookie = sign_in(app.test_client(), f"{role}@club.example").headers["Set-Cookie"]
        assert ("Expires" in cookie) is lasting


def test_signing_out_by_a_link_does_nothing(app: Flask, db: Database) -> None:
    an_account(db, "desk")
    client = signed_in(app, "desk")
    assert client.get("/sign-out").status_code == 405
    assert client.get("/desk/").status_code == 200


def test_a_wrong_invitation_is_refused_with_a_sentence(app: Flask) -> None:
    client = app.test_client()
    form = {
        "csrf_token": csrf_token(client, "/invitation/nonsense?lang=en"),
        "birth_date": "1980-05-04",
        "login": "lin@example.com",
        "password": PASSWORD,
    }
    for born in ("1980-05-04", "yesterday", ""):
        answer = client.post("/invitation/nonsense", data={**form, "birth_date": born})
        assert answer.status_code == 422
        assert "can&#39;t be used" in answer.text
