"""The link of a colleague's invitation is shown once, and mailed to the sign-in name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.mailbox import Mailbox
from tests.mails_arriving import mails_arriving
from tests.web.signing_in import csrf_token
from vipclub import accounts
from vipclub.core.db import Database

LINK = re.compile(r"/join/([\w-]+)")
PASSWORD = "a lamp over the pier"


def invite(browser: FlaskClient, login: str, language: str = "en") -> str:
    form = {"name": "Sun Yue", "login": login, "role": "desk", "language": language}
    data = {"csrf_token": csrf_token(browser, "/admin/people/new"), **form}
    answer = browser.post("/admin/people/new?lang=en", data=data)
    assert answer.status_code == 200, answer.text
    assert "the link is sent there too: whoever reads that mailbox can open" in answer.text
    assert "that only the invited know" not in answer.text, "the letter is sent to that very name"
    found = LINK.search(answer.text)
    assert found, "it is shown as well"
    return found[1]


def joins(app: Flask, link: str, login: str) -> Any:
    browser = app.test_client()
    data = {"csrf_token": csrf_token(browser, f"/join/{link}"), "login": login}
    return browser.post(f"/join/{link}", data={**data, "password": PASSWORD})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "An account was opened for you."),
        ("zh-Hans", "已为您开通"),
        ("zh-Hant", "已為您開立"),
    ],
)
def test_the_letter_opens_the_account(
    app: Flask, zhao: FlaskClient, db: Database, mail: Mailbox, language: str, words: str
) -> None:
    shown = invite(zhao, "sun@club.example", language)
    [letter] = mails_arriving(db, mail)
    assert mail.recipients == [["sun@club.example"]]
    assert words in letter, "in the language of the new account"
    sent = LINK.search(letter)
    assert sent
    assert sent[1] == shown
    assert joins(app, sent[1], "sun@club.example").status_code == 303
    assert mails_arriving(db, mail) == []


def test_a_link_that_was_replaced_is_not_sent_any_more(
    app: Flask, zhao: FlaskClient, db: Database, mail: Mailbox
) -> None:
    first = invite(zhao, "sun@club.example")
    with db.read() as session:
        page = accounts.find_accounts(session, CLUB_ACTOR, text="sun@club.example", limit=2)
    ref = page.items[0].ref
    data = {"csrf_token": csrf_token(zhao, f"/admin/people/{ref}")}
    assert zhao.post(f"/admin/people/{ref}/invite", data=data).status_code == 200
    [letter] = mails_arriving(db, mail)
    sent = LINK.search(letter)
    assert sent
    assert sent[1] != first
    assert joins(app, first, "sun@club.example").status_code == 422
    assert joins(app, sent[1], "sun@club.example").status_code == 303


def test_who_signs_in_by_a_phone_number_gets_no_letter(
    app: Flask, zhao: FlaskClient, db: Database, mail: Mailbox
) -> None:
    shown = invite(zhao, "+85291234567")
    assert mails_arriving(db, mail) == []
    assert joins(app, shown, "+85291234567").status_code == 303


def test_a_link_made_by_a_command_is_printed_alone(db: Database, mail: Mailbox) -> None:
    db.run(
        accounts.recruit,
        CLUB_ACTOR,
        login="sun@club.example",
        name="Sun",
        role="desk",
        language="en",
    )
    assert mails_arriving(db, mail) == []
