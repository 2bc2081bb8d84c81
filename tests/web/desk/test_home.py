"""The desk finds a person by what the caller says, and sees what burns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.bookings.closures.closing_days import close_all_days_but, close_day, day_of_slots
from tests.bookings.table_rows import force_state
from tests.cast import CLUB_ACTOR
from tests.portfolio.manager_members import name_member
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub import bookings, membership, people
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    name_member(db, made.members[0], "陈晓芳", mobile="+8613800138000", city="310000")
    name_member(db, made.members[1], "陈启明", mobile="+8613800138000")
    name_member(db, made.members[2], "Chan Siu Man", mobile="+85291234567")
    return made


@pytest.fixture
def app(db: Database, club: SmallClub) -> Flask:
    an_account(db, "desk")
    return create_app(database=db)


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return signed_in(app, "desk")


def find(desk: FlaskClient, who: str) -> Any:
    form = {"who": who, "csrf_token": csrf_token(desk, "/desk/")}
    return desk.post("/desk/find", data=form)


def listed(desk: FlaskClient, who: str) -> Any:
    """The page of those who may be meant."""
    answer = find(desk, who)
    assert answer.status_code == 303
    assert answer.location.startswith("/desk/find/")
    return desk.get(f"{answer.location}?lang=en")


def leads_to(desk: FlaskClient, who: str) -> tuple[int, str]:
    answer = find(desk, who)
    return answer.status_code, answer.headers.get("Location", "")


def book(db: Database, club: SmallClub, member: int = 0) -> str:
    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[member],
        offering=club.offering,
        slot=club.slots[0],
    )
    return str(made.appointment)


def test_by_reference_by_card_and_by_appointment(
    desk: FlaskClient, club: SmallClub, db: Database
) -> None:
    ref, visit = club.members[0], book(db, club)
    with db.read() as session:
        person = people.find_person(session, CLUB_ACTOR, ref)
        term = membership.member_summary(session, person.id)
    assert term is not None
    for said in (ref, ref.lower().replace("-", " "), term.card, visit):
        assert leads_to(desk, said) == (303, f"/desk/members/{ref}")


@pytest.mark.pain(37)
def test_a_caller_is_known_by_a_number_with_slashes_and_spaces(
    desk: FlaskClient, club: SmallClub
) -> None:
    assert leads_to(desk, "852 / 9123 / 4567") == (303, f"/desk/members/{club.members[2]}")


def test_several_who_share_a_number_are_listed_with_masked_names(
    desk: FlaskClient, club: SmallClub
) -> None:
    answer = listed(desk, "138-0013/8000")
    assert answer.status_code == 200
    for ref, name, masked in (
        (club.members[0], "陈晓芳", "陈*芳"),
        (club.members[1], "陈启明", "陈*明"),
    ):
        assert f'href="/desk/members/{ref}"' in answer.text
        assert masked in answer.text
        assert name not in answer.text
    assert "13800138000" not in answer.text.split('id="found"')[1]


@pytest.mark.parametrize("said", ["", "nobody", "13900139000", "M-00000-00000-1", "' OR 1=1"])
def test_what_nobody_is_known_by_is_said_plainly(
    desk: FlaskClient, club: SmallClub, said: str
) -> None:
    assert "We found nobody with this." in listed(desk, said).text


def test_a_promise_burns_when_it_is_due_within_the_hour(
    desk: FlaskClient, club: SmallClub, db: Database
) -> None:
    visit = book(db, club)
    assert f'data-row="{visit}"' not in desk.get("/desk/").text
    with db.read() as session:
        promised = bookings.appointment(session, CLUB_ACTOR, visit).promised_by
    assert promised is not None
    with time_machine.travel(promised - timedelta(minutes=40), tick=True):
        page = signed_in(create_app(database=db), "desk").get("/desk/?lang=en").text
    assert f'data-row="{visit}"' in page
    assert "in 40 min" in page
    with time_machine.travel(promised + timedelta(minutes=5), tick=True):
        live = signed_in(create_app(database=db), "desk").get("/desk/live?lang=en").text
    assert "late by" in live
    assert 'data-mood="late"' in live


def test_an_offer_that_waits_for_the_member_is_listed(
    desk: FlaskClient, club: SmallClub, db: Database
) -> None:
    visit = book(db, club)
    force_state(db, visit, "proposed")
    assert f'data-row="{visit}"' in desk.get("/desk/").text


def test_no_page_takes_more_than_six_statements(desk: FlaskClient, club: SmallClub) -> None:
    for path in ("/desk/", "/desk/live", find(desk, "陈").location):
        with statements(at_most=6):
            assert desk.get(path).status_code == 200


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_pages_speak_the_reader_s_language(desk: FlaskClient, language: str) -> None:
    page = desk.get(f"/desk/?lang={language}").text
    assert f'<html lang="{language}">' in page
    english = ("Who is it?", "Find", "No promise")
    assert language == "en" or not any(word in page for word in english)


def test_whom_a_closed_day_left_without_a_place_is_on_top_and_is_placed_elsewhere(
    desk: FlaskClient, club: SmallClub, db: Database
) -> None:
    visit = book(db, club)
    close_all_days_but(db, club, day_of_slots())
    closure = close_day(db, club)
    bookings.offer_others(db, club.he, closure=closure)
    page = desk.get("/desk/?lang=en").text
    assert "Without a place" in page
    address = f"/desk/members/{club.members[0]}/appointments/{visit}"
    assert f'href="{address}?others=1"' in page
    assert desk.get(f"{address}?others=1").status_code == 200
    token = csrf_token(desk, "/desk/")
    desk.post(f"{address}/cancel", data={"csrf_token": token, "reason": "closed"})
    after = desk.get(address).text
    assert "What is free instead" in after
    assert f'action="/desk/members/{club.members[0]}/book/health-check/hold"' in after
    assert "Without a place" not in desk.get("/desk/?lang=en").text
