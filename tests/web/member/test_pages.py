"""The member's door: what a member sees, and five taps to an appointment."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.member.phone import hold_a_time, post_form
from tests.web.signing_in import a_client
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def phone(db: Database, club: SmallClub) -> FlaskClient:
    """A member's phone, signed in."""
    return a_client(db, "member", ("person", club.members[0]))


def test_a_health_check_is_booked_in_five_taps(phone: FlaskClient) -> None:
    held = hold_a_time(phone)
    asks = phone.get(held).text
    assert "Is this right?" in asks
    assert "Reserves 1 of your" in asks
    answer = post_form(phone, f"{held}/book", held, note="a wheelchair, please")
    assert answer.status_code == 303
    page = phone.get(answer.headers["Location"]).text
    assert "Waiting for confirmation" in page
    assert "confirms before" in page
    assert "reserved" in phone.get("/").text


@pytest.mark.promise("P10")
def test_the_same_form_sent_twice_books_once(phone: FlaskClient) -> None:
    held = hold_a_time(phone)
    form = {"form_key": "one-and-the-same", "note": ""}
    once = post_form(phone, f"{held}/book", held, **form).headers["Location"]
    again = post_form(phone, f"{held}/book", "/", **form).headers["Location"]
    assert once == again


def test_a_form_sent_again_by_another_page_says_that_the_time_is_gone(phone: FlaskClient) -> None:
    """The hold became an appointment meanwhile: no error page, nothing made twice."""
    held = hold_a_time(phone)
    post_form(phone, f"{held}/book", held, form_key="one")
    for key in ({"form_key": "another"}, {}):
        again = post_form(phone, f"{held}/book", "/", **key)
        assert (again.status_code, again.headers["Location"]) == (303, "/book")
    assert "is free again" in phone.get("/book").text


def test_another_time_lets_the_kept_one_go(phone: FlaskClient) -> None:
    held = hold_a_time(phone)
    back = post_form(phone, f"{held}/release", held)
    assert "/book/health-check" in back.headers["Location"]
    assert phone.get(held).status_code == 303


def test_cancelling_asks_first_and_gives_back(phone: FlaskClient) -> None:
    held = hold_a_time(phone)
    place = post_form(phone, f"{held}/book", held).headers["Location"]
    assert "comes back to you" in phone.get(place).text
    answer = post_form(phone, f"{place}/cancel", place, reason="travelling")
    assert answer.status_code == 303
    page = phone.get(place).text
    assert "Cancelled" in page
    assert (
        "reserved" not in phone.get("/").text.split("We suggest")[0].split("Remaining benefits")[1]
    )


def test_no_page_takes_more_than_six_statements(phone: FlaskClient) -> None:
    held = hold_a_time(phone)
    for path in ("/", "/book", "/book/health-check", held, "/appointments", "/benefits"):
        with statements(at_most=6):
            assert phone.get(path).status_code == 200


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_pages_speak_the_member_s_language(phone: FlaskClient, language: str) -> None:
    for path in ("/", "/book", "/book/health-check", "/appointments", "/benefits"):
        page = phone.get(f"{path}?lang={language}").text
        assert f'<html lang="{language}">' in page
        english = ("See all", "Home", "Benefits", "24-hour hotline", "Sign out")
        assert language == "en" or not any(word in page for word in english)


@pytest.mark.only("sqlite")
def test_somebody_else_s_appointment_is_not_there(phone: FlaskClient) -> None:
    assert phone.get("/appointments/A-7K2Q9-XM4TR-C").status_code in {400, 404}
    assert phone.get("/book/nothing-of-the-kind").status_code == 404
