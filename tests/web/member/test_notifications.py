"""By which ways the member is written to, and number and address verified by a code: the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from tests.messages.written_messages import code_written, written_messages
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.member.phone import post_form
from tests.web.signing_in import PASSWORD, a_client, an_account, signed_in
from vipclub import assistance, messages, people
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Malformed, NotFound
from vipclub.messages import NotificationChoice, Ways

NUMBER = "+852 9123 4567"


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def phone(db: Database, club: SmallClub) -> FlaskClient:
    an_account(db, "member", scopes=[("person", club.members[0])])
    return signed_in(create_app(database=db), "member")


def ways(db: Database, club: SmallClub) -> dict[str, Ways]:
    with db.read() as session:
        return messages.choices_of(session, club.lin, member=club.members[0])


def choose(phone: FlaskClient, *ticked: str) -> Any:
    page = "/notifications"
    token = re.search(r'name="csrf_token" value="([^"]+)"', phone.get(page).text)
    assert token
    return phone.post(page, data={"csrf_token": token[1], "way": list(ticked)})


def test_the_usual_is_mail_for_all_and_what_cannot_be_switched_off_is_said(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    with statements(at_most=6):
        page = phone.get("/notifications?lang=en").text
    assert page.count("checked") == 5
    assert set(ways(db, club).values()) == {Ways(mail=True, sms=False)}
    assert page.count("always") >= 3
    assert 'value="security-mail"' not in page
    assert 'value="emergencies-mail"' not in page
    assert "SMS needs a mobile number" in page
    assert "/notifications" in phone.get("/me").text


def test_what_is_ticked_is_kept_and_reminders_have_their_switch_in_it(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    assert choose(phone, "visits-sms", "cases-mail", "cases-sms").status_code == 303
    found = ways(db, club)
    assert found["visits"] == Ways(mail=False, sms=True)
    assert found["cases"] == Ways(mail=True, sms=True)
    assert found["reminders"] == found["membership"] == Ways(mail=False, sms=False)
    with db.read() as session:
        person = people.find_person(session, club.lin, club.members[0])
        assert not people.wants_reminders(session, person.id)
    page = phone.get("/notifications").text
    assert page.count("checked") == 3
    choose(phone, "reminders-sms", "nonsense-mail")
    found = ways(db, club)
    assert found["reminders"] == Ways(mail=False, sms=True)
    with db.read() as session:
        assert people.wants_reminders(session, person.id)
        rows = session.scalars(select(NotificationChoice.kind)).all()
    assert sorted(rows) == sorted(messages.CHOICE_KINDS)


def test_who_wanted_no_reminders_before_still_wants_none(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    db.run(people.set_reminders, club.lin, member=club.members[0], wanted=False)
    page = phone.get("/notifications").text
    assert page.count("checked") == 4
    assert re.search(r'value="reminders-mail"(?! checked)', page)


def test_nobody_chooses_for_another(db: Database, club: SmallClub) -> None:
    for ways_asked, error in (({"visits": Ways()}, NotFound), ({"wakes": Ways()}, NotFound)):
        with pytest.raises(error):
            db.run(messages.choose_ways, club.chen, member=club.members[0], ways=ways_asked)
    with pytest.raises(Malformed):
        db.run(messages.choose_ways, club.lin, member=club.members[0], ways={"wakes": Ways()})


def test_without_sms_what_was_chosen_for_it_stays(
    phone: FlaskClient, db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(phone, "visits-sms", "visits-mail")
    there = phone.application.extensions["vipclub"]
    production = there.settings.model_copy(update={"env": "production"})
    monkeypatch.setattr(there, "settings", production)
    assert "visits-sms" not in phone.get("/notifications").text
    choose(phone, "visits-mail")
    assert ways(db, club)["visits"] == Ways(mail=True, sms=True)
    assert phone.get("/me/verify/mobile").status_code == 404
    assert phone.get("/me/verify/email").status_code == 200


def test_a_changed_number_is_verified_by_the_code_that_comes(
    phone: FlaskClient, db: Database, club: SmallClub, tmp_path: Path
) -> None:
    answer = post_form(phone, "/me/contact", "/me", mobile=NUMBER, password=PASSWORD)
    assert answer.headers["Location"] == "/me/verify/mobile"
    assert "not verified" in phone.get("/me?lang=en").text
    with statements(at_most=6):
        page = phone.get("/me/verify/mobile?lang=en").text
    assert "+852 ****4567" in page
    assert 'autocomplete="one-time-code"' in page
    code = code_written(db, tmp_path)
    verify = "/me/verify/mobile"
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    tried = post_form(phone, f"{verify}?lang=en", verify, code=wrong)
    assert tried.status_code == 422
    assert "4 tries are left" in tried.text
    soon = post_form(phone, f"{verify}/send?lang=en", verify)
    assert (soon.status_code, int(soon.headers["Retry-After"]) > 0) == (429, True)
    assert "The next code can be sent in" in soon.text
    done = post_form(phone, verify, verify, code=f"{code[:3]} {code[3:]}")
    assert (done.status_code, done.headers["Location"]) == (303, "/me")
    page = phone.get("/me?lang=en").text
    assert "verified" in page
    assert "not verified" not in page
    assert "SMS needs a mobile number" not in phone.get("/notifications?lang=en").text


def test_five_wrong_codes_and_one_that_is_too_old_end_it(
    phone: FlaskClient, db: Database, club: SmallClub, tmp_path: Path
) -> None:
    verify = "/me/verify/mobile"
    post_form(phone, "/me/contact", "/me", mobile=NUMBER, password=PASSWORD)
    code = code_written(db, tmp_path)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    answers = [post_form(phone, f"{verify}?lang=en", verify, code=wrong) for _ in range(4)]
    assert "1 try is left" in answers[-1].text
    token = {"csrf_token": re.findall(r'csrf_token" value="([^"]+)"', phone.get(verify).text)[0]}
    last = phone.post(f"{verify}?lang=en", data={"code": wrong, **token})
    assert "can&#39;t be used any more" in last.text
    assert phone.post(verify, data={"code": code, **token}).status_code == 422
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        post_form(phone, f"{verify}/send", verify)
        code = code_written(db, tmp_path)
    with time_machine.travel(clock.now() + timedelta(minutes=13), tick=False):
        assert phone.post(verify, data={"code": code, **token}).status_code == 422
        assert "not verified" in phone.get("/me?lang=en").text


def test_nothing_is_verified_that_is_not_there(phone: FlaskClient, db: Database) -> None:
    assert "nothing to verify" in phone.get("/me/verify/mobile?lang=en").text
    token = {"csrf_token": re.findall(r'csrf_token" value="([^"]+)"', phone.get("/me").text)[0]}
    assert phone.post("/me/verify/mobile/send", data=token).status_code == 422
    for path in ("/me/verify/fax", "/me/verify/fax/send"):
        assert phone.post(path, data=token).status_code == 404
    assert phone.get("/me/verify/fax").status_code == 404
    assert phone.post("/me/verify/mobile", data={"code": "000000", **token}).status_code == 422


def test_staff_see_whether_it_was_verified_beside_the_masked_values(
    phone: FlaskClient, db: Database, club: SmallClub, tmp_path: Path
) -> None:
    own = {"member": club.members[0]}
    db.run(people.change_contact_details, club.lin, **own, mobile=NUMBER, email="lin@new.example")
    sent = db.run(people.ask_proof, club.lin, **own, kind="mobile")
    db.run(people.prove_contact, club.lin, **own, kind="mobile", typed=sent.digits)
    desk = a_client(db, "desk")
    page = desk.get(f"/desk/members/{club.members[0]}?lang=en").text
    contact = page[page.index("Contact details") :][:1500]
    assert re.search(r"\+852 \*+4567.*?badge-calm\">verified<", contact, re.DOTALL)
    assert re.search(r"l\*+n@new\.example.*?badge-soon\">not verified<", contact, re.DOTALL)
    choose(phone, "cases-mail", "cases-sms")
    made = {"kind": "emergency_overseas", "what": "Help", "channel": "phone", **own}
    db.run(assistance.open_case, CLUB_ACTOR, **made)
    told = {one.to for one in written_messages(db, tmp_path)}
    assert {"+85291234567", "lin@new.example"} <= told
    page = desk.get(f"/desk/members/{club.members[0]}?lang=en").text
    assert "SMS · Case received · sent" in page
