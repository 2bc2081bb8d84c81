"""A member at a glance, at both doors: why this tier, masks, notes that stay, and a look at a
number that leaves a trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.cast import CLUB_ACTOR
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub import desk, people
from vipclub.app import create_app
from vipclub.core.db import Database

Browser = Callable[[str], FlaskClient]
DOORS = ("desk", "manager")
NUMBER = "+8613800138000"


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    name_member(db, made.members[0], "林若溪", mobile=NUMBER, city="310000")
    give_to_manager(db, made.members[0])
    return made


@pytest.fixture
def browser(db: Database, club: SmallClub) -> Browser:
    an_account(db, "desk")
    an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)])
    app = create_app(database=db)
    return lambda role: signed_in(app, role)


def send(client: FlaskClient, path: str, **form: str) -> Any:
    door = re.match(r"/(desk|manager)/", path)
    assert door
    return client.post(path, data={"csrf_token": csrf_token(client, door[0]), **form})


def reveals(db: Database, ref: str) -> list[tuple[str, str]]:
    """Who looked at a person's numbers, and why."""
    query = text(
        "SELECT actor_kind, reason FROM audit WHERE action = 'person.reveal' "
        "AND subject_ref = :ref ORDER BY id"
    )
    with db.read() as session:
        return [(row[0], row[1]) for row in session.execute(query, {"ref": ref})]


@pytest.mark.parametrize("role", DOORS)
def test_the_page_says_which_condition_was_met_and_what_is_missing(
    browser: Browser, club: SmallClub, role: str
) -> None:
    page = browser(role).get(f"/{role}/members/{club.members[0]}?lang=en").text
    assert "Gold is met by:" in page
    assert "CNY 600,000.00 with the group, at least CNY 500,000.00 is asked" in page
    assert "Missing for Platinum, one of:" in page
    assert "CNY 1,400,000.00 more with the group" in page
    assert "1 of 1 left" in page
    assert "LIFE" in page


@pytest.mark.parametrize("role", DOORS)
def test_a_number_is_masked_until_somebody_says_what_for(
    browser: Browser, club: SmallClub, db: Database, role: str
) -> None:
    client, lin = browser(role), club.members[0]
    at = f"/{role}/members/{lin}"
    page = client.get(at).text
    assert NUMBER not in page
    assert "+86 *******8000" in page
    refused = send(client, f"{at}/reveal")
    assert refused.status_code == 422
    assert NUMBER not in refused.text
    assert reveals(db, lin) == []
    why = {"emergency": "The hotel found her unconscious"} if role == "desk" else {}
    shown = send(client, f"{at}/reveal", purpose="call", **why)
    assert NUMBER in shown.text
    assert reveals(db, lin) == [(role, "call")]
    assert NUMBER not in client.get(at).text


@pytest.mark.promise("P35")
def test_nothing_is_shown_when_the_trail_can_t_be_written(
    browser: Browser, club: SmallClub, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, lin = browser("desk"), club.members[0]
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO audit_elsewhere"))
    try:
        answer = send(client, f"/desk/members/{lin}/reveal", purpose="call")
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE audit_elsewhere RENAME TO audit"))
    assert answer.status_code == 500
    assert NUMBER not in answer.text


@pytest.mark.parametrize("role", DOORS)
def test_a_note_is_written_read_and_put_right(
    browser: Browser, club: SmallClub, db: Database, role: str
) -> None:
    client, lin = browser(role), club.members[0]
    at = f"/{role}/members/{lin}"
    assert send(client, f"{at}/notes", text=" ").status_code == 422
    kept = send(client, f"{at}/notes", kind="wish", text="Prefers <b>mornings</b>.")
    assert kept.status_code == 303
    page = client.get(at).text
    assert "Prefers &lt;b&gt;mornings&lt;/b&gt;." in page
    assert f"Somebody {role}" in page
    old = re.search(r"\?corrects=(N-[A-Z0-9-]+)#note", page)
    assert old
    asks = client.get(f"{at}?corrects={old[1]}").text
    assert f'name="corrects" value="{old[1]}"' in asks
    send(client, f"{at}/notes", text="Prefers evenings.", corrects=old[1])
    page = client.get(at).text
    assert "Correction of" in page
    assert "Prefers &lt;b&gt;mornings" in page


def test_a_call_is_noted(browser: Browser, club: SmallClub) -> None:
    client, at = browser("desk"), f"/desk/members/{club.members[0]}"
    form = {"channel": "phone", "about": "benefit", "outcome": "follow-up"}
    assert send(client, f"{at}/calls", **form, text="Asked about the salon.").status_code == 303
    page = client.get(at).text
    assert "By phone · A benefit · We call back" in page
    assert "Asked about the salon." in page
    assert send(client, f"{at}/calls", **form | {"about": "weather"}).status_code == 400


def test_a_note_on_health_is_the_desk_s_alone(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    db.run(desk.add_note, CLUB_ACTOR, member=lin, text="Allergic to penicillin.", kind="care")
    assert "Allergic" in browser("desk").get(f"/desk/members/{lin}").text
    manager = browser("manager")
    page = manager.get(f"/manager/members/{lin}").text
    assert "Allergic" not in page
    assert 'value="care"' not in page
    written = send(manager, f"/manager/members/{lin}/notes", kind="care", text="x")
    assert written.status_code == 400


def test_the_family_is_named(browser: Browser, club: SmallClub, db: Database) -> None:
    lin = club.members[0]
    db.run(people.add_relative, CLUB_ACTOR, member=lin, name="林小满", relation="child")
    page = browser("desk").get(f"/desk/members/{lin}?lang=en").text
    assert "林小满" in page
    assert "Child" in page


def test_who_is_no_member_of_the_staff_sees_nothing(
    db: Database, club: SmallClub, browser: Browser
) -> None:
    an_account(db, "member", scopes=[("person", club.members[0])])
    an_account(db, "partner", scopes=[("partner", club.partner)])
    for role in ("member", "partner"):
        client = browser(role)
        for door in DOORS:
            assert client.get(f"/{door}/members/{club.members[0]}").status_code == 403
    assert browser("manager").get(f"/desk/members/{club.members[0]}").status_code == 403


@pytest.mark.promise("P35")
@pytest.mark.parametrize("role", DOORS)
def test_that_a_member_s_page_is_looked_at_is_on_record_and_without_record_nothing_is_shown(
    browser: Browser, club: SmallClub, db: Database, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def views() -> list[tuple[str, str]]:
        query = text(
            "SELECT actor_kind, subject_ref FROM audit WHERE action = 'member.view' ORDER BY id"
        )
        with db.read() as session:
            return [(row[0], row[1]) for row in session.execute(query)]

    client, lin = browser(role), club.members[0]
    assert client.get(f"/{role}/members/{lin}").status_code == 200
    assert client.get(f"/{role}/members/{lin}/book").status_code == 200
    assert views() == [(role, lin)] * 2
    if role == "manager":
        assert client.get(f"/{role}/members/{club.members[1]}").status_code == 404
        assert len(views()) == 2

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no trail")

    monkeypatch.setattr("vipclub.people.viewing.audit.write_where", broken)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get(f"/{role}/members/{lin}")
    assert answer.status_code == 500
    assert "林若溪" not in answer.text


def test_the_page_names_each_company_and_each_of_two_relatives_once(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    for name, relation in (("林小雨", "child"), ("林大山", "parent")):
        db.run(people.add_relative, CLUB_ACTOR, member=lin, name=name, relation=relation)
    viewed = db.run(people.record_view, CLUB_ACTOR, member=lin, page="show")
    with db.read() as session:
        found = people.person_with_records(session, CLUB_ACTOR, lin, viewed=viewed)
    assert [each.name for each in found.family] == ["林小雨", "林大山"]
    assert len(found.records) == 1
    page = browser("desk").get(f"/desk/members/{lin}?lang=en").text
    assert page.count("林小雨") == 1
