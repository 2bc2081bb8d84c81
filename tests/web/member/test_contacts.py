"""The member's own page of emergency contacts, and her answer about who called."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.desk_on_duty import an_agent
from tests.desk.callers import known_club
from tests.people.contacts_named import WEI, a_contact
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance, desk, people
from vipclub.core.db import Database

FORM = {
    "name": "周巍",
    "relation": "friend",
    "phone": WEI,
    "language": "zh-Hans",
    "may_be_told": "state",
}


@pytest.fixture
def club(db: Database) -> SmallClub:
    return known_club(db)


@pytest.fixture
def phone(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/contacts"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def test_she_names_changes_and_removes_a_contact(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    assert post(phone, "/contacts", **FORM).status_code == 303
    page = phone.get("/contacts?lang=en").text
    assert "may act for you:" in page
    assert "周巍" in page
    assert "May be told: only that there is a case" in page
    with db.read() as session:
        (kept,) = people.emergency_contacts.own_contacts(session, club.lin, member=club.members[0])
    at = f"/contacts/{kept.ref}"
    assert "+33612345678" in phone.get(at).text
    assert post(phone, at, **FORM | {"may_be_told": "all"}).status_code == 303
    assert "May be told: everything" in phone.get("/contacts?lang=en").text
    assert post(phone, f"{at}/remove").status_code == 303
    assert post(phone, f"{at}/remove").status_code == 303, "twice changes nothing"
    assert "周巍" not in phone.get("/contacts").text
    assert phone.get(at).status_code == 404


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", ""),
        ("relation", ""),
        ("phone", "12"),
        ("language", ""),
        ("delegate_until", "2020-01-01"),
        ("delegate_until", "soon"),
    ],
)
def test_what_is_not_right_is_said_at_its_field_and_nothing_is_lost(
    phone: FlaskClient, field: str, wrong: str
) -> None:
    answer = post(phone, "/contacts", **FORM | {field: wrong})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    if field != "name":
        assert 'value="周巍"' in answer.text


def test_nobody_changes_another_s(phone: FlaskClient, db: Database, club: SmallClub) -> None:
    ref = a_contact(db, club.chen, club.members[1])
    assert phone.get(f"/contacts/{ref}").status_code == 404
    assert post(phone, f"/contacts/{ref}", **FORM).status_code == 404
    post(phone, f"/contacts/{ref}/remove")
    with db.read() as session:
        assert people.emergency_contacts.own_contacts(session, club.chen, member=club.members[1])


def test_she_says_on_her_case_what_a_caller_may_be_told(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    made: assistance.CaseResult = db.run(
        desk.open_case,
        an_agent(db, "ping"),
        kind="emergency_overseas",
        member=club.members[0],
        caller="Li <Jun>",
        phone="+33 6 99 99 99 99",
        channel="phone",
    )
    page = phone.get(f"/cases/{made.case}?lang=en").text
    assert "Li &lt;Jun&gt; · " in page
    assert "has called about you." in page
    assert "699999999" not in page
    with db.read() as session:
        (asked,) = assistance.case(session, club.lin, made.case).callers
    at = f"/cases/{made.case}/callers/{asked.ref}"
    assert post(phone, at, level="much").status_code == 400
    assert post(phone, at, level="state").status_code == 303
    page = phone.get(f"/cases/{made.case}?lang=en").text
    assert "May be told of this request: only that there is a case" in page
    db.run(assistance.resolve, an_agent(db, "bo"), case=made.case, text="Settled")
    late = post(phone, at, level="all")
    assert late.status_code == 409


def test_the_pages_are_cheap(phone: FlaskClient, db: Database, club: SmallClub) -> None:
    ref = a_contact(db, club.lin, club.members[0])
    for path in ("/contacts", f"/contacts/{ref}"):
        phone.get(path)
        with statements(at_most=4):
            assert phone.get(path).status_code == 200
