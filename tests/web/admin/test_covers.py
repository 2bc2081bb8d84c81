"""What a partner may be asked for in an emergency, kept by the administrator."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import sun
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def zhao(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "admin")


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/admin/partners/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


WHAT = {
    "kind": "hospital",
    "country": "FR",
    "city_code": "",
    "phone": "+33 4 72 00 00 01",
    "email": "alarm@hospital.example",
    "language": "en",
    "minutes": "12",
}


def offered(db: Database) -> list[str]:
    with db.read() as session:
        found = assistance.dispatch.candidates(session, sun(), kind="hospital", country="FR")
    return [one.phone for one in found]


def test_a_service_is_added_and_removed(zhao: FlaskClient, db: Database, club: SmallClub) -> None:
    path = f"/admin/partners/{club.partner}/assistance"
    assert path in zhao.get(f"/admin/partners/{club.partner}?lang=en").text
    assert "No assistance service yet." in zhao.get(f"{path}?lang=en").text
    assert post(zhao, path, **WHAT).status_code == 303
    assert offered(db) == ["+33472000001"]
    page = zhao.get(f"{path}?lang=en").text
    for said in ("Hospital", "France", "12 min", "alarm@hospital.example"):
        assert said in page
    ref = re.search(rf"{path}/(Z-[\w-]+)/end", page)
    assert ref
    assert post(zhao, f"{path}/{ref[1]}/end").status_code == 303
    assert offered(db) == []
    assert post(zhao, f"{path}/{ref[1]}/end").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": ""}, "Please choose a service."),
        ({"phone": "", "email": ""}, "Please give a telephone number or an e-mail address"),
        ({"email": "nobody"}, "Please give a telephone number or an e-mail address"),
        ({"minutes": "soon"}, "Please write a whole number."),
        ({"minutes": "0"}, "Please write a number from 1 to 1440."),
        ({"language": "fr"}, "Please choose one of these."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    zhao: FlaskClient, db: Database, club: SmallClub, wrong: dict[str, str], says: str
) -> None:
    path = f"/admin/partners/{club.partner}/assistance"
    refused = post(zhao, path, **WHAT | wrong)
    assert (refused.status_code, says in refused.text) == (422, True)
    kept = {**WHAT, **wrong}
    assert f'value="{kept["phone"]}"' in refused.text
    assert f'value="{kept["minutes"]}"' in refused.text
    assert offered(db) == []


def test_the_same_again_is_refused_and_the_page_needs_few_statements(
    zhao: FlaskClient, club: SmallClub
) -> None:
    path = f"/admin/partners/{club.partner}/assistance"
    assert post(zhao, path, **WHAT).status_code == 303
    again = post(zhao, path, **WHAT)
    assert (again.status_code, "already has this service" in again.text) == (409, True)
    zhao.get(path)
    with statements(at_most=6):
        assert zhao.get(path).status_code == 200
