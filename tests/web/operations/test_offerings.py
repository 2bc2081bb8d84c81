"""Operations record what a visit to a partner costs, and set the hours in which it is booked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, slots_of
from tests.statements import statements
from tests.web.signing_in import csrf_token, signed_in
from vipclub import bookings, settlement
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.settlement import OfferingTerms


def page_of(club: SmallClub) -> str:
    return f"/operations/partners/{club.partner}/offerings/{club.offering}"


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/operations/companies/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def a_price(**changed: str) -> dict[str, str]:
    form = {"from_day": clock.club_today().isoformat(), "amount": "1680.00", "currency": "CNY"}
    return {**form, "noshow": "50", "late": "30", **changed}


def a_week(opens: str = "13:00", closes: str = "15:00", **changed: str) -> dict[str, str]:
    found = {"from_day": clock.club_today().isoformat()}
    for weekday in range(1, 8):
        found |= {
            f"opens-{weekday}-0": opens,
            f"closes-{weekday}-0": closes,
            f"every-{weekday}-0": "60",
            f"capacity-{weekday}-0": "2",
        }
    return {**found, **changed}


def terms(db: Database, club: SmallClub) -> OfferingTerms:
    with db.read() as session:
        (partner,) = settlement.partner_terms(session, CLUB_ACTOR, partner=club.partner)
    return partner.sites[0].offerings[0]


def test_the_pages_are_the_operations_and_ask_few_statements(
    app: Flask, gao: FlaskClient, club: SmallClub
) -> None:
    pages = ("/operations/partners", page_of(club), f"{page_of(club)}/hours")
    for page in pages:
        with statements(at_most=6):
            assert gao.get(page).status_code == 200, page
        for language in ("zh-Hans", "zh-Hant"):
            answer = gao.get(f"{page}?lang={language}")
            assert (answer.status_code, f'<html lang="{language}"' in answer.text) == (200, True)
    desk = signed_in(app, "desk")
    assert {desk.get(page).status_code for page in pages} == {403}
    other = page_of(club).replace(club.partner, club.other_partner)
    assert gao.get(other).status_code == 404, "it is another partner's"


def test_prices_stand_with_their_days_and_a_new_one_comes(
    gao: FlaskClient, db: Database, club: SmallClub
) -> None:
    later = (clock.club_today() + timedelta(days=30)).isoformat()
    assert "no price yet" in gao.get("/operations/partners?lang=en").text
    for price in (a_price(), a_price(from_day=later, amount="1,780.5")):
        answer = post(gao, f"{page_of(club)}/price", **price)
        assert (answer.status_code, answer.headers["Location"]) == (303, page_of(club))
    shown = gao.get(f"{page_of(club)}?lang=en").text
    assert shown.index("CNY 1,780.50") < shown.index("CNY 1,680.00"), "the newest first"
    assert "to come" in shown
    assert "in force" in shown
    assert [kept.price.amount for kept in terms(db, club).prices] == [168_000, 178_050]
    assert "CNY 1,680.00" in gao.get("/operations/partners?lang=en").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": "16,80"}, "Please write an amount such as 1680.00."),
        ({"currency": "XXX"}, "Please choose a currency."),
        ({"from_day": ""}, "Please choose the first day."),
        ({"noshow": "101"}, "A share is a number from 0 to 100."),
    ],
)
def test_what_is_wrong_with_a_price_is_said_at_its_field(
    gao: FlaskClient, db: Database, club: SmallClub, changed: dict[str, str], words: str
) -> None:
    answer = post(gao, f"{page_of(club)}/price", **a_price(**changed))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="30"' in answer.text, "what was typed stays"
    assert terms(db, club).prices == ()


def test_a_day_has_one_price(gao: FlaskClient, db: Database, club: SmallClub) -> None:
    post(gao, f"{page_of(club)}/price", **a_price())
    again = post(gao, f"{page_of(club)}/price", **a_price(amount="1.00"))
    assert again.status_code == 409
    assert 'value="1.00"' in again.text
    assert [kept.price.amount for kept in terms(db, club).prices] == [168_000]


def test_new_hours_say_whom_they_hit_before_they_are_set(
    gao: FlaskClient, db: Database, club: SmallClub
) -> None:
    visit = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=slots_of(db, club.offering)[0],
        note="",
    )
    before = terms(db, club).hours
    question = post(gao, f"{page_of(club)}/hours", **a_week())
    assert question.status_code == 200
    assert "1 place in them is taken: this person is offered another time." in question.text
    assert 'name="opens-3-0" value="13:00"' in question.text, "the form goes along"
    assert terms(db, club).hours == before
    done = post(gao, f"{page_of(club)}/hours", **a_week(), sure="1", reason="we move")
    assert (done.status_code, done.headers["Location"]) == (303, page_of(club))
    assert {row.opens.hour for row in terms(db, club).hours} == {13}
    assert "13:00 to 15:00, a time every 60 minutes" in gao.get(f"{page_of(club)}?lang=en").text
    assert visit.appointment


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"closes-3-0": "12:00"}, "The closing hour lies before the opening hour."),
        ({"closes-3-0": ""}, "Please give both hours, such as 08:30."),
        ({"every-3-0": "2"}, "A time begins every 5 minutes or more"),
        ({"from_day": ""}, "Please choose the first day."),
        ({"closes-3-0": "13:30"}, "The hours of weekday 3 can&#39;t be"),
        ({"from_day": "2020-01-01"}, "has begun. Only times to come can be changed."),
    ],
)
def test_hours_that_can_t_be_are_refused_and_what_was_typed_stays(
    gao: FlaskClient, db: Database, club: SmallClub, changed: dict[str, str], words: str
) -> None:
    before = terms(db, club).hours
    answer = post(gao, f"{page_of(club)}/hours", **a_week(**changed), sure="1")
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="13:00"' in answer.text
    assert terms(db, club).hours == before


def test_a_third_spell_of_a_day_is_kept(gao: FlaskClient, db: Database, club: SmallClub) -> None:
    spells = a_week(opens="08:00", closes="09:00")
    for number, (opens, closes) in enumerate((("10:00", "11:00"), ("12:00", "13:00")), 1):
        spells |= {
            f"opens-1-{number}": opens,
            f"closes-1-{number}": closes,
            f"every-1-{number}": "60",
            f"capacity-1-{number}": "1",
        }
    assert post(gao, f"{page_of(club)}/hours", **spells, sure="1").status_code == 303
    page = gao.get(f"{page_of(club)}/hours").text
    assert 'name="opens-1-2" type="time" value="12:00"' in page
