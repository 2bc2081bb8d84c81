"""A page whose form was refused says so on top: links to the fields, the focus, the title."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.small_club import a_small_club
from tests.web.signing_in import a_client, csrf_token
from vipclub.core.db import Database


def summary(page: str) -> str:
    """What the summary of errors has, up to its end."""
    found = re.search(r'<div class="[^"]*error-summary".*?</ul>', page, re.DOTALL)
    assert found, "the page has no summary"
    return found[0]


def links(page: str) -> list[str]:
    """The fields that the summary leads to; each is on the page."""
    found = re.findall(r'href="#([^"]+)"', summary(page))
    assert all(page.count(f' id="{name}"') == 1 for name in found), found
    return found


@pytest.fixture
def member(db: Database) -> FlaskClient:
    club = a_small_club(db)
    return a_client(db, "member", ("person", club.members[0]))


@pytest.fixture
def admin(db: Database) -> FlaskClient:
    return a_client(db, "admin")


@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        ("en", "<title>Error: My family · ", "Please enter the name."),
        ("zh-Hans", "<title>错误：我的家属 · ", "请填写姓名。"),
        ("zh-Hant", "<title>錯誤：我的家屬 · ", "請填寫姓名。"),
    ],
)
def test_a_refused_form_begins_with_what_is_wrong_in_three_languages(
    member: FlaskClient, language: str, title: str, told: str
) -> None:
    form = {"csrf_token": csrf_token(member, "/family"), "name": "", "relation": "child"}
    page = member.post(f"/family?lang={language}", data=form).text
    assert title in page
    assert told in summary(page)
    assert 'role="alert"' in summary(page)
    assert 'tabindex="-1"' in summary(page)
    assert links(page) == ["name"]
    assert page.index("error-summary") < page.index("<h1")


def test_what_a_rule_says_leads_to_its_field_and_keeps_what_was_typed(member: FlaskClient) -> None:
    form = {"name": "Lin Yu", "relation": "child", "birth_date": "2999-01-01"}
    token = csrf_token(member, "/family")
    answer = member.post("/family?lang=en", data={**form, "csrf_token": token})
    assert answer.status_code == 422
    assert links(answer.text) == ["birth_date"]
    assert 'value="2999-01-01"' in answer.text
    assert 'value="Lin Yu"' in answer.text


def test_each_wrong_field_has_its_sentence(admin: FlaskClient) -> None:
    token = csrf_token(admin, "/admin/people/new")
    form = {"csrf_token": token, "role": "manager", "portfolio": "0042", "language": "en"}
    page = admin.post("/admin/people/new?lang=en", data=form).text
    assert "<title>Error: Invite · " in page
    assert links(page) == ["name", "login", "portfolio"]
    assert "3 things are not right yet." in summary(page)


def test_a_no_about_a_field_is_told_there_and_on_top(admin: FlaskClient) -> None:
    token = csrf_token(admin, "/admin/tokens")
    form = {"csrf_token": token, "scope": "member", "member": "M-00000-00000-1", "days": "30"}
    page = admin.post("/admin/tokens?lang=en", data=form).text
    assert "<title>Error: Tokens of the API · " in page
    assert links(page) == ["member"]


def test_a_page_without_a_refusal_has_none(member: FlaskClient, admin: FlaskClient) -> None:
    for browser, path in ((member, "/family"), (admin, "/admin/tokens")):
        page = browser.get(f"{path}?lang=en").text
        assert "error-summary" not in page
        assert "<title>Error" not in page


def test_the_browser_says_nothing_in_a_language_of_its_own(
    member: FlaskClient, admin: FlaskClient
) -> None:
    for browser, path in ((member, "/family"), (admin, "/admin/tokens")):
        forms = re.findall(r"<form [^>]*>", browser.get(path).text)
        (form,) = [one for one in forms if f'action="{path}"' in one]
        assert " novalidate" in form
