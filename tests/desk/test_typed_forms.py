"""Ninety ways to type who is calling: everybody is found, and nobody is opened unasked."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.cast import sun
from tests.desk.twelve_callers import FORMS, WORDS, TwelveCallers, twelve_callers
from tests.portfolio.manager_members import name_member
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import desk
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.desk import LookedUp


@pytest.fixture
def callers(db: Database) -> TwelveCallers:
    return twelve_callers(db)


def look_up(db: Database, typed: str) -> LookedUp:
    with db.read() as session, statements(at_most=2):
        return desk.look_up(session, sun(), typed=typed, today=clock.club_today(), cities=WORDS)


@pytest.mark.pain(37)
def test_ninety_typed_forms_of_twelve_people_all_find_them(
    db: Database, callers: TwelveCallers
) -> None:
    forms = FORMS + callers.numbers
    assert len(forms) >= 90
    assert {place for _, place, _ in forms} == set(range(12))
    missed = []
    for typed, place, number in forms:
        looked = look_up(db, typed)
        if callers.members[place] not in [one.ref for one in looked.persons]:
            missed.append(typed)
        if looked.named is not number:
            missed.append(f"{typed}: named {looked.named}")
    assert missed == []


def test_a_name_opens_nobody_and_a_whole_number_who_has_it(
    db: Database, callers: TwelveCallers
) -> None:
    browser = a_client(db, "desk")
    token = csrf_token(browser, "/desk/")
    wrong = []
    for typed, place, number in FORMS + callers.numbers:
        answer = browser.post("/desk/find", data={"who": typed, "csrf_token": token})
        address = f"/desk/members/{callers.members[place]}"
        place = answer.headers["Location"]
        if number:
            right = place == address
        else:
            listed = f'href="{address}"' in browser.get(place).text
            right = place.startswith("/desk/find/") and listed
        if not right:
            wrong.append((typed, place))
    assert wrong == []


def test_whoever_shares_a_number_is_listed(db: Database, callers: TwelveCallers) -> None:
    name_member(db, callers.members[1], "陳啟明", mobile="+8613800138000")
    looked = look_up(db, "138 0013 8000")
    assert {one.ref for one in looked.persons} == set(callers.members[:2])
    assert not looked.named


def test_it_is_said_by_what_somebody_was_found(db: Database, callers: TwelveCallers) -> None:
    browser: FlaskClient = a_client(db, "desk")
    token = csrf_token(browser, "/desk/")
    for typed, said in (
        ("陈小宝", "Relative: 陈*宝 (Child)"),
        ("8000", "Last four digits of the phone number"),
        (callers.numbers[4][0], "Last four digits of the card"),
        ("cxf", "Initials"),
        ("陈晓", "Part of the name"),
        ("xiaofang.chen@mail.example", "E-mail address"),
    ):
        found = browser.post("/desk/find", data={"who": typed, "csrf_token": token})
        page = browser.get(f"{found.headers['Location']}?lang=en").text
        assert said in page, typed
        row = page.split(f'data-row="{callers.members[0]}"')[1].split("</tr>")[0]
        for told in ("born 1984", "Shanghai", "Gold", "····"):
            assert told in row, (typed, told)
        assert "13800138000" not in row
        assert "陈晓芳" not in row


@pytest.mark.parametrize(
    "said",
    ["", " ", "%", "_", "\u200b", "' OR 1=1", "13900000000", "0000", "nobody@mail.example", "@",
     "王伟 1901", "上海", "9" * 300, "陈" * 300, "\x00", "🙂", "((((", "a@b@c", "M-00000-00000-1"],
)  # fmt: skip
def test_what_nobody_is_known_by_finds_nobody(
    db: Database, callers: TwelveCallers, said: str
) -> None:
    with db.read() as session, statements(at_most=3):
        looked = desk.look_up(session, sun(), typed=said, today=clock.club_today(), cities=WORDS)
    assert looked == LookedUp()
