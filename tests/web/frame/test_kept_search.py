"""A search is sent by POST and read by GET: Back, a reload and another language find it again, its
words stand in no address and no log, and nobody else reads it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database

WORDS = "林若"
DOORS = {"desk": "/desk/", "manager": "/manager/members"}


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    for ref, name in zip(made.members, ("林若溪", "林若水", "陈晓芳"), strict=True):
        name_member(db, ref, name)
    give_to_manager(db, *made.members)
    return made


@pytest.fixture
def app(db: Database, club: SmallClub) -> Flask:
    an_account(db, "desk")
    an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)])
    return create_app(database=db)


def search(staff: FlaskClient, role: str, words: str = WORDS) -> str:
    """The address that a search leads to."""
    token = csrf_token(staff, DOORS[role])
    answer = staff.post(f"/{role}/find", data={"csrf_token": token, "who": words})
    assert answer.status_code == 303
    return str(answer.location)


@pytest.mark.parametrize("role", list(DOORS))
def test_the_list_is_read_again_and_in_another_language(
    app: Flask, club: SmallClub, role: str, capfd: pytest.CaptureFixture[str]
) -> None:
    staff = signed_in(app, role)
    address = search(staff, role)
    assert address.startswith(f"/{role}/find/")
    for again in ("", "?lang=zh-Hant", "?lang=en"):
        page = staff.get(f"{address}{again}")
        assert page.status_code == 200
        for number, ref in enumerate(club.members):
            assert (f'data-row="{ref}"' in page.text) == (number < 2)
        assert f'value="{WORDS}"' in page.text
        assert f'href="{address}?lang=zh-Hans"' in page.text
    out, err = capfd.readouterr()
    assert WORDS not in out + err + address


@pytest.mark.parametrize("role", list(DOORS))
def test_another_sign_in_is_told_that_there_is_nothing(app: Flask, role: str) -> None:
    address = search(signed_in(app, role), role)
    other = signed_in(app, role).get(f"{address}?lang=en")
    assert other.status_code == 404
    assert "This search is no longer kept. Please search again." in other.text
    assert WORDS not in other.text
    assert app.test_client().get(address).status_code == 303


def test_a_search_of_the_own_members_is_sorted_and_narrowed_like_the_list(
    app: Flask, club: SmallClub
) -> None:
    manager = signed_in(app, "manager")
    address = search(manager, "manager")
    page = manager.get(f"{address}?sort=-name&tier=gold&lang=en").text
    one, other = (page.index(f'data-row="{ref}"') for ref in club.members[:2])
    assert f'href="{address}?tier=gold"' in page, "the heading turns it round and keeps the rest"
    again = manager.get(f"{address}?tier=gold&lang=en").text
    assert (one < other) != (
        again.index(f'data-row="{club.members[0]}"') < again.index(f'data-row="{club.members[1]}"')
    )
    assert "None of your members fits." in manager.get(f"{address}?tier=black&lang=en").text
