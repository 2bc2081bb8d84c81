"""Two people of the operations who save one page: the second is told what the first one changed."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.web.signing_in import csrf_token, signed_in
from vipclub import partners, people, settlement
from vipclub.core.db import Database
from vipclub.web.offering_terms import hours_said
from vipclub.web.operations.delivery_forms import COLUMN_WORDS

COMPANY = "/operations/companies/LIFE2"
FACTS = {"name": "Second Life", "default_consent": "N", "trust_rank": "20"}


@pytest.fixture
def company(db: Database) -> None:
    db.run(
        people.add_subsidiary,
        CLUB_ACTOR,
        code="LIFE2",
        name="Second Life",
        default_consent=False,
        trust_rank=20,
    )


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, "the form says what it showed"
    return found[1]


def save(browser: FlaskClient, path: str, form: dict[str, Any]) -> Any:
    data = {"csrf_token": csrf_token(browser, "/operations/companies/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def maps_of(db: Database) -> people.SubsidiaryView:
    with db.read() as session:
        return people.subsidiary_view(session, CLUB_ACTOR, "LIFE2")


def test_the_second_to_save_a_company_is_told_what_the_first_changed(
    app: Flask, gao: FlaskClient, company: None, db: Database
) -> None:
    other = signed_in(app, "operations")
    mine, hers = seen(gao.get(COMPANY).text), seen(other.get(COMPANY).text)
    row = {"own-headers-0": "客户号", "column-headers-0": "customer_no"}
    assert save(other, COMPANY, {**FACTS, **row, "seen": hers}).status_code == 303
    typed = {"own-sex-0": "男", "word-sex-0": "M"}
    answer = save(gao, COMPANY, {**FACTS, **typed, "seen": mine})
    assert answer.status_code == 409
    told = answer.text.split('id="meanwhile"')[1].split("</dl>")[0]
    assert "Somebody else saved this while you had it open" in answer.text
    assert f"客户号 → {COLUMN_WORDS['customer_no']}" in told, "what stands there now"
    assert "Rank of trust" not in told, "what nobody changed is not named"
    assert 'value="男"' in answer.text, "what was typed stays"
    assert maps_of(db).header_map == {"客户号": "customer_no"}, "nothing is lost"
    again = save(gao, COMPANY, {**FACTS, **typed, "seen": seen(answer.text)})
    assert again.status_code == 303, "who has been told may decide"
    assert maps_of(db).value_map == {"sex": {"男": "M"}}


def test_who_was_not_told_keeps_what_the_page_had_shown(
    app: Flask, gao: FlaskClient, company: None, db: Database
) -> None:
    mine = seen(gao.get(COMPANY).text)
    other = signed_in(app, "operations")
    save(other, COMPANY, {**FACTS, "trust_rank": "7", "seen": mine})
    wrong = save(gao, COMPANY, {**FACTS, "name": "", "seen": mine})
    assert wrong.status_code == 422
    assert seen(wrong.text) == mine, "a slip of one's own shows nothing of the other's"
    assert save(gao, COMPANY, {**FACTS, "seen": seen(wrong.text)}).status_code == 409
    assert maps_of(db).trust_rank == 7


def test_the_same_wish_twice_is_no_quarrel(
    app: Flask, gao: FlaskClient, company: None, db: Database
) -> None:
    mine = seen(gao.get(COMPANY).text)
    for browser in (signed_in(app, "operations"), gao):
        answer = save(browser, COMPANY, {**FACTS, "trust_rank": "7", "seen": mine})
        assert answer.status_code == 303


def test_what_stands_there_is_joined_as_the_reader_s_language_does(
    app: Flask, gao: FlaskClient, company: None
) -> None:
    mine, hers = seen(gao.get(COMPANY).text), seen(signed_in(app, "operations").get(COMPANY).text)
    rows = {"own-sex-0": "女", "word-sex-0": "F", "own-sex-1": "男", "word-sex-1": "M"}
    assert save(gao, COMPANY, {**FACTS, **rows, "seen": hers}).status_code == 303
    token = csrf_token(gao, "/operations/companies/new")
    data = {**FACTS, "trust_rank": "30", "seen": mine, "csrf_token": token}
    for language, words in (("zh-Hans", "性别：女 → F、男 → M"), ("en", "Sex: 女 → F, 男 → M")):
        answer = gao.post(f"{COMPANY}?lang={language}", data=data)
        assert words in answer.text.split('id="meanwhile"')[1].split("</dl>")[0]


def test_hours_are_told_spell_by_spell() -> None:
    hours = [
        partners.Hours(1, time(8), time(10), 30, 2),
        partners.Hours(1, time(13), time(15), 30, 1),
    ]
    assert hours_said("zh-Hans", hours).count("；") == 1
    assert "; " not in hours_said("zh-Hans", hours)
    first, second = hours_said("en", hours).split("; ")
    assert first.startswith("Monday 08:00 to 10:00")
    assert second.startswith("Monday 13:00 to 15:00")


def test_the_second_to_set_hours_is_told(
    app: Flask, gao: FlaskClient, db: Database, club: SmallClub
) -> None:
    path = f"/operations/partners/{club.partner}/offerings/{club.offering}/hours"
    page = gao.get(path).text
    fields = {
        name: value
        for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
        if name.startswith(("opens", "closes", "every", "capacity", "from_day", "seen"))
    }
    place = next(name for name, value in fields.items() if name.startswith("capacity") and value)
    sure = {**fields, "sure": "1"}
    assert save(signed_in(app, "operations"), path, {**sure, place: "40"}).status_code == 303
    answer = save(gao, path, {**sure, place: "50"})
    assert answer.status_code == 409
    assert "40 places each" in answer.text.split('id="meanwhile"')[1].split("</dl>")[0]
    assert 'value="50"' in answer.text
    with db.read() as session:
        [found] = settlement.partner_terms(session, CLUB_ACTOR, partner=club.partner)
    kept = [row for site in found.sites for one in site.offerings for row in one.weeks[-1].hours]
    assert 40 in {row.capacity for row in kept}
    assert 50 not in {row.capacity for row in kept}
