"""What lies beside a case at the desk: questions, playbook, tasks, related cases, who else is
there, and drafts that are never lost."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import opened
from tests.cast import CLUB_ACTOR, member_actor
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.desk.agents import an_agent_with_browser
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def sun(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "desk")


@pytest.fixture
def case(db: Database, club: SmallClub) -> str:
    return f"/desk/cases/{opened(db, member=club.members[0], phone='+33142345678').case}"


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/desk/cases/new"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def page(browser: FlaskClient, path: str) -> str:
    return browser.get(f"{path}?lang=en").text


def test_the_questions_are_answered_bit_by_bit(sun: FlaskClient, case: str) -> None:
    asked = page(sun, f"{case}/triage")
    assert re.findall(r"Fact (\d+)</p>|Fact (\d+) ", asked)
    assert "Facts known: 0 of 10." in asked
    form = {"q-patient": "Mother, 78", "q-breathing": "hard", "q-country": "FR", "q-where": ""}
    assert post(sun, f"{case}/triage", **form).status_code == 303
    asked = page(sun, f"{case}/triage")
    assert "Facts known: 3 of 10." in asked
    assert "Breathing is difficult." in asked
    assert "Mother, 78</textarea>" in asked
    shown = page(sun, case)
    assert "Breathing is difficult." in shown
    assert "Who is ill or hurt, how old, and how are you related? Mother, 78" in shown
    assert "dial 15 in France" in shown, "the playbook has the country's number"
    assert post(sun, f"{case}/severity", severity="critical").status_code == 303
    assert "This severity is set." in page(sun, f"{case}/triage")


def test_answers_that_are_refused_come_back(sun: FlaskClient, case: str) -> None:
    form = {"q-patient": "x" * 601, "q-happened": "She fell"}
    answer = post(sun, f"{case}/triage", **form)
    assert answer.status_code == 422
    assert "She fell</textarea>" in answer.text


def test_the_playbook_marks_what_is_next(sun: FlaskClient, case: str) -> None:
    assert 'aria-current="step"' in page(sun, case)
    assert post(sun, f"{case}/steps", step="number", done="1").status_code == 303
    shown = page(sun, case)
    assert "Done: 1 of" in shown
    assert "Step done" in shown
    assert post(sun, f"{case}/steps", step="number", done="0").status_code == 303
    assert "Done: 0 of" in page(sun, case)
    assert post(sun, f"{case}/steps", step="nonsense").status_code == 400


def test_a_task_from_the_page(sun: FlaskClient, db: Database, case: str) -> None:
    for due in ("soon", "2001-01-01T09:00"):
        answer = post(sun, f"{case}/tasks", what="Call the ward", due=due)
        assert answer.status_code in {400, 422}
        assert "Call the ward" in answer.text
    due = f"{clock.club_today() + timedelta(days=2)}T09:00"
    assert post(sun, f"{case}/tasks", what="Call the ward", due=due).status_code == 303
    shown = page(sun, case)
    (task,) = set(re.findall(r"/tasks/(C-[0-9A-Z*-]+)/done", shown))
    assert "Call the ward" not in page(sun, "/desk/cases"), "no words in a list"
    assert case in page(sun, "/desk/cases")
    for act in ("done", "cancel"):
        elsewhere = post(sun, f"/desk/cases/{opened(db).case}/tasks/{task}/{act}")
        assert elsewhere.status_code == 404, "a task of another case"
    assert post(sun, f"{case}/tasks/{task}/done").status_code == 303
    assert "Task done" in page(sun, case)


def test_related_cases(sun: FlaskClient, db: Database, case: str) -> None:
    other = opened(db, kind="enquiry", phone="+33 1 42 34 56 78").case
    assert other in page(sun, case), "the same number"
    third = opened(db, kind="complaint").case
    assert post(sun, f"{case}/related", other="nonsense").status_code == 400
    assert post(sun, f"{case}/related", other=third.lower()).status_code == 303
    assert third in page(sun, case)
    assert case in page(sun, f"/desk/cases/{third}")
    assert post(sun, f"{case}/related/{third}/unlink").status_code == 303


def test_two_agents_see_each_other(db: Database, club: SmallClub, case: str) -> None:
    app = create_app(database=db)
    (_, ping), (_, mei) = (an_agent_with_browser(db, app, name) for name in ("ping", "mei"))
    assert "Also in this case now" not in page(ping, case)
    assert "Also in this case now: Somebody desk" in page(mei, case)
    live = case.replace("/desk/", "/desk/live/")
    assert "Also in this case now: Somebody desk" in page(ping, live)


def test_a_draft_comes_back_until_it_is_sent(sun: FlaskClient, db: Database, case: str) -> None:
    for box, text in (("answer", "The ward says"), ("note", "She sounds worried")):
        assert post(sun, f"{case}/draft", box=box, text=text).status_code == 204
    shown = page(sun, case)
    assert "The ward says</textarea>" in shown
    assert "She sounds worried</textarea>" in shown
    assert "Your draft is back." in shown
    _, mei = an_agent_with_browser(db, create_app(database=db), "mei")
    assert "The ward says" not in page(mei, case)
    assert post(sun, f"{case}/note", text="She sounds worried").status_code == 303
    shown = page(sun, case)
    assert "She sounds worried</textarea>" not in shown
    assert "The ward says</textarea>" in shown, "the other one stays"
    draft = json.dumps({"q-happened": "Fell on the stairs at noon"})
    assert post(sun, f"{case}/draft", box="triage", text=draft).status_code == 204
    assert "Fell on the stairs at noon</textarea>" in page(sun, f"{case}/triage")
    assert post(sun, f"{case}/draft", box="poem", text="x").status_code == 400
    assert a_client(db, "member").post(f"{case}/draft").status_code in {400, 403, 404}


def test_refused_words_come_back_in_their_own_box(sun: FlaskClient, case: str) -> None:
    answer = post(sun, f"{case}/note", text="n" * 4001)
    assert answer.status_code == 422
    assert re.search(r'id="note-text"[^>]*>n{4000}</textarea>', answer.text)
    assert not re.search(r'id="text"[^>]*>n', answer.text)


def test_the_desk_reads_the_member_s_rating(
    sun: FlaskClient, db: Database, club: SmallClub, case: str
) -> None:
    ref = case.split("/")[-1]
    db.run(assistance.resolve, CLUB_ACTOR, case=ref, text="Settled")
    db.run(assistance.rate_case, member_actor(club.members[0]), case=ref, score=2, text="Slow")
    shown = page(sun, case)
    assert "2 of 5" in shown
    assert "Slow</p>" in shown
    assert "Rating by members, last 90 days: 2.0 of 5 (ratings: 1)" in page(sun, "/desk/cases")


def test_the_pages_need_few_statements(
    sun: FlaskClient, db: Database, club: SmallClub, case: str
) -> None:
    post(sun, f"{case}/draft", box="note", text="x")
    for path, most in ((case, 10), (f"{case}/triage", 7), ("/desk/cases", 6)):
        sun.get(path)
        with statements(at_most=most):
            assert sun.get(path).status_code == 200, path
    with statements() as counted:
        sun.get(case)
    assert len(counted) <= 10, counted
