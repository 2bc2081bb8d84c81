"""Partners asked from the case's page: chosen in order, answered for by telephone, withdrawn."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.askings import Askings, later
from tests.assistance.cases_in_steps import opened
from tests.cast import sun as desk_sun
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def lyon(db: Database, club: SmallClub) -> Askings:
    return Askings(db, club)


@pytest.fixture
def sun(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "desk")


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/desk/cases/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def test_partners_are_asked_in_three_taps(sun: FlaskClient, lyon: Askings) -> None:
    case = f"/desk/cases/{lyon.case}"
    page = sun.get(f"{case}?lang=en").text
    assert f"{case}/ask?country=FR" in page
    form = sun.get(f"{case}/ask?country=FR&lang=en").text
    assert form.count("<select id=") == 4, "three partners and the country"
    orders = dict(re.findall(r'id="(order-Z[\w-]+)".*?<option value="(\d)" selected', form))
    assert sorted(orders.values()) == ["1", "2", "3"]
    first = form.split("<tr data-row=")[1].split("</tr>")[0]
    assert first.index("<th") < first.index("<select"), "a phone shows whom before which place"
    sent = post(sun, f"{case}/ask", kind="assistance", area="Lyon", note="No French", **orders)
    assert sent.status_code == 303
    page = sun.get(f"{case}?lang=en").text
    assert page.count("next in line") == 2
    assert "Partners asked" in page
    assert "Lyon Medical Assistance" in page
    assert "Partner asked" in page
    assert lyon.states() == ["asked", "listed", "listed"]


def test_an_order_that_is_none_is_said_and_nothing_is_lost(sun: FlaskClient, lyon: Askings) -> None:
    case = f"/desk/cases/{lyon.case}"
    twice = {f"order-{ref}": "1" for ref in lyon.covers}
    for orders in (twice, {}):
        refused = post(sun, f"{case}/ask", kind="assistance", country="FR", area="Lyon", **orders)
        assert refused.status_code == 422
        assert "choose 1 to 8 partners" in refused.text
        assert 'value="Lyon"' in refused.text
    assert refused.text.count('<option value="1" selected') == 0
    assert post(sun, f"{case}/ask", kind="pizza").status_code == 400
    assert lyon.states() == []


def test_answers_by_telephone_are_entered(sun: FlaskClient, lyon: Askings) -> None:
    chain = lyon.ask()
    case = f"/desk/cases/{lyon.case}"
    first = lyon.asked()
    wrong = post(sun, f"{case}/partners/{first}/decline", reason="other", said="")
    assert wrong.status_code == 422
    assert "another reason needs a few words" in wrong.text
    said = {"reason": "no_capacity", "said": "Call us tomorrow"}
    assert post(sun, f"{case}/partners/{first}/decline", **said).status_code == 303
    page = sun.get(f"{case}?lang=en").text
    assert "Call us tomorrow" in page
    assert "nobody is free at the moment" in page
    second = lyon.asked()
    yes = {"minutes": "30", "said": "Dr Petit"}
    assert post(sun, f"{case}/partners/{second}/accept", **yes).status_code == 303
    page = sun.get(f"{case}?lang=en").text
    assert "Expected arrival" in page
    assert "by phone, entered by the desk" in page
    again = post(sun, f"{case}/partners/{second}/accept")
    assert (again.status_code, "This request is closed" in again.text) == (409, True)
    assert post(sun, f"{case}/partners/{second}/lose", said="Broke down").status_code == 303
    assert post(sun, f"{case}/chains/{chain}/withdraw").status_code == 303
    assert lyon.states() == ["declined", "lost", "withdrawn"]


def test_a_double_click_asks_one_partner(sun: FlaskClient, lyon: Askings, db: Database) -> None:
    case = f"/desk/cases/{lyon.case}"
    form = sun.get(f"{case}/ask?country=FR&lang=en").text
    key = re.search(r'name="form_key" value="([^"]+)"', form)
    assert key
    given = {"kind": "assistance", "form_key": key[1], f"order-{lyon.covers[0]}": "1"}
    first, second = (post(sun, f"{case}/ask", **given) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert lyon.states() == ["asked"]
    given = {"kind": "assistance", f"order-{lyon.covers[1]}": "1"}
    third = post(sun, f"{case}/ask", **given)
    assert third.status_code == 409, "from another page of the same case"
    assert "A partner is already asked for this" in third.text
    assert lyon.states() == ["asked"]
    db.run(assistance.dispatch.accept_for, desk_sun(), dispatch=lyon.asked())
    assert post(sun, f"{case}/ask", **given).status_code == 303, "a second one beside who comes"
    assert sorted(lyon.states()) == ["accepted", "asked"]


def test_an_asking_of_another_case_is_not_found(
    sun: FlaskClient, lyon: Askings, db: Database
) -> None:
    lyon.ask()
    other = f"/desk/cases/{opened(db).case}"
    first = lyon.asked()
    for act in ("accept", "decline", "lose"):
        answer = post(sun, f"{other}/partners/{first}/{act}", reason="no_capacity")
        assert answer.status_code == 404, act
    db.run(assistance.dispatch.accept_for, desk_sun(), dispatch=first)
    assert post(sun, f"{other}/partners/{first}/lose").status_code == 404
    assert lyon.states() == ["accepted", "listed", "listed"]


def test_the_pages_need_few_statements(sun: FlaskClient, lyon: Askings) -> None:
    lyon.ask()
    for path, most in ((f"/desk/cases/{lyon.case}", 10), (f"/desk/cases/{lyon.case}/ask", 6)):
        sun.get(path)
        with statements(at_most=most):
            assert sun.get(path).status_code == 200, path


def test_a_member_reads_that_somebody_is_asked_and_who_comes(
    lyon: Askings, db: Database, club: SmallClub
) -> None:
    lyon.ask()
    browser = a_client(db, "member", ("person", club.members[0]))
    page = browser.get(f"/cases/{lyon.case}?lang=en").text
    assert "We are asking an assistance company." in page
    assert "In-depth check" not in page, "a name is told when it is certain"
    with later(10.1):
        assistance.dispatch.ask_after_silent(db)
        page = browser.get(f"/cases/{lyon.case}?lang=en").text
        assert page.count("We are asking an assistance company.") == 2
        assert "did not answer" not in page
        db.run(assistance.dispatch.accept, club.stranger, dispatch=lyon.asked())
    page = browser.get(f"/cases/{lyon.case}?lang=en").text
    assert "Partner found" in page
    assert "In-depth check" in page
