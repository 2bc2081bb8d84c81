"""Tokens are made with a secret that is shown once, and made useless."""

from __future__ import annotations

import io
import logging
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.accounts.sign_ins import actor_of_bearer
from tests.membership.inserted_persons import persons_under_policy, source_record
from tests.web.signing_in import csrf_token
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database

SECRET = re.compile(r"vip_[0-9A-Z]{8}_[0-9A-Za-z]{32}")


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/admin/tokens"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def test_a_secret_is_shown_once_and_stands_nowhere_else(
    zhao: FlaskClient, db: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    heard = io.StringIO()
    listener = logging.StreamHandler(heard)
    logging.getLogger().addHandler(listener)
    try:
        made = post(zhao, "/admin/tokens", scope="channel", days=30)
        (secret,) = set(SECRET.findall(made.text))
        assert made.headers["Cache-Control"] == "no-store"
        for page in ("/admin/tokens", "/admin/", "/admin/people"):
            assert SECRET.search(zhao.get(page).text) is None
    finally:
        logging.getLogger().removeHandler(listener)
    assert actor_of_bearer(db, secret) is not None
    out, err = capfd.readouterr()
    assert secret not in heard.getvalue() + out + err
    with db.read() as session:
        records = session.execute(select(AuditRow)).scalars()
        assert not any(secret in f"{row.before}{row.after}{row.reason}" for row in records)
        kept = session.execute(text("SELECT token_hash FROM api_token")).scalars()
        assert secret.encode() not in [bytes(found) for found in kept]


def test_a_token_opens_until_it_is_revoked(zhao: FlaskClient, db: Database) -> None:
    made = post(zhao, "/admin/tokens", scope="channel", days=30)
    (secret,) = set(SECRET.findall(made.text))
    (ref,) = set(re.findall(r"T-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z*]", made.text))
    home = zhao.get("/admin/?lang=en").text
    assert "Valid tokens: 1" in home
    assert "the next ends on" in home
    assert post(zhao, "/admin/tokens/revoke", token=ref).status_code == 303
    assert actor_of_bearer(db, secret) is None
    home = zhao.get("/admin/?lang=en").text
    assert "Valid tokens: 0" in home
    assert "the next ends on" not in home
    page = zhao.get("/admin/tokens?lang=en").text
    assert "revoked" in page
    assert "Yes, revoke it" not in page
    assert post(zhao, "/admin/tokens/revoke", token="T-1").status_code == 400


def test_a_member_s_token_names_the_member(zhao: FlaskClient, db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=600_000)])
    made = post(zhao, "/admin/tokens", scope="member", member=lin, days=1)
    (secret,) = set(SECRET.findall(made.text))
    actor = actor_of_bearer(db, secret)
    assert actor is not None
    assert actor.scopes == {("person", lin)}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"scope": "king"}, "Please choose a scope."),
        ({"scope": "member"}, "Please give the member"),
        ({"scope": "member", "member": "nobody"}, "is not a reference of the club"),
        ({"scope": "partner"}, "Please choose the partner."),
        ({"scope": "channel", "days": "0"}, "Please write a number from 1 to 3660."),
    ],
)
def test_what_doesn_t_fit_is_said(zhao: FlaskClient, form: dict[str, str], words: str) -> None:
    answer = post(zhao, "/admin/tokens", **{"days": "30", **form})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert SECRET.search(answer.text) is None
