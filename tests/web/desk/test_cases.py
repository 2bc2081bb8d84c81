"""Cases at the desk: opened in a few keys, seen with their clocks, and each step that follows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import opened, seen, whats
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.desk.agents import an_agent_with_browser
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def app(db: Database, club: SmallClub) -> Flask:
    return create_app(database=db)


@pytest.fixture
def sun(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "desk")


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/desk/cases/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def test_a_number_is_enough_and_the_case_is_open(sun: FlaskClient) -> None:
    made = post(
        sun,
        "/desk/cases/new",
        kind="emergency_overseas",
        phone="+33 1 42 34 56 78",
        what="Fell on the stairs",
    )
    assert made.status_code == 303
    page = sun.get(f"{made.headers['Location']}?lang=en").text
    assert "Emergency assistance abroad" in page
    assert 'href="tel:+33142345678"' in page
    assert "Fell on the stairs" in page
    listed = sun.get("/desk/cases?lang=en").text
    assert "Emergency assistance abroad" in listed
    assert "nobody" in listed, "nobody is on duty"
    assert "Fell on the stairs" not in listed


def test_many_from_one_address_are_marked(sun: FlaskClient, db: Database, club: SmallClub) -> None:
    for number in range(6):
        made, _ = db.run(
            assistance.ask_for_help,
            Actor.anonymous(),
            tap=f"tap-0000{number}",
            address="203.0.113.9",
        )
    said = "many from one address"
    assert sun.get("/desk/cases?lang=en").text.count(said) == 1
    assert said in sun.get(f"/desk/cases/{made.case}?lang=en").text


def test_an_emergency_is_abroad_after_all(sun: FlaskClient, db: Database, club: SmallClub) -> None:
    ref = opened(db, kind="emergency_domestic").case
    page = sun.get(f"/desk/cases/{ref}?lang=en").text
    assert "Change to: Emergency assistance abroad" in page
    assert post(sun, f"/desk/cases/{ref}/kind", kind="emergency_overseas").status_code == 303
    page = sun.get(f"/desk/cases/{ref}?lang=en").text
    assert "Kind changed</strong> Emergency assistance abroad" in page
    assert "Change to: Emergency assistance in China" in page
    refused = post(sun, f"/desk/cases/{ref}/kind", kind="enquiry")
    assert refused.status_code == 422
    assert "Only an emergency can change its kind" in refused.text


def test_each_step_from_the_page(sun: FlaskClient, db: Database, club: SmallClub) -> None:
    ref = opened(db, kind="enquiry", member=club.members[0]).case
    case = f"/desk/cases/{ref}"
    for path, form, says in (
        ("answer", {"text": "We look into it"}, "We look into it"),
        ("severity", {"severity": "high"}, "High"),
        ("start", {}, "In progress"),
        ("note", {"text": "She sounds worried"}, "She sounds worried"),
        ("partner", {"event": "partner_found", "partner": "Lyon hospital"}, "Lyon hospital"),
        ("wait", {"reason": "member", "hours": "4"}, "Waiting for the member"),
        ("write", {"text": "It was Tuesday"}, "It was Tuesday"),
        ("resolve", {"text": "All is settled"}, "All is settled"),
        ("reopen", {}, "Case reopened"),
    ):
        answer = post(sun, f"{case}/{path}", **form)
        assert answer.status_code == 303, (path, answer.text[:300])
        assert says in sun.get(f"{case}?lang=en").text, path


def test_a_step_that_is_refused_loses_no_word(
    sun: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = opened(db, kind="enquiry").case
    long = "x" * 4001
    answer = post(sun, f"/desk/cases/{ref}/answer", text=long)
    assert answer.status_code == 422
    assert "between 1 and 4000 characters" in answer.text
    assert "x" * 4000 in answer.text
    assert post(sun, f"/desk/cases/{ref}/close").status_code == 409
    assert post(sun, f"/desk/cases/{ref}/merge", into="nonsense").status_code in {400, 404}


@pytest.mark.parametrize(
    ("step", "entry", "form"),
    [
        ("answer", "answered", {"text": "We look into it"}),
        ("note", "noted", {"text": "She sounds worried"}),
        ("write", "wrote", {"text": "It was Tuesday"}),
        ("tasks", "task_added", {"what": "Call the ward", "due": "2031-01-01T09:00"}),
        ("partner", "partner_asked", {"event": "partner_asked", "partner": "Lyon hospital"}),
        ("kind", "kind", {"kind": "emergency_domestic"}),
    ],
)
def test_a_double_click_makes_one_entry(
    sun: FlaskClient, db: Database, step: str, entry: str, form: dict[str, str]
) -> None:
    ref = opened(db, kind="emergency_overseas").case
    path = f"/desk/cases/{ref}/{step}"
    if step == "tasks":
        form = {**form, "due": f"{clock.club_today() + timedelta(days=2)}T09:00"}
    page = sun.get(f"/desk/cases/{ref}?lang=en").text
    key = re.search(rf'action="{path}"[^>]*>.*?name="form_key" value="([^"]+)"', page, re.DOTALL)
    assert key, "the form has a key of its own"
    for _ in range(2):
        assert post(sun, path, form_key=key[1], **form).status_code == 303
    assert whats(seen(db, ref)).count(entry) == 1


def test_a_complaint_leaves_the_agent_whom_it_is_about(
    app: Flask, db: Database, club: SmallClub
) -> None:
    ping, hers = an_agent_with_browser(db, app, "ping")
    mei, browser = an_agent_with_browser(db, app, "mei")
    on_shift(db, ping)
    ref = opened(db, kind="complaint", member=club.members[0]).case
    case = f"/desk/cases/{ref}"
    page = hers.get(f"{case}?lang=en").text
    assert f'<option value="{mei.account_ref}"' in page
    assert post(browser, f"{case}/about", about=str(ping.account_ref)).status_code == 303
    page = browser.get(f"{case}?lang=en").text
    assert "Person complained of" in page
    assert "nobody</span>" in page, "nobody else is on duty"
    assert hers.get(case).status_code == 404
    assert post(hers, f"{case}/about", about="").status_code == 404
    made = post(browser, "/desk/cases/new", kind="complaint", what="x", about=mei.account_ref)
    assert (made.status_code, made.headers["Location"]) == (303, "/desk/cases")
    enquiry = post(browser, "/desk/cases/new", kind="enquiry", what="x", about=mei.account_ref)
    assert browser.get(enquiry.headers["Location"]).status_code == 200, "about nobody"
    own = opened(db, kind="complaint").case
    gone = post(browser, f"/desk/cases/{own}/about", about=str(mei.account_ref))
    assert (gone.status_code, gone.headers["Location"]) == (303, "/desk/cases")


def test_the_pages_need_few_statements(sun: FlaskClient, db: Database, club: SmallClub) -> None:
    refs = [opened(db, member=club.members[0]).case for _ in range(3)]
    for path, most in (
        ("/desk/cases", 6),
        (f"/desk/cases/{refs[0]}", 10),
        ("/desk/duty", 6),
        ("/desk/cases/new", 6),
    ):
        sun.get(path)
        with statements(at_most=most):
            assert sun.get(path).status_code == 200, path


def test_an_agent_reads_the_roster_and_enters_her_own_break(
    app: Flask, db: Database, club: SmallClub
) -> None:
    ping, browser = an_agent_with_browser(db, app, "ping")
    other = an_agent(db, "mei")
    shift = on_shift(db, ping)
    page = browser.get("/desk/duty?lang=en").text
    assert "The roster is changed by whoever leads now" in page
    for form in ("/desk/duty/shifts", "/desk/duty/on-call", f"/desk/duty/shifts/{shift}/cancel"):
        assert f'action="{form}"' not in page
        whom = {"account": str(ping.account_ref), "leads": "1"}
        when = {"start": "2031-01-01T09:00", "end": "2031-01-01T17:00"}
        refused = post(browser, form, **whom, **when)
        assert refused.status_code == 409
        assert "by whoever leads the service desk now" in refused.text
    when = {"kind": "break", "start": "2031-01-01T09:00", "end": "2031-01-01T09:30"}
    for agent, status in ((ping, 303), (other, 409)):
        answer = post(browser, "/desk/duty/absences", account=str(agent.account_ref), **when)
        assert answer.status_code == status


def test_the_roster_says_who_is_on_duty(db: Database, club: SmallClub) -> None:
    sun = a_client(db, "operations")
    ping = an_agent(db, "ping")
    on_shift(db, ping)

    def post(browser: FlaskClient, path: str, **form: Any) -> Any:
        data = {"csrf_token": csrf_token(browser, "/desk/duty"), **form}
        return browser.post(f"{path}?lang=en", data=data)

    page = sun.get("/desk/duty?lang=en").text
    assert page.count("Somebody desk") >= 2
    ref = re.search(r"/desk/duty/shifts/(F-[0-9A-Z-]+)/cancel", page)
    assert ref
    assert post(sun, f"/desk/duty/shifts/{ref[1]}/cancel").status_code == 303
    assert "Nobody is on duty." in sun.get("/desk/duty?lang=en").text
    added = post(
        sun,
        "/desk/duty/shifts",
        account=ping.account_ref,
        start="2031-01-01T09:00",
        end="2031-01-01T17:00",
    )
    assert added.status_code == 303
    for start, end in (("soon", "2031-01-01T17:00"), ("0001-01-01T00:00", "0001-01-01T07:00")):
        wrong = post(sun, "/desk/duty/shifts", account=ping.account_ref, start=start, end=end)
        assert wrong.status_code == 400, "what is no moment, and a year still being typed"
    too_long = post(
        sun,
        "/desk/duty/shifts",
        account=ping.account_ref,
        start="2031-02-01T09:00",
        end="2031-02-02T17:00",
    )
    assert too_long.status_code == 422
    assert "14 hours at most" in too_long.text
    assert post(sun, "/desk/duty/on-call", account=ping.account_ref).status_code == 303


@pytest.mark.parametrize(("form", "path"), [("shift", "shifts"), ("away", "absences")])
def test_what_the_roster_proposes_can_be_saved_as_it_is(
    app: Flask, db: Database, club: SmallClub, form: str, path: str
) -> None:
    """A shift and an absence end after they start."""
    ping = an_agent(db, "ping")
    leader, browser = an_agent_with_browser(db, app, "leader")
    on_shift(db, leader, leads=True)
    page = browser.get("/desk/duty?lang=en").text
    proposed = {
        name: re.search(rf'id="{form}-{name}"[^>]* value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("start", "end")
    }
    sent = {"account": ping.account_ref, "kind": "break", **proposed}
    assert post(browser, f"/desk/duty/{path}", **sent).status_code == 303


def test_a_number_shows_the_open_case_before_anybody_s_file(
    sun: FlaskClient, db: Database, club: SmallClub
) -> None:
    """Whatever stands between the digits, and whether or not anybody is known by it."""
    ref = opened(db, phone="+86 138-0013/8000", what="A question").case
    for typed in ("138/0013 8000", "+8613800138000", "１３８００１３８０００"):
        found = post(sun, "/desk/find", who=typed)
        page = sun.get(f"{found.headers['Location']}?lang=en").text
        assert f"/desk/cases/{ref}" in page, typed
    by_ref = post(sun, "/desk/find", who=opened(db, member=club.members[0]).case)
    assert by_ref.headers["Location"].startswith(f"/desk/members/{club.members[0]}")


def test_a_number_from_abroad_shows_its_case_without_its_plus(
    sun: FlaskClient, club: SmallClub, db: Database
) -> None:
    mobile, hotel = (opened(db, phone=phone).case for phone in ("33612345678", "+33142345678"))
    for typed, ref in (
        ("33612345678", mobile),
        ("+33 6 12 34 56 78", mobile),
        ("0033 612345678", mobile),
        ("33 1 42 34 56 78", hotel),
        ("+33142345678", hotel),
    ):
        found = post(sun, "/desk/find", who=typed)
        page = sun.get(f"{found.headers['Location']}?lang=en").text
        assert f"/desk/cases/{ref}" in page, typed
