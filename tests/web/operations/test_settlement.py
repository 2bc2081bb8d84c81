"""Operations record the prices that are missing and issue the months that are over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.settlement.club_with_visits import ClubWithVisits, a_club_with_visits
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database

PRICE = {"amount": "1,680.00", "currency": "CNY", "noshow": "50", "late": ""}


@pytest.fixture
def season(db: Database) -> ClubWithVisits:
    return a_club_with_visits(db)


@pytest.fixture
def app(db: Database, season: ClubWithVisits) -> Flask:
    for role in ("operations", "policy"):
        an_account(db, role)
    return create_app(database=db)


@pytest.fixture
def gao(app: Flask) -> FlaskClient:
    return signed_in(app, "operations")


def press(pc: FlaskClient, path: str, **form: str) -> Any:
    token = csrf_token(pc, "/operations/adjust")
    return pc.post(f"/operations/settlement/{path}", data={"csrf_token": token, **form})


def price(pc: FlaskClient, season: ClubWithVisits, **more: str) -> Any:
    form = {"offering": season.club.offering, "from_day": "2020-01-01", **PRICE, **more}
    return press(pc, "price", **form)


def test_a_missing_price_is_seen_and_recorded(gao: FlaskClient, season: ClubWithVisits) -> None:
    season.visited()
    page = gao.get("/operations/settlement").text
    assert "Prices missing" in page
    assert season.club.offering in page
    assert price(gao, season).status_code == 303
    page = gao.get("/operations/settlement").text
    assert "Prices missing" not in page
    assert "CNY 1,680.00" in page


@pytest.mark.promise("P13")
@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-1"},
        {"amount": "1.001"},
        {"amount": "NaN"},
        {"amount": "1e99"},
        {"amount": "1e3"},
        {"amount": "1_680"},
        {"amount": "16,80"},
        {"amount": "1.680,00"},
        {"amount": "1.680"},
        {"amount": ""},
        {"currency": "XXX"},
        {"noshow": "101"},
        {"late": "x"},
        {"from_day": "soon"},
    ],
)
def test_what_is_no_price_is_asked_again(
    gao: FlaskClient, season: ClubWithVisits, wrong: dict[str, str]
) -> None:
    season.visited()
    assert price(gao, season, **wrong).status_code == 422
    assert season.month().unpriced == 1


def test_a_month_that_is_over_is_issued_by_one_press(app: Flask, season: ClubWithVisits) -> None:
    season.price()
    season.visited()
    month, partner = f"{season.day():%Y-%m}", season.club.partner
    with time_machine.travel(season.start() + timedelta(days=40), tick=True):
        later = signed_in(app, "operations")
        assert "Issue the statement" in later.get("/operations/settlement").text
        assert press(later, f"{partner}/{month}/issue").status_code == 303
        again = press(later, f"{partner}/{month}/issue")
        assert again.status_code == 409
        issued = season.month().statement
        assert issued is not None
        assert issued.ref in again.text


def test_a_running_month_offers_no_button_and_refuses(
    gao: FlaskClient, season: ClubWithVisits
) -> None:
    season.price()
    season.visited()
    assert "Issue the statement" not in gao.get("/operations/settlement").text
    month, partner = f"{season.day():%Y-%m}", season.club.partner
    assert press(gao, f"{partner}/{month}/issue").status_code == 422
    for odd, status in (("2026-13", 400), ("x", 400), ("9999-12", 422)):
        assert press(gao, f"{partner}/{odd}/issue").status_code == status


def test_nobody_else_comes_here(app: Flask) -> None:
    assert signed_in(app, "policy").get("/operations/settlement").status_code == 403


def test_the_page_takes_no_more_than_six_statements(
    gao: FlaskClient, season: ClubWithVisits
) -> None:
    season.visited()
    with statements(at_most=6):
        assert gao.get("/operations/settlement").status_code == 200
