"""Requests for help on the partner's pages, and behind the link of a letter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.assistance.askings import Askings, later, link_in
from tests.cast import sun
from tests.mailbox import Mailbox
from tests.mails_arriving import mails_arriving
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.signing_in import csrf_token
from vipclub import assistance
from vipclub.core.db import Database


@pytest.fixture
def lyon(db: Database, club: SmallClub) -> Askings:
    return Askings(db, club)


def post(browser: FlaskClient, path: str, page: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, page), **form}
    return browser.post(f"{path}?lang=en", data=data)


def test_a_request_is_seen_accepted_and_then_says_whom_it_is_about(
    pc: FlaskClient, lyon: Askings
) -> None:
    lyon.ask(area="Lyon", note="Speaks no French")
    ref = lyon.asked()
    listed = pc.get("/partner/requests?lang=en").text
    assert f"/partner/requests/{ref}" in listed
    assert "Lyon" in listed
    page = pc.get(f"/partner/requests/{ref}?lang=en").text
    for unsaid in ("+33612345678", "Mercure", "Speaks no French", "Chest"):
        assert unsaid not in page
        assert unsaid not in listed
    path = f"/partner/requests/{ref}"
    wrong = post(pc, f"{path}/decline", path, reason="other", said="")
    assert (wrong.status_code, "another reason needs a few words" in wrong.text) == (422, True)
    assert post(pc, f"{path}/accept", path, minutes="30", said="Dr Petit").status_code == 303
    page = pc.get(f"{path}?lang=en").text
    for said in ("+33612345678", "Mercure", "Speaks no French", "Expected arrival"):
        assert said in page
    assert "Chest" not in page
    again = pc.post(f"{path}/accept?lang=en", data={"csrf_token": csrf_token(pc, "/partner/staff")})
    assert (again.status_code, "This request is closed" in again.text) == (409, True)


def test_the_first_page_says_that_somebody_is_in_need(
    pc: FlaskClient, other_pc: FlaskClient, lyon: Askings
) -> None:
    """A request has minutes: whoever works at the front desk sees it without looking for it."""
    lyon.ask(area="Lyon")
    path = f"/partner/requests/{lyon.asked()}"
    for page in ("/partner/", "/partner/live"):
        assert f'href="{path}"' in pc.get(f"{page}?lang=en").text
        assert "in need" not in other_pc.get(f"{page}?lang=en").text
    with later(10.1):
        assert path not in pc.get("/partner/?lang=en").text


def test_declining_is_one_tap_and_the_time_has_an_end(pc: FlaskClient, lyon: Askings) -> None:
    lyon.ask()
    path = f"/partner/requests/{lyon.asked()}"
    token = csrf_token(pc, path)
    with later(10.1):
        late = pc.post(f"{path}/accept?lang=en", data={"csrf_token": token})
        assert (late.status_code, "The time for an answer is over" in late.text) == (409, True)
        assert "Accept the request" not in late.text
    gone = post(pc, f"{path}/decline", path, reason="no_capacity")
    assert gone.status_code == 303
    assert lyon.states() == ["declined", "asked", "listed"]


def test_another_partner_s_request_is_not_found(
    pc: FlaskClient, other_pc: FlaskClient, lyon: Askings
) -> None:
    lyon.ask()
    path = f"/partner/requests/{lyon.asked()}"
    assert other_pc.get(path).status_code == 404
    assert post(other_pc, f"{path}/accept", "/partner/staff").status_code == 404
    assert "No request yet." in other_pc.get("/partner/requests?lang=en").text
    assert lyon.states() == ["asked", "listed", "listed"]


def test_the_pages_need_few_statements(pc: FlaskClient, lyon: Askings) -> None:
    lyon.ask()
    for path in ("/partner/requests", f"/partner/requests/{lyon.asked()}"):
        pc.get(path)
        with statements(at_most=6):
            assert pc.get(path).status_code == 200, path


def letter(lyon: Askings, mail: Mailbox) -> str:
    """The mail that went to the partner that is asked."""
    mails = mails_arriving(lyon.db, mail)
    assert mail.recipients[-1] == ["alarm@partner.example"]
    return mails[-1]


def everything(db: Database) -> list[Any]:
    """All rows that an answer would change."""
    with db.read() as session:
        found: list[Any] = []
        for table in ("dispatch", "case_entry", "audit", "outbox", "case_clock"):
            rows = session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            found += [
                repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row))
                for row in rows
            ]
        return found


def test_a_letter_s_link_shows_a_page_and_its_button_counts_once(
    app: Flask, lyon: Askings, mail: Mailbox
) -> None:
    lyon.ask(area="Lyon", note="Speaks no French")
    told = letter(lyon, mail)
    for unsaid in ("Chest", "Mercure", "+33612345678", "French"):
        assert unsaid not in told
    stranger, path = app.test_client(), f"/partner/answer/{link_in(told)}"
    before = everything(lyon.db)
    for _ in range(3):  # mail programs open links by themselves
        opened = stranger.get(f"{path}?lang=en")
        assert opened.status_code == 200
        assert opened.headers["Referrer-Policy"] == "no-referrer"
        assert stranger.head(path).status_code == 200
    assert everything(lyon.db) == before, "opening it wrote nothing"
    assert "Accept the request" in opened.text
    assert "Mercure" not in opened.text
    forged = stranger.post(f"{path}/accept", data={"csrf_token": "x"})
    assert forged.status_code == 400
    done = post(stranger, f"{path}/accept", path, minutes="60")
    assert done.status_code == 200
    for said in ("+33612345678", "Hotel Mercure, room 4", "Speaks no French"):
        assert said in done.text
    assert SHOWN_ONCE not in done.text
    assert lyon.states()[0] == "accepted"
    assert (lyon.all()[0].way, lyon.rows()[0].way) == ("link", "link")
    shown = stranger.get(f"{path}?lang=en").text
    assert "Mercure" not in shown, "the link itself never says it"
    assert "Accept the request" not in shown
    assert SHOWN_ONCE in shown, "who lost the details reads whom to call"
    assert "tel:" in main_of(shown)
    twice = stranger.post(f"{path}/accept?lang=en", data={"csrf_token": token_of(opened.text)})
    assert (twice.status_code, "This request is closed" in twice.text) == (409, True)
    assert "Mercure" not in twice.text


SHOWN_ONCE = "The details are shown once"


def main_of(page: str) -> str:
    """What the page itself says, without the bar and the foot that all have."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_link_after_the_end_and_one_that_is_none(
    app: Flask, lyon: Askings, mail: Mailbox
) -> None:
    lyon.ask()
    stranger, path = app.test_client(), f"/partner/answer/{link_in(letter(lyon, mail))}"
    token = token_of(stranger.get(path).text)
    with later(10.1):
        late = stranger.post(f"{path}/accept?lang=en", data={"csrf_token": token})
        assert (late.status_code, "The time for an answer is over" in late.text) == (409, True)
        assert "Accept the request" not in stranger.get(f"{path}?lang=en").text
    nowhere = "/partner/answer/" + "x" * 32
    for nothing in (
        stranger.get(f"{nowhere}?lang=en"),
        stranger.post(f"{nowhere}/accept?lang=en", data={"csrf_token": token}),
        stranger.post(f"{nowhere}/decline?lang=en", data={"csrf_token": token}),
    ):
        assert nothing.status_code == 404
        assert nothing.headers["Referrer-Policy"] == "no-referrer"
        said = main_of(nothing.text)
        assert "This link leads to no request" in said
        assert "tel:" in said, "whom to call"
        assert "first page" not in said, "who is asked may have no account"


def test_a_link_declines_too(app: Flask, lyon: Askings, mail: Mailbox) -> None:
    lyon.ask()
    stranger, path = app.test_client(), f"/partner/answer/{link_in(letter(lyon, mail))}"
    wrong = post(stranger, f"{path}/decline", path, reason="other", said=" ")
    assert (wrong.status_code, "another reason needs a few words" in wrong.text) == (422, True)
    done = post(stranger, f"{path}/decline", path, reason="not_our_area")
    assert (done.status_code, "You have declined" in done.text) == (200, True)
    assert lyon.states() == ["declined", "asked", "listed"]
    second = link_in(letter(lyon, mail))
    assert second != path.rsplit("/", 1)[1]


def test_a_letter_about_what_is_over_stays_unsent(lyon: Askings, mail: Mailbox) -> None:
    chain = lyon.ask()
    lyon.db.run(assistance.dispatch.withdraw_partners, sun(), case=lyon.case, chain=chain)
    mails_arriving(lyon.db, mail)
    assert ["alarm@partner.example"] not in mail.recipients
