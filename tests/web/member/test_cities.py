"""The cities of a service: of many the first are shown, and all are a tap away."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import a_client
from vipclub.core.db import Database
from vipclub.partners import Partner, Site
from vipclub.web import time_picker

PAGE = "/book/health-check?lang=en"


@pytest.fixture
def club(db: Database) -> SmallClub:
    """Its other partner is in Shenzhen."""
    made = a_small_club(db)

    def move(session: Session) -> None:
        other = select(Partner.id).where(Partner.public_ref == made.other_partner)
        session.execute(
            update(Site).where(Site.partner_id.in_(other)).values(city_code="440300"),
            execution_options={"synchronize_session": False},
        )

    db.run(move)
    return made


def way_to_all(page: str) -> str:
    """The address behind "N more cities"."""
    found = re.search(r'href="([^"]+)"[^>]*>\s*(?:<[^>]+>\s*)*1 more city', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


@pytest.fixture
def phone(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


def test_few_cities_are_all_shown(phone: FlaskClient) -> None:
    page = phone.get(PAGE).text
    assert "Shanghai" in page
    assert "Shenzhen" in page
    assert "more cit" not in page


def test_of_many_the_others_are_a_tap_away(
    phone: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_picker, "CITIES_SHOWN", 1)
    page = phone.get(PAGE).text
    assert "Shanghai" in page
    assert "Shenzhen" not in page
    assert "1 more city" in page
    page = phone.get(way_to_all(page)).text
    assert "Shenzhen" in page
    assert "more cit" not in page


def test_staff_come_to_all_cities_too(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_picker, "CITIES_SHOWN", 1)
    desk = a_client(db, "desk")
    page = desk.get(f"/desk/members/{club.members[0]}/book/health-check?lang=en").text
    assert "Shenzhen" not in page
    assert "Shenzhen" in desk.get(way_to_all(page)).text


def test_who_chose_a_city_keeps_it_among_all(
    phone: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_picker, "CITIES_SHOWN", 1)
    page = phone.get(f"{PAGE}&city=440300").text
    again = phone.get(way_to_all(page)).text
    offered = re.search(r"name=.offering. value=.([^\"']+)", page)
    assert "Shanghai" in again
    assert offered is None or offered[1] in again


def test_the_chosen_city_is_among_those_shown(
    phone: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_picker, "CITIES_SHOWN", 1)
    page = phone.get(f"{PAGE}&city=440300").text
    assert "Shenzhen" in page
    assert "Shanghai" not in page
    assert "1 more city" in page


def test_an_offering_leads_to_its_own_city(phone: FlaskClient, club: SmallClub) -> None:
    here = phone.get(f"{PAGE}&offering={club.offering}").text
    there = phone.get(f"{PAGE}&city=440300").text
    assert club.offering in here
    assert club.offering not in there


def test_a_city_that_somebody_typed_has_nothing(phone: FlaskClient) -> None:
    page = phone.get(f"{PAGE}&city=nowhere").text
    assert "No place offers this in the city you chose" in page
    assert "Book: Health check" in page
