"""A forgotten password, as a browser and a mailbox see it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.mailbox import Mailbox
from tests.mails_arriving import mails_arriving
from tests.web.signing_in import PASSWORD, an_account, csrf_token, sign_in, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database

NEW = "another harbour in June"


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


def a_browser(app: Flask) -> FlaskClient:
    """That reads English."""
    client = app.test_client()
    client.get("/sign-in?lang=en")
    return client


def ask(client: FlaskClient, login: str) -> Any:
    token = csrf_token(client, "/reset")
    return client.post("/reset", data={"login": login, "csrf_token": token})


def choose(client: FlaskClient, path: str, password: str = NEW, again: str | None = None) -> Any:
    data = {
        "password": password,
        "again": password if again is None else again,
        "csrf_token": csrf_token(client, path),
    }
    return client.post(path, data=data)


def link_in(text: str) -> str:
    found = re.search(r"https://club\.example(/reset/\S+)", text)
    assert found, text
    return found[1]


def same(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


def test_from_the_forgotten_password_to_the_new_one(
    app: Flask, db: Database, mail: Mailbox
) -> None:
    an_account(db, "desk")
    client = a_browser(app)
    assert 'href="/reset"' in client.get("/sign-in").text
    assert "Please check your mail" in ask(client, "desk@club.example").text
    (letter,) = mails_arriving(db, mail)
    assert mail.recipients == [["desk@club.example"]]
    path = link_in(letter)
    elsewhere = signed_in(app, "desk")
    answer = choose(client, path)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in"
    assert "Your password is changed" in client.get("/sign-in").text
    assert client.get("/desk/").status_code == 303, "nobody is signed in by it"
    assert elsewhere.get("/desk/").status_code == 303, "all sign-ins have ended"
    assert sign_in(client, "desk@club.example", NEW).status_code == 303
    assert sign_in(app.test_client(), "desk@club.example", PASSWORD).status_code == 401
    (warning,) = mails_arriving(db, mail)
    assert "The password of your account was changed" in warning


def test_a_link_used_twice_or_made_up_is_told_so(app: Flask, db: Database, mail: Mailbox) -> None:
    an_account(db, "desk")
    client = a_browser(app)
    ask(client, "desk@club.example")
    path = link_in(mails_arriving(db, mail)[0])
    assert choose(client, path).status_code == 303
    used, invented = choose(client, path, "a third harbour, July"), choose(client, "/reset/abc")
    assert used.status_code == invented.status_code == 422
    assert "be used any more" in used.text
    assert same(used.text).replace(path, "") == same(invented.text).replace("/reset/abc", "")
    assert 'href="/reset"' in used.text


def test_an_unknown_name_gets_the_same_bytes_and_no_mail(
    app: Flask, db: Database, mail: Mailbox
) -> None:
    an_account(db, "desk")
    client = a_browser(app)
    answers = [
        ask(client, login)
        for login in ("desk@club.example", "nobody@club.example", "+8613800138000", "no name")
    ]
    assert len({same(answer.text) for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200}
    headers = [
        [(k, v) for k, v in answer.headers if k not in {"X-Request-ID", "Set-Cookie"}]
        for answer in answers
    ]
    assert headers[0] == headers[1] == headers[2] == headers[3]
    assert len(mails_arriving(db, mail)) == 1


def test_asking_again_and_again_is_told_when_to_come(app: Flask, db: Database) -> None:
    client = a_browser(app)
    for _ in range(3):
        assert ask(client, "nobody@club.example").status_code == 200
    answer = ask(client, "nobody@club.example")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert "Please try again in 10 minutes." in answer.text


def test_the_page_of_a_link_tells_nobody_its_address(app: Flask, db: Database) -> None:
    client = a_browser(app)
    for path in ("/reset/abc", "/invitation/abc"):
        page = client.get(path)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
    answer = choose(client, "/reset/abc")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_over_tls_the_form_needs_no_referer_but_its_own_token(app: Flask, db: Database) -> None:
    """A page that sends no Referer can't be asked for one; a form from elsewhere is refused."""
    client = a_browser(app)
    secure = {"base_url": "https://127.0.0.1"}
    page = client.get("/reset/abc", **secure)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    data = {"password": NEW, "again": NEW, "csrf_token": token[1]}
    assert client.post("/reset/abc", data=data, **secure).status_code == 422
    data["csrf_token"] = "made up"
    assert client.post("/reset/abc", data=data, **secure).status_code == 400


def test_two_passwords_that_differ_and_a_weak_one_can_be_mended(
    app: Flask, db: Database, mail: Mailbox
) -> None:
    an_account(db, "desk")
    client = a_browser(app)
    ask(client, "desk@club.example")
    path = link_in(mails_arriving(db, mail)[0])
    assert "not the same" in choose(client, path, again="another").text
    weak = choose(client, path, "short")
    assert weak.status_code == 422
    assert "12 characters" in weak.text
    assert choose(client, path).status_code == 303


def test_the_pages_are_said_in_three_languages(app: Flask) -> None:
    client = a_browser(app)
    assert "忘记密码？" in client.get("/reset?lang=zh-Hans").text
    assert "忘記密碼？" in client.get("/reset?lang=zh-Hant").text
    assert "設定新密碼" in client.get("/reset/abc?lang=zh-Hant").text
