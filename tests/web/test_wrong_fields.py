"""Whatever a form refuses because of a field is said at that field, and at the head of the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub import accounts
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.core.types import new_ref

NAME = {"name_hans": "云", "name_hant": "雲", "name_en": "Yun"}
SITE = {
    **NAME,
    "address_hans": "路",
    "address_hant": "路",
    "address_en": "Road",
    "city_code": "310000",
    "time_zone": "Asia/Shanghai",
    "region": "CN",
}
CLERK = {"name": "He", "login": "he@club.example", "role": "desk", "language": "en"}
OFFERING = "/admin/partners/{partner}/offerings/{offering}"
RULES = "/admin/policy/booking/places/{partner}/{offering}"
PRICE = {"from_day": "2030-01-01", "amount": "1", "currency": "CNY"}
FORMS: list[tuple[str, str, dict[str, str], str]] = [
    ("admin", "/admin/people/new", {**CLERK, "name": ""}, "name"),
    ("admin", "/admin/people/new", {**CLERK, "login": "nobody"}, "login"),
    ("admin", "/admin/people/new", {**CLERK, "login": "desk@club.example"}, "login"),
    ("admin", "/admin/people/new", {**CLERK, "role": ""}, "role"),
    ("admin", "/admin/people/new", {**CLERK, "role": "partner"}, "partner"),
    (
        "admin",
        "/admin/people/new",
        {**CLERK, "role": "partner", "partner": new_ref("P")},
        "partner",
    ),
    ("admin", "/admin/people/new", {**CLERK, "role": "manager", "portfolio": "?"}, "portfolio"),
    ("admin", "/admin/people/invite", {"member": "M-1"}, "member"),
    ("admin", "/admin/tokens", {"scope": "member", "days": "9", "member": "M-1"}, "member"),
    ("admin", "/admin/tokens", {"scope": "", "days": "9"}, "scope"),
    ("admin", "/admin/partners/new", {**NAME, "name_hant": ""}, "name_hant"),
    ("admin", "/admin/partners/{partner}/sites/new", {**SITE, "time_zone": "Mars"}, "time_zone"),
    ("admin", "/admin/partners/{partner}/sites/new", {**SITE, "region": "XX"}, "region"),
    ("admin", "/admin/partners/{partner}/sites/new", {**SITE, "city_code": ""}, "city_code"),
    (
        "admin",
        "/admin/partners/{partner}/offerings/{offering}",
        {**NAME, "minutes": "1"},
        "minutes",
    ),
    ("policy", RULES, {"whose": ""}, "whose"),
    ("policy", RULES, {"whose": "named", "name": "?"}, "name"),
    ("policy", RULES, {"whose": "own", "text": "x = 1"}, "text"),
    ("operations", "/operations/companies/new", {"code": "L-1"}, "code"),
    (
        "operations",
        "/operations/companies/new",
        {"code": "L9", "default_consent": ""},
        "default_consent",
    ),
    (
        "operations",
        "/operations/partners/{partner}/offerings/{offering}/price",
        {**PRICE, "amount": "x"},
        "amount",
    ),
    ("partner", "/partner/staff", {"name": "He", "login": "nobody"}, "login"),
    ("partner", "/partner/staff", {"name": "", "login": "he@x.example"}, "name"),
    ("partner", "/partner/webhooks", {"url": "ftp://x", "events": "appointment.requested"}, "url"),
    ("member", "/me/password", {"present": "x", "new": "short"}, "present"),
    ("member", "/family", {"name": "", "relation": "parent", "birth_date": "1950-01-01"}, "name"),
]
"""Whose form, where it is sent to, what is wrong with it, and the field that must say so."""


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=1)


@pytest.fixture
def app(db: Database, club: SmallClub) -> Flask:
    for role in ("admin", "policy", "operations", "desk"):
        an_account(db, role)
    an_account(db, "partner", scopes=[("partner", club.partner)])
    an_account(db, "member", scopes=[("person", club.members[0])])
    return create_app(database=db)


def main(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


def marked(page: str) -> dict[str, str]:
    """The fields that are marked as wrong, each with what is said of it."""
    found = {}
    for tag in re.findall(r'<[a-z]+ [^>]*aria-invalid="true"[^>]*>', main(page)):
        name = re.search(r' id="([^"]+)"', tag) or re.search(r' name="([^"]+)"', tag)
        said = re.search(r'aria-describedby="[^"]*?([^" ]+-error)"', tag)
        assert name, tag
        assert said, f"what is wrong is read with the field: {tag}"
        text = re.search(rf'id="{said[1]}"[^>]*>(.*?)</p>', page, re.S)
        assert text, f"{said[1]} is on the page"
        found[name[1]] = re.sub(r"<.*?>", "", text[1]).strip()
    return found


def links_lead_somewhere(page: str) -> None:
    for target in re.findall(r'<li><a href="#([^"]+)"', main(page)):
        assert f'id="{target}"' in page, f"the summary leads to {target}"


def send(browser: FlaskClient, path: str, form: dict[str, str]) -> Any:
    data = {"csrf_token": csrf_token(browser, path), **form}
    return browser.post(f"{path}?lang=en", data=data)


@pytest.mark.parametrize("role", sorted({form[0] for form in FORMS}))
def test_a_wrong_field_is_marked(app: Flask, club: SmallClub, role: str) -> None:
    browser = signed_in(app, role)
    front = {"partner": "/partner/staff", "member": "/me/password"}.get(role, "/")
    for whose, path, form, field in FORMS:
        if whose != role:
            continue
        where = path.format(partner=club.partner, offering=club.offering)
        page = browser.get(front, follow_redirects=True).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        answer = browser.post(f"{where}?lang=en", data={"csrf_token": token[1], **form})
        assert 400 <= answer.status_code < 500, (where, form, answer.status_code)
        found = marked(answer.text)
        assert found.get(field), f"{where} with {form}: marked are {found}"
        links_lead_somewhere(answer.text)


@pytest.mark.parametrize("weak", ["short", "1234567890123"])
def test_who_joins_reads_at_the_password_what_is_wrong_with_it(
    app: Flask, db: Database, weak: str
) -> None:
    invited = db.run(
        accounts.recruit,
        CLUB_ACTOR,
        login="he@club.example",
        name="He",
        role="desk",
        language="en",
    )
    browser, path = app.test_client(), f"/join/{invited.secret}"
    form = {"login": "he@club.example", "password": weak}
    answer = send(browser, path, form)
    assert answer.status_code == 422
    assert "12 characters or more" in marked(answer.text)["password"]
    assert 'href="#password"' in answer.text, "the head leads there"
    assert 'value="he@club.example"' in answer.text
    assert weak not in answer.text
    links_lead_somewhere(answer.text)
    wrong = send(browser, path, {**form, "login": "other@club.example"})
    assert marked(wrong.text) == {}, "which of the two is wrong is told to nobody"


def test_the_check_bites() -> None:
    bare = '<main><input id="a" name="a" aria-invalid="true"></main>'
    with pytest.raises(AssertionError, match="read with the field"):
        marked(bare)
    with pytest.raises(AssertionError, match="leads to b"):
        links_lead_somewhere('<main><li><a href="#b">Wrong</a></li></main>')
