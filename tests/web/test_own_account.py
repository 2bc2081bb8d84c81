"""The own account of whoever serves: each role sees it, changes what is its own, and nothing of
anybody else's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR
from tests.messages.written_messages import code_written, written_messages
from tests.small_club import a_small_club
from tests.statements import statements
from tests.web.pages import first_match
from tests.web.signing_in import PASSWORD, an_account, csrf_token, sign_in, signed_in
from vipclub import accounts, assistance
from vipclub.accounts import STAFF
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database

NUMBER = "+85291234567"
NEW = "another harbour in June"


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


def post(client: FlaskClient, path: str, **form: str) -> Any:
    data = {"csrf_token": csrf_token(client, "/account/"), **form}
    return client.post(f"{path}?lang=en", data=data)


@pytest.mark.parametrize("role", STAFF)
def test_every_role_has_its_account_and_the_way_to_it(app: Flask, db: Database, role: str) -> None:
    scopes = [("partner", a_small_club(db).partner)] if role == "partner" else None
    an_account(db, role, scopes=scopes)
    client = signed_in(app, role)
    first = client.get("/", follow_redirects=True).text
    assert 'href="/account/"' in first
    with statements(at_most=6):
        page = client.get("/account/?lang=en").text
    for said in (f"Somebody {role}", f"{role}@club.example", "this device", "Mobile number for"):
        assert said in page
    assert ("My duty" in page) == (role == "desk")
    assert client.get("/account/password").status_code == 200


def test_members_have_their_own_page_instead(app: Flask, db: Database) -> None:
    club = a_small_club(db)
    an_account(db, "member", scopes=[("person", club.members[0])])
    phone = signed_in(app, "member")
    assert phone.get("/account/").status_code == 403
    assert app.test_client().get("/account/").status_code == 303


def test_a_new_password_ends_the_other_devices(app: Flask, db: Database) -> None:
    an_account(db, "operations")
    client, other = signed_in(app, "operations"), signed_in(app, "operations")
    path = "/account/password"
    wrong = post(client, path, present="x", new=NEW)
    assert (wrong.status_code, other.get("/account/").status_code) == (422, 200)
    assert "present" in wrong.text
    assert post(client, path, present=PASSWORD, new="short").status_code == 422
    assert post(client, path, present=PASSWORD, new=NEW).status_code == 303
    assert other.get("/account/").status_code == 303
    assert client.get("/account/").status_code == 200
    assert sign_in(app.test_client(), "operations@club.example", NEW).status_code == 303


def test_a_device_is_signed_out_by_whose_it_is_alone(app: Flask, db: Database) -> None:
    an_account(db, "auditor")
    an_account(db, "admin")
    mine, phone, hers = (
        signed_in(app, "auditor"),
        signed_in(app, "auditor"),
        signed_in(app, "admin"),
    )
    pattern = r'name="name" value="([0-9a-f]{16})"'
    name = first_match(pattern, mine.get("/account/").text)
    assert post(hers, "/account/sign-ins", name=name).status_code == 404
    assert post(hers, "/account/sign-ins", name="nobody").status_code == 400
    assert phone.get("/account/").status_code == 200
    assert post(mine, "/account/sign-ins", name=name).status_code == 303
    assert phone.get("/account/").status_code == 303
    phone = signed_in(app, "auditor")
    assert post(mine, "/account/sign-ins").status_code == 303
    assert phone.get("/account/").status_code == 303
    assert (mine.get("/account/").status_code, hers.get("/account/").status_code) == (200, 200)


def test_the_language_of_pages_and_letters(app: Flask, db: Database) -> None:
    an_account(db, "policy")
    client = signed_in(app, "policy")
    assert post(client, "/account/language", language="fr").status_code == 400
    assert post(client, "/account/language", language="zh-Hant").status_code == 303
    assert '<html lang="zh-Hant">' in client.get("/account/").text


def test_a_number_to_be_woken_by_is_proven_by_a_code(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    made = an_account(db, "desk")
    client = signed_in(app, "desk")

    def mobile() -> str | None:
        with db.read() as session:
            return accounts.mobile_of(session, made.id)

    assert post(client, "/account/mobile", mobile=NUMBER, password="x").status_code == 422
    unreadable = post(client, "/account/mobile", mobile="12", password=PASSWORD)
    assert unreadable.status_code == 422
    assert 'value="12"' in unreadable.text
    assert post(client, "/account/mobile", mobile=NUMBER, password=PASSWORD).status_code == 303
    code = code_written(db, tmp_path)
    assert mobile() is None
    again = post(client, "/account/mobile", mobile=NUMBER, password=PASSWORD)
    assert (again.status_code, again.headers["Retry-After"] > "0") == (429, True)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "4 tries are left" in post(client, "/account/mobile/code", code=wrong).text
    assert post(client, "/account/mobile/code", code=code).status_code == 303
    assert mobile() == NUMBER
    page = client.get("/account/?lang=en").text
    assert "+852 ****4567" in page
    assert NUMBER not in page
    assert post(client, "/account/mobile/remove").status_code == 303
    assert mobile() is None


def test_an_urgent_alarm_wakes_by_two_ways(db: Database, tmp_path: Path) -> None:
    club = a_small_club(db)
    leader = an_agent(db, "leader")
    sent = db.run(accounts.ask_own_mobile, leader, mobile=NUMBER)
    db.run(accounts.prove_own_mobile, leader, typed=sent.digits)
    on_shift(db, leader, leads=True)
    written_messages(db, tmp_path)
    made = {"kind": "emergency_overseas", "what": "Help", "channel": "phone"}
    db.run(assistance.open_case, CLUB_ACTOR, member=club.members[0], **made)
    assert [one.to for one in written_messages(db, tmp_path)] == [NUMBER, "leader@club.example"]


def test_ones_own_duty_with_who_stands_in(app: Flask, db: Database) -> None:
    agent, other = an_agent(db, "desk"), an_agent(db, "other")
    tomorrow = clock.now() + timedelta(days=1)
    on_shift(db, agent, start=tomorrow, leads=True)
    on_shift(db, other, start=tomorrow + timedelta(days=2))
    for away, stand_in in ((agent, other), (other, agent)):
        db.run(
            assistance.add_absence,
            CLUB_ACTOR,
            account=str(away.account_ref),
            kind="leave",
            start=tomorrow + timedelta(days=4),
            end=tomorrow + timedelta(days=5),
            stand_in=str(stand_in.account_ref),
        )
    page = signed_in(app, "desk").get("/account/?lang=en").text
    assert page.count("Shift, as its leader") == 1
    assert "leave; Somebody desk stands in" in page
    assert "You stand in for Somebody desk" in page
    assert ">Shift<" not in page, "that of another is not shown"


def test_without_sms_no_number_is_asked_for(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    an_account(db, "desk")
    app = create_app(database=db)
    club = app.extensions["vipclub"]
    monkeypatch.setattr(club, "settings", club.settings.model_copy(update={"env": "production"}))
    client = signed_in(app, "desk")
    assert "Mobile number for alarms" not in client.get("/account/?lang=en").text
    assert post(client, "/account/mobile", mobile=NUMBER, password=PASSWORD).status_code == 404
    with db.read() as session:
        assert session.execute(select(accounts.Account.mobile)).scalar() is None
