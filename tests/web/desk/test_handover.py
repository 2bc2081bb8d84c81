"""The change of shift from the desk's pages: given by one, read and accepted by the other."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import on_shift
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.desk.agents import an_agent_with_browser
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance
from vipclub.app import create_app
from vipclub.core.db import Database


class Desk:
    """Ping and Mei at the desk, each with a browser; both on duty, Ping first."""

    def __init__(self, db: Database) -> None:
        app = create_app(database=db)
        self.db = db
        self.ping, self.pings = an_agent_with_browser(db, app, "ping")
        self.mei, self.meis = an_agent_with_browser(db, app, "mei")


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def desk(db: Database, club: SmallClub) -> Desk:
    made = Desk(db)
    on_shift(db, made.ping)
    opened(db, member=club.members[0])
    opened(db, kind="enquiry", what="A question")
    on_shift(db, made.mei)
    return made


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/desk/cases/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, page[:2000]
    return found[1]


def given(desk: Desk, **words: str) -> str:
    page = desk.pings.get("/desk/handover?lang=en").text
    answer = post(
        desk.pings,
        "/desk/handover",
        seen=seen_on(page),
        receiver=desk.mei.account_ref,
        **words,
    )
    assert answer.status_code == 303, answer.text[:500]
    return str(answer.headers["Location"])


def test_one_list_read_and_accepted_by_both(desk: Desk) -> None:
    page = desk.pings.get("/desk/handover?lang=en").text
    assert "Emergency assistance abroad" in page
    assert "First answer" in page
    (ref,) = re.findall(r'name="said-(C-[0-9A-Z*-]+)"[^>]*></textarea>', page)[:1]
    where = given(desk, **{f"said-{ref}": "The ward rings back at eight."})
    assert "has not accepted the list yet" in desk.pings.get(f"{where}?lang=en").text
    home = desk.meis.get("/desk/?lang=en").text
    assert "A handover waits for you" in home
    assert where in home
    read = desk.meis.get(f"{where}?lang=en").text
    assert "The ward rings back at eight." in read
    done = post(desk.meis, f"{where}/accept", seen=seen_on(read))
    assert done.status_code == 303
    assert (
        "Accepted. The cases on the list are yours now." in desk.meis.get(f"{where}?lang=en").text
    )
    assert "No open case is yours." in desk.pings.get("/desk/handover?lang=en").text
    assert desk.meis.get("/desk/cases?whose=mine&lang=en").text.count("data-row") == 2


def test_a_list_that_changed_is_shown_anew_and_loses_no_word(desk: Desk) -> None:
    page = desk.pings.get("/desk/handover?lang=en").text
    ref = re.findall(r'name="said-(C-[0-9A-Z*-]+)"', page)[0]
    desk.db.run(assistance.answer, desk.ping, case=ref, text="We are on it")
    words = {f"said-{ref}": "Typed for the next shift"}
    answer = post(
        desk.pings,
        "/desk/handover",
        seen=seen_on(page),
        receiver=desk.mei.account_ref,
        **words,
    )
    assert answer.status_code == 409
    assert "The list has changed since you read it." in answer.text
    assert "Typed for the next shift" in answer.text


def test_taken_back_and_declined(desk: Desk) -> None:
    where = given(desk)
    assert post(desk.meis, f"{where}/withdraw").status_code == 403
    assert post(desk.pings, f"{where}/withdraw").status_code == 303
    assert "taken back" in desk.pings.get(f"{where}?lang=en").text
    where = given(desk)
    assert post(desk.meis, f"{where}/decline").status_code == 303
    assert post(desk.meis, f"{where}/accept", seen="x").status_code == 409


def test_nobody_else_reads_a_handover(desk: Desk, db: Database) -> None:
    where = given(desk)
    assert a_client(db, "desk").get(where).status_code == 404


def test_the_pages_need_few_statements(desk: Desk) -> None:
    where = given(desk)
    for browser, path, most in (
        (desk.pings, "/desk/handover", 6),
        (desk.meis, where, 7),
        (desk.meis, "/desk/", 6),
    ):
        browser.get(path)
        with statements(at_most=most):
            assert browser.get(path).status_code == 200, path
