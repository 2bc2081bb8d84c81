"""Events on the member's phone: seats in one tap, the line with its place, an offer that ends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.events.salons import a_salon, given, register, seats, state
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import events
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def phone(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


def post(phone: FlaskClient, path: str, **form: str) -> Any:
    data = {"csrf_token": csrf_token(phone, "/events"), **form}
    return phone.post(f"{path}?lang=en", data=data)


def own(phone: FlaskClient, salon: str) -> str:
    """The reference of the own registration, as the page shows it."""
    found = re.search(r"R-\w{5}-\w{5}-\w", phone.get(f"/events/{salon}?lang=en").text)
    assert found
    return found[0]


def test_what_is_on_is_listed_and_a_draft_is_not(
    phone: FlaskClient, club: SmallClub, db: Database
) -> None:
    salon, full = a_salon(db), a_salon(db, days=12, seats=1)
    circle = a_salon(db, open=False)
    draft = db.run(events.draft_event, CLUB_ACTOR, given=given())
    register(db, club.chen, full, club.members[1])
    with statements(at_most=6):
        page = phone.get("/events?lang=en").text
    assert f"/events/{salon}" in page
    assert "10 seats free" in page
    assert "Full: waiting list" in page
    assert draft not in page
    assert circle not in page
    assert phone.get(f"/events/{draft}").status_code == 404
    assert phone.get(f"/events/{circle}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_one_tap_takes_a_seat_and_the_ticket_is_there(
    phone: FlaskClient, club: SmallClub, db: Database, language: str
) -> None:
    salon = a_salon(db)
    phone.get(f"/events?lang={language}")
    with statements(at_most=6):
        page = phone.get(f"/events/{salon}?lang={language}").text
    assert f'action="/events/{salon}/register"' in page
    assert post(phone, f"/events/{salon}/register").status_code == 303
    assert seats(db, salon) == (1, 0)
    phone.get(f"/events?lang={language}")
    with statements(at_most=6):
        page = phone.get(f"/events/{salon}?lang={language}").text
    assert re.search(r"R-\w{5}-\w{5}-\w\.\w{16}", page), "the ticket's code to read out"
    assert "<svg" in page
    assert f'action="/events/{salon}/register"' not in page
    assert f"/events/{salon}" in phone.get("/events").text


def test_the_ticket_is_kept_for_when_there_is_no_line_and_goes_into_the_calendar(
    phone: FlaskClient, club: SmallClub, db: Database
) -> None:
    salon = a_salon(db)
    assert phone.get(f"/events/{salon}/calendar.ics").status_code == 404
    assert "R-" not in phone.get("/me/offline").text
    post(phone, f"/events/{salon}/register")
    with statements(at_most=6):
        kept = phone.get("/me/offline?lang=en").text
    assert re.search(r"R-\w{5}-\w{5}-\w\.\w{16}", kept)
    assert "Tea and investing" in kept
    file = phone.get(f"/events/{salon}/calendar.ics?lang=en").get_data(as_text=True)
    assert "SUMMARY:Tea and investing" in file
    assert own(phone, salon) in file
    post(phone, f"/events/{salon}/cancel/{own(phone, salon)}")
    assert "Entry ticket" not in phone.get("/me/offline?lang=en").text


def test_a_double_tap_is_one_registration(
    phone: FlaskClient, club: SmallClub, db: Database
) -> None:
    salon = a_salon(db)
    first = post(phone, f"/events/{salon}/register", form_key="k1")
    second = post(phone, f"/events/{salon}/register", form_key="k1")
    assert first.location == second.location
    assert seats(db, salon) == (1, 0)


def test_a_guest_is_brought_and_what_is_wrong_is_said_and_kept(
    phone: FlaskClient, club: SmallClub, db: Database
) -> None:
    salon = a_salon(db, guest_age_from=18)
    typed = {"name-1": "周巍", "needs-1": "no nuts", "needs": "wheelchair"}
    wrong = post(phone, f"/events/{salon}/register", **typed)
    assert wrong.status_code == 422
    assert "Guests are 18 or older" in wrong.text
    for kept in ("周巍", "no nuts", "wheelchair"):
        assert kept in wrong.text
    assert seats(db, salon) == (0, 0)
    assert post(phone, f"/events/{salon}/register", **typed, **{"age-1": "41"}).status_code == 303
    assert seats(db, salon) == (2, 0)
    path = f"/events/{salon}/party/{own(phone, salon)}"
    assert post(phone, path).status_code == 303
    assert seats(db, salon) == (1, 0), "nobody named is nobody"


def test_who_waits_reads_the_place_and_accepts_when_it_is_offered(
    phone: FlaskClient, club: SmallClub, db: Database
) -> None:
    salon = a_salon(db, seats=1)
    made = register(db, club.chen, salon, club.members[1])
    post(phone, f"/events/{salon}/register")
    page = phone.get(f"/events/{salon}?lang=en").text
    assert "Your place on the waiting list: 1." in page
    db.run(events.cancel, club.chen, registration=made.registration)
    page = phone.get(f"/events/{salon}?lang=en").text
    assert "Accept the seats" in page
    assert "Decline" in page
    mine = own(phone, salon)
    assert post(phone, f"/events/{salon}/accept/{mine}").status_code == 303
    assert state(db, mine) == "registered"
    again = post(phone, f"/events/{salon}/accept/{mine}")
    assert again.status_code == 409
    assert post(phone, f"/events/{salon}/cancel/{mine}").status_code == 303
    assert seats(db, salon) == (0, 0)


def test_what_blocks_the_line_is_said(phone: FlaskClient, club: SmallClub, db: Database) -> None:
    salon = a_salon(db, seats=2)
    register(db, club.chen, salon, club.members[1])
    post(phone, f"/events/{salon}/register", **{"name-1": "周巍"})
    assert "1 seat is free, too few for your party" in phone.get(f"/events/{salon}?lang=en").text


def test_nobody_acts_for_another(phone: FlaskClient, club: SmallClub, db: Database) -> None:
    salon = a_salon(db)
    theirs = register(db, club.chen, salon, club.members[1]).registration
    for step in ("accept", "decline", "cancel"):
        assert post(phone, f"/events/{salon}/{step}/{theirs}").status_code == 404
    assert post(phone, f"/events/{salon}/party/{theirs}").status_code == 404
    assert post(phone, f"/events/{salon}/steal/{theirs}").status_code == 404
    assert state(db, theirs) == "registered"


@pytest.mark.parametrize("path", ["/events/E-00000-00000-0", "/events/nothing", "/events/%00"])
def test_what_is_no_event_is_not_found(phone: FlaskClient, path: str) -> None:
    assert phone.get(path).status_code in {400, 404}


def test_a_benefit_of_events_leads_there(phone: FlaskClient, club: SmallClub, db: Database) -> None:
    assert 'href="/events"' in phone.get("/benefits").text
    assert 'href="/events"' in phone.get("/book").text
