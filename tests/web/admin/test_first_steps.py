"""The page of first steps, in the door of the administrator."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.mailbox import Mailbox
from tests.mails_arriving import mails_arriving
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub.accounts import ROLES
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.settings import Settings

PAGE = "/admin/first-steps"


def state_of(browser: FlaskClient, step: str) -> str:
    [state] = re.findall(rf'data-row="{step}" data-state="(\w+)"', browser.get(PAGE).text)
    return state


def test_what_is_missing_is_counted_on_the_first_page_and_told_step_by_step(
    zhao: FlaskClient,
) -> None:
    for language, missing in (("en", "missing"), ("zh-Hans", "未完成"), ("zh-Hant", "未完成")):
        page = zhao.get(f"{PAGE}?lang={language}").text
        assert page.count(f">{missing}</span>") == 12
        assert "%(" not in page
        assert {"en": "Operations set", "zh-Hans": "由运营", "zh-Hant": "由營運"}[language] in page
    home = zhao.get("/admin/?lang=en").text
    assert "Steps left before the club can take bookings: 12." in home
    assert f'href="{PAGE}"' in home


def test_a_test_letter_says_how_it_ended(db: Database, zhao: FlaskClient, mail: Mailbox) -> None:
    data = {"csrf_token": csrf_token(zhao, PAGE)}
    answer = zhao.post(f"{PAGE}/mail", data=data, follow_redirects=True)
    assert 'id="trial" data-state="waiting"' in answer.text
    assert len(mails_arriving(db, mail)) == 1
    assert 'id="trial" data-state="sent"' in zhao.get(PAGE).text
    assert state_of(zhao, "mail") == "look", "the settings of this process name no server"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"proxies": 0}, "Requests come through a proxy while VIPCLUB_PROXIES is 0"),
        ({"env": "development"}, "The club runs in development mode"),
        ({"allow_sqlite": True, "database_url": "sqlite:///x.db"}, "The database is a file"),
        ({"allow_mail_files": True}, "Letters are only written to files"),
        (
            {"allow_mail_in_clear": True, "mail_url": "smtp://mail.example"},
            "Letters may leave without encryption",
        ),
    ],
)
def test_what_was_allowed_and_what_is_wrong_in_front_is_told(
    db: Database, app: Flask, settings: dict[str, object], said: str
) -> None:
    browser = signed_in(create_app(Settings.load(**settings), database=db), "admin")
    browser.get("/sign-in", headers={"X-Forwarded-For": "203.0.113.7"})
    page = browser.get(f"{PAGE}?lang=en").text
    assert said in page
    assert "203.0.113.7" not in page
    counted = signed_in(create_app(Settings.load(proxies=1), database=db), "admin")
    assert "Requests come through a proxy" not in counted.get(f"{PAGE}?lang=en").text


def test_it_is_the_administrator_s_alone(db: Database, app: Flask) -> None:
    for role in ROLES:
        if role not in {"admin", "policy", "auditor", "operations"}:
            an_account(db, role)
        browser = signed_in(app, role)
        expected = 200 if role == "admin" else 403
        assert browser.get(PAGE).status_code == expected, role


def test_the_page_takes_few_statements(zhao: FlaskClient) -> None:
    zhao.get(PAGE)
    with statements(at_most=6):
        zhao.get(PAGE)
