"""Operations keep the group's companies: who sends files, and what their headers and words mean."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.statements import statements
from tests.web.signing_in import csrf_token, signed_in
from vipclub import people
from vipclub.core.db import Database
from vipclub.people import SubsidiaryView

NEW = "/operations/companies/new"
LIFE = {"code": "LIFE2", "name": "Second Life", "default_consent": "N", "trust_rank": "20"}


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, NEW), **form}
    return browser.post(f"{path}?lang=en", data=data)


def kept(db: Database, code: str = "LIFE2") -> SubsidiaryView:
    with db.read() as session:
        return people.subsidiary_view(session, CLUB_ACTOR, code)


@pytest.fixture
def company(gao: FlaskClient) -> str:
    """The address of one that was just added."""
    answer = post(gao, NEW, **LIFE)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


FACTS = {name: value for name, value in LIFE.items() if name != "code"}
ROWS = {
    "own-headers-0": "客户号",
    "column-headers-0": "customer_no",
    "own-headers-2": "姓名",
    "column-headers-2": "full_name",
    "own-headers-3": "性别",
    "column-headers-3": "sex",
    "own-headers-4": "生日",
    "column-headers-4": "birth_date",
    "own-sex-0": "男",
    "word-sex-0": "M",
    "own-sex-1": "女",
    "word-sex-1": "F",
    "own-birth_date-0": "YYYY/M/D",
    "column-others-0": "vip_grade",
    "own-others-0": "贵宾",
    "word-others-0": "A",
}
"""What somebody writes on the company's page; a row between was left empty."""


def test_a_company_is_added_once_and_listed(gao: FlaskClient, company: str, db: Database) -> None:
    found = kept(db)
    assert company == "/operations/companies/LIFE2"
    assert (found.name, found.default_consent, found.trust_rank) == ("Second Life", False, 20)
    again = post(gao, NEW, **LIFE)
    assert again.status_code == 409
    assert "The subsidiary LIFE2 exists already." in again.text
    assert 'value="Second Life"' in again.text, "what was typed stays"
    listed = gao.get("/operations/companies?lang=en").text
    assert 'href="/operations/companies/LIFE2"' in listed
    assert "Second Life" in listed
    assert "/operations/companies" in gao.get("/operations/deliveries").text


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "名称"), ("zh-Hant", "名稱")])
def test_a_company_s_name_is_not_asked_for_as_a_person_s(
    gao: FlaskClient, language: str, word: str
) -> None:
    page = gao.get(f"{NEW}?lang={language}").text.split("<main")[1].split("</main>")[0]
    assert f'<label for="name">{word}</label>' in page
    assert "姓名" not in re.sub(r"<option.*?</option>", "", page), "a person's"


def test_a_double_click_adds_one_company(gao: FlaskClient, db: Database) -> None:
    for _ in range(2):
        answer = post(gao, NEW, form_key="one-key", **LIFE)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/LIFE2")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code": "LIFE-2"}, "A code is up to 20 Latin letters and digits."),
        ({"code": "L" * 30}, "A code is up to 20 Latin letters and digits."),
        ({"name": " "}, "Please give the name of the company."),
        ({"trust_rank": "first"}, "Please write a whole number."),
        ({"trust_rank": "0"}, "Please write a number from 1 to 1000."),
        ({"default_consent": ""}, "Please choose one of these."),
    ],
)
def test_what_is_wrong_with_a_new_company_is_said_at_its_field(
    gao: FlaskClient, changed: dict[str, str], words: str
) -> None:
    answer = post(gao, NEW, **{**LIFE, **changed})
    assert answer.status_code == 422
    assert answer.text.count(words) == 2, "at its field, and at the head of the page"


def test_the_head_of_a_form_names_each_field_that_is_wrong(gao: FlaskClient) -> None:
    answer = post(gao, NEW, **{**LIFE, "name": "", "trust_rank": "first"})
    assert "2 things are not right yet. Nothing was saved." in answer.text
    for words in ("Please give the name of the company.", "Please write a whole number."):
        assert answer.text.count(words) == 2, "at its field, and at the head of the page"


def test_a_file_in_the_company_s_own_words_is_read_after_they_are_written_here(
    gao: FlaskClient, company: str, db: Database
) -> None:
    answer = post(gao, company, **FACTS, **ROWS)
    assert (answer.status_code, answer.headers["Location"]) == (303, company)
    found = kept(db)
    assert found.header_map == {
        "客户号": "customer_no",
        "姓名": "full_name",
        "性别": "sex",
        "生日": "birth_date",
    }
    assert found.value_map == {
        "sex": {"男": "M", "女": "F"},
        "birth_date": ["YYYY/M/D"],
        "vip_grade": {"贵宾": "A"},
    }
    file = "客户号,姓名,性别,生日,vip_grade\nS1,王芳,女,1984/5/16,贵宾\n".encode()
    sent = gao.post(
        "/operations/deliveries/new?lang=en",
        data={
            "csrf_token": csrf_token(gao, NEW),
            "file": (BytesIO(file), "customers.csv"),
            "subsidiary": "LIFE2",
            "kind": "delta",
            "do": "check",
        },
    )
    assert "1 rows: 1 would be loaded, 0 set aside." in sent.text, sent.text


def test_the_page_shows_what_is_on_record_and_saving_it_changes_nothing(
    gao: FlaskClient, company: str, db: Database
) -> None:
    post(gao, company, **FACTS, **ROWS)
    before = kept(db)
    page = gao.get(f"{company}?lang=en").text
    fields = dict(
        re.findall(r'<input id="[^"]+" name="(own-[^"]+|word-[^"]+)" value="([^"]*)"', page)
    )
    picked = re.findall(r'<select id="[^"]+" name="([^"]+)".*?</select>', page, re.S)
    for name in picked:
        body = page.split(f'name="{name}"')[1].split("</select>")[0]
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    assert post(gao, company, **FACTS, **fields).status_code == 303
    assert kept(db) == before


@pytest.mark.parametrize(
    ("changed", "place", "words"),
    [
        ({"column-headers-2": "customer_no"}, "headers-1", "both stand for customer_no"),
        ({"column-headers-2": "shoe_size"}, "headers-1", "is no column of the feed"),
        ({"own-headers-2": "客户号"}, "headers-1", "both stand for full_name"),
        ({"own-headers-2": ""}, "headers-1", "Please fill the whole row"),
        ({"word-sex-1": ""}, "sex-1", "Please fill the whole row"),
        ({"word-sex-1": "Q"}, "sex-1", "Q is no value of sex. Possible are: M, F."),
        ({"own-sex-1": "男"}, "sex-1", "can&#39;t be both M and F"),
        ({"own-birth_date-0": "YY/M/D"}, "birth_date-0", "YY/M/D is no value of birth_date."),
        ({"word-others-0": ""}, "others-0", "Please fill the whole row"),
    ],
)
def test_each_wrong_row_is_marked_and_nothing_is_lost(
    gao: FlaskClient,
    company: str,
    db: Database,
    changed: dict[str, str],
    place: str,
    words: str,
) -> None:
    answer = post(gao, company, **{**FACTS, **ROWS, "name": "Renamed", **changed})
    assert answer.status_code == 422
    marked = answer.text.split(f'id="error-{place}"')[1].split("</p>")[0]
    assert words in marked
    assert f'href="#own-{place}"' in answer.text, "the summary leads to the row"
    assert "1 thing is not right yet. Nothing was saved." in answer.text
    for kept_word in ("贵宾", "YYYY/M/D" if "birth" not in place else "YY/M/D", "Renamed"):
        assert f'value="{kept_word}"' in answer.text
    assert kept(db).header_map == {}
    assert kept(db).name == "Second Life"


def test_two_wrong_rows_are_told_together(gao: FlaskClient, company: str) -> None:
    changed = {"column-headers-2": "shoe_size", "word-sex-1": "Q", "name": ""}
    answer = post(gao, company, **{**FACTS, **ROWS, **changed})
    assert "3 things are not right yet. Nothing was saved." in answer.text


def test_more_empty_rows_come_without_losing_what_was_typed(
    gao: FlaskClient, company: str, db: Database
) -> None:
    few = gao.get(company).text.count('name="own-sex-')
    answer = post(gao, company, **{**FACTS, **ROWS, "name": "Renamed", "more": "1"})
    assert answer.status_code == 200
    assert answer.text.count('name="own-sex-') > few
    assert 'value="Renamed"' in answer.text
    assert 'value="贵宾"' in answer.text
    assert kept(db).name == "Second Life", "nothing is saved by it"


def test_what_is_emptied_is_gone(gao: FlaskClient, company: str, db: Database) -> None:
    post(gao, company, **FACTS, **ROWS)
    assert post(gao, company, **FACTS).status_code == 303
    found = kept(db)
    assert (found.header_map, found.value_map) == ({}, {})


def test_companies_are_kept_by_the_operations_alone(
    app: Flask, gao: FlaskClient, company: str
) -> None:
    pages = ("/operations/companies", NEW, company)
    for page in pages:
        with statements(at_most=6):
            assert gao.get(page).status_code == 200, page
    desk = signed_in(app, "desk")
    assert {desk.get(page).status_code for page in pages} == {403}
    assert gao.get("/operations/companies/NOBODY").status_code == 404
    for language in ("zh-Hans", "zh-Hant"):
        assert f'<html lang="{language}"' in gao.get(f"{company}?lang={language}").text
