"""The manager's first page and list: who needs a word and why, and the own members only."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.bookings.table_rows import force_state
from tests.cast import CLUB_ACTOR
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub import bookings
from vipclub.app import create_app
from vipclub.core.db import Database

NOVEMBER = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(NOVEMBER, tick=True):
        yield


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db, members=4)
    for ref, name in zip(made.members, ("林若溪", "陈启明", "Chan Siu Man", "赵宁"), strict=True):
        name_member(db, ref, name, mobile=f"+861390000000{made.members.index(ref)}")
    give_to_manager(db, *made.members[:3])
    return made


@pytest.fixture
def manager(db: Database, club: SmallClub) -> FlaskClient:
    an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)])
    return signed_in(create_app(database=db), "manager")


def find(manager: FlaskClient, who: str) -> Any:
    form = {"who": who, "csrf_token": csrf_token(manager, "/manager/")}
    return manager.post("/manager/find", data=form)


def found_list(manager: FlaskClient, who: str) -> Any:
    """The page of those who may be meant."""
    answer = find(manager, who)
    assert answer.status_code == 303
    return manager.get(f"{answer.location}?lang=en")


def test_the_week_says_who_and_why_with_one_thing_to_do(
    manager: FlaskClient, club: SmallClub, db: Database
) -> None:
    lin, chen, chan, stranger = club.members
    made = db.run(bookings.book, CLUB_ACTOR, member=lin, offering=club.offering, slot=club.slots[0])
    force_state(db, made.appointment, "proposed")
    manager.get("/manager/")  # a process that knows the catalogue
    with statements(at_most=6):
        page = manager.get("/manager/?lang=en").text
    rows = re.findall(r'data-row="([^"]+)"', page)
    assert rows[0] == lin
    assert set(rows) == {lin, chen, chan}
    assert "Another time is offered for: Health check. No answer yet." in page
    assert f'href="/manager/members/{lin}/appointments/{made.appointment}"' in page
    assert re.search(rf'href="/manager/members/{chen}/book/[a-z-]+"', page)
    assert "林*溪" in page
    assert "林若溪" not in page
    assert stranger not in page
    assert "3 members in your portfolio" in page


def test_the_list_shows_the_own_members_and_counts_them_only(
    manager: FlaskClient, club: SmallClub
) -> None:
    manager.get("/manager/members")  # a process that knows the catalogue
    with statements(at_most=6):
        page = manager.get("/manager/members?lang=en").text
    assert set(re.findall(r'data-row="([^"]+)"', page)) == set(club.members[:3])
    assert "3 found" in page
    assert "Gold 3" in page
    assert "赵宁" not in page
    for address in ("tier=black", "city=440300", "coming=yes", "which=ending", "company=BANK"):
        with statements(at_most=6):
            page = manager.get(f"/manager/members?{address}").text
        assert "0 found" in page
        assert "None of your members fits." in page


def test_a_heading_sorts_and_keeps_the_filters(manager: FlaskClient, club: SmallClub) -> None:
    page = manager.get("/manager/members?tier=gold&sort=-name&lang=en").text
    down = re.findall(r'data-row="([^"]+)"', page)
    up = re.findall(r'data-row="([^"]+)"', manager.get("/manager/members?tier=gold").text)
    assert down == up[::-1]
    assert re.search(
        r'aria-sort="descending"><a class="sort" href="/manager/members\?tier=gold">', page
    )
    assert 'href="/manager/members?tier=gold&amp;sort=ends"' in page
    assert '<a class="chip" href="/manager/members?sort=-name">' in page
    assert page.count('aria-sort="') == 1


def test_each_cell_says_what_it_is_for_where_there_are_no_columns(
    manager: FlaskClient, club: SmallClub
) -> None:
    page = manager.get("/manager/members?lang=en").text
    row = page.split(f'data-row="{club.members[0]}"')[1].split("</tr>")[0]
    said = re.findall(r'data-label="([^"]+)"', row)
    assert said[0] == "Tier"
    assert said[-2:] == ["Left this year", "Valid to"]


def test_what_is_no_filter_narrows_nothing(manager: FlaskClient, club: SmallClub) -> None:
    page = manager.get("/manager/members?tier=emerald&coming=perhaps&which=x&sort=y").text
    assert "3 found" in page
    assert manager.get("/manager/members?after=nonsense").status_code == 400


def test_one_s_own_member_is_found_and_nobody_else(manager: FlaskClient, club: SmallClub) -> None:
    lin, chen, chan, stranger = club.members
    for said, who in (("139 0000/0001", chen), (lin, lin)):
        answer = find(manager, said)
        assert answer.status_code == 303, said
        assert answer.headers["Location"] == f"/manager/members/{who}"
    for said, who in (("若溪", lin), ("陳啟明", chen), ("siu chan", chan), ("0001", chen)):
        answer = found_list(manager, said)
        assert answer.status_code == 200, "a name opens nobody"
        assert re.findall(r'data-row="([^"]+)"', answer.text) == [who], said
    for said in (stranger, "赵宁", "13900000003", "nobody"):
        answer = found_list(manager, said)
        assert "None of your members fits." in answer.text, said
        assert stranger not in answer.text.replace(f'value="{stranger}"', "")


def test_several_that_are_meant_are_listed(
    manager: FlaskClient, club: SmallClub, db: Database
) -> None:
    name_member(db, club.members[1], "林若溪")
    answer = found_list(manager, "若溪")
    assert set(re.findall(r'data-row="([^"]+)"', answer.text)) == set(club.members[:2])


def test_a_portfolio_without_members_says_what_could_be_here(db: Database) -> None:
    a_small_club(db, members=1)
    an_account(db, "manager", scopes=[("portfolio", "LIFE/9999")])
    client = signed_in(create_app(database=db), "manager")
    for path in ("/manager/?lang=en", "/manager/members?lang=en"):
        assert "Nobody in your portfolio is a member yet." in client.get(path).text


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_pages_speak_the_reader_s_language(manager: FlaskClient, language: str) -> None:
    english = ("This week", "My members", "Who needs", "Filter", "Find a member")
    for path in ("/manager/", "/manager/members", "/manager/members?tier=black"):
        sign = "&" if "?" in path else "?"
        page = manager.get(f"{path}{sign}lang={language}").text
        assert f'<html lang="{language}">' in page
        assert language == "en" or not any(word in page for word in english), path
