"""The red button, and the member's own cases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import opened, seen
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance
from vipclub.app import create_app
from vipclub.assistance.playbooks.reading import SHIPPED, read_playbooks
from vipclub.core.db import Database
from vipclub.core.errors import NotFound


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def lin(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    return found[1] if found else ""


def press(browser: FlaskClient, page: str, **form: Any) -> Any:
    """The button as a browser sends it, without any cookie."""
    data = {"tap": hidden(page, "tap"), "who": hidden(page, "who"), "quick": "ill", **form}
    browser.delete_cookie("session")
    return browser.post("/help/ask?lang=en", data=data)


def only_case(db: Database) -> assistance.CaseView:
    with db.read() as session:
        (line,) = assistance.find_cases(session, CLUB_ACTOR).items
    return seen(db, line.ref)


def test_a_stranger_is_helped_and_told_by_when(db: Database, club: SmallClub) -> None:
    stranger = create_app(database=db).test_client()
    page = stranger.get("/help?lang=en").text
    made = press(stranger, page, phone="+33 6 12 34 56 78", where="abroad", place="Lyon")
    assert made.status_code == 303
    told = stranger.get(f"{made.headers['Location']}?lang=en").text
    assert "Request received" in told
    assert "We call you before" in told
    for language in ("zh-Hans", "zh-Hant"):
        read = stranger.get(f"{made.headers['Location']}?lang={language}").text
        assert "<h1>已收到您的求助</h1>" in read, "and not that something was booked"
    for word in ("Lyon", "+33", "ill or injured"):
        assert word not in told, "who knows the key learns no word of it"
    case = only_case(db)
    assert (case.line.kind, case.line.unverified) == ("emergency_overseas", True)
    assert (case.phone, case.place) == ("+33612345678", "Lyon")
    assert case.what == "Somebody is ill or injured"


def test_a_country_with_one_number_or_none_is_shown_with_what_there_is(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = SHIPPED.read_text("utf-8").replace('ambulance = "15"\npolice = "17"\n', "")
    without = shipped.replace('ambulance = "119"\n', "")
    books = read_playbooks(without)
    numbers = {code: set(country.numbers) for code, country in books.countries.items()}
    assert (numbers["TW"], numbers["FR"]) == ({"police"}, set())
    monkeypatch.setattr(assistance, "countries", lambda: books.countries)
    stranger = create_app(database=db).test_client()
    for path in ("/help?lang=en", "/offline/en"):
        page = stranger.get(path)
        assert page.status_code == 200
        assert "Taiwan" in page.text
        assert "France" not in page.text
        assert 'href="tel:"' not in page.text


def test_a_member_is_known_without_a_cookie(
    db: Database, lin: FlaskClient, club: SmallClub
) -> None:
    page = lin.get("/help?lang=en").text
    made = press(lin, page)
    assert made.status_code == 303
    case = only_case(db)
    assert (case.line.member, case.line.unverified) == (club.members[0], False)


def test_the_same_tap_twice_is_one_case(db: Database, club: SmallClub) -> None:
    stranger = create_app(database=db).test_client()
    page = stranger.get("/help").text
    taken = [press(stranger, page).headers["Location"] for _ in range(2)]
    assert taken[0] == taken[1]
    only_case(db)


def test_the_same_tap_with_more_to_say_says_it(db: Database, club: SmallClub) -> None:
    stranger = create_app(database=db).test_client()
    page = stranger.get("/help?lang=en").text
    press(stranger, page)
    press(stranger, page, quick="accident", phone="+33612345678", place="Lyon")
    case = only_case(db)
    assert (case.phone, case.place) == ("+33612345678", "Lyon")
    assert case.entries[-1].text == "Accident\n+33612345678\nLyon"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"tap": "x", "who": "nonsense", "quick": "nothing"},
        {"tap": "y" * 500, "phone": "9" * 500, "what": "z" * 9000, "place": "p" * 9000},
        {"where": "moon", "quick": "ill", "csrf_token": "nonsense"},
    ],
)
def test_nothing_that_is_sent_is_refused(
    db: Database, club: SmallClub, form: dict[str, str]
) -> None:
    stranger = create_app(database=db).test_client()
    made = stranger.post("/help/ask", data=form)
    assert made.status_code == 303
    assert stranger.get(made.headers["Location"]).status_code == 200
    only_case(db)


def test_a_key_that_nobody_pressed_tells_nothing(db: Database, club: SmallClub) -> None:
    assert create_app(database=db).test_client().get("/help/never-pressed").status_code == 404


def test_a_question_and_its_answer(db: Database, lin: FlaskClient, club: SmallClub) -> None:
    form = {
        "csrf_token": csrf_token(lin, "/cases/new"),
        "kind": "enquiry",
        "what": "May I bring my",
    }
    made = lin.post("/cases/new?lang=en", data=form)
    assert made.status_code == 303
    place = made.headers["Location"]
    page = lin.get(f"{place}?lang=en").text
    assert "Received. It is our turn." in page
    ref = place.rsplit("/", 1)[1]
    db.run(assistance.answer, CLUB_ACTOR, case=ref, text="Of course you may")
    db.run(assistance.add_note, CLUB_ACTOR, case=ref, text="asks about her sister")
    page = lin.get(f"{place}?lang=en").text
    assert "Of course you may" in page
    assert "asks about her sister" not in page
    wrote = lin.post(f"{place}/write?lang=en", data={**form, "text": "Thank you"})
    assert wrote.status_code == 303
    assert "Thank you" in lin.get(f"{place}?lang=en").text
    empty = lin.post(f"{place}/write?lang=en", data={**form, "text": " "})
    assert empty.status_code == 422
    nothing = lin.post("/cases/new?lang=en", data={**form, "what": " "})
    assert nothing.status_code == 422


def test_a_complaint_about_whom_she_knows_never_reaches_them(
    db: Database, lin: FlaskClient, club: SmallClub
) -> None:
    assert 'name="about"' not in lin.get("/cases/new?lang=en").text, "she knows nobody yet"
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping)
    opened(db, kind="enquiry", member=club.members[0])
    page = lin.get("/cases/new?lang=en").text
    assert f'<option value="{ping.account_ref}"' in page
    assert str(mei.account_ref) not in page
    form = {"csrf_token": csrf_token(lin, "/cases/new"), "kind": "complaint", "what": "Rude"}
    stranger = lin.post("/cases/new", data={**form, "about": str(mei.account_ref)})
    assert stranger.status_code == 404
    empty = lin.post("/cases/new", data={**form, "what": " ", "about": str(ping.account_ref)})
    assert f'value="{ping.account_ref}" selected' in empty.text, "what was chosen is kept"
    made = lin.post("/cases/new", data={**form, "about": str(ping.account_ref)})
    ref = made.headers["Location"].rsplit("/", 1)[1]
    with pytest.raises(NotFound):
        seen(db, ref, ping)
    assert seen(db, ref, mei).line.owner is None


def test_what_was_merged_says_where_it_goes_on(
    db: Database, lin: FlaskClient, club: SmallClub
) -> None:
    """Though it was nobody's known before."""
    first = opened(db, kind="emergency_overseas", member=club.members[0]).case
    second = opened(db, kind="emergency_overseas", what="Called from a hotel").case
    db.run(assistance.merge, CLUB_ACTOR, case=first, into=second)
    page = lin.get(f"/cases/{first}?lang=en").text
    assert "It goes on in another request." in page
    assert f'href="/cases/{second}"' in page
    assert "Closed." not in page
    assert "Merged into another case</strong> " + second in page
    assert lin.get(f"/cases/{second}").status_code == 200
    assert "goes on in another" not in lin.get(f"/cases/{second}?lang=en").text


def test_a_member_sees_nobody_else_s(db: Database, lin: FlaskClient, club: SmallClub) -> None:
    other = opened(db, kind="enquiry", member=club.members[1]).case
    assert lin.get(f"/cases/{other}").status_code == 404
    assert other not in lin.get("/cases").text


def test_the_pages_need_few_statements(db: Database, lin: FlaskClient, club: SmallClub) -> None:
    ref = opened(db, kind="enquiry", member=club.members[0]).case
    for path in ("/cases", f"/cases/{ref}", "/cases/new", "/help"):
        lin.get(path)
        with statements(at_most=6):
            assert lin.get(path).status_code == 200, path


def test_an_open_request_is_on_top_of_the_first_page(
    db: Database, lin: FlaskClient, club: SmallClub
) -> None:
    ref = opened(db, kind="emergency_overseas", member=club.members[0]).case
    opened(db, kind="enquiry", member=club.members[1])
    page = lin.get("/?lang=en").text
    assert "Your request: Emergency assistance abroad" in page
    assert f'href="/cases/{ref}"' in page
    db.run(assistance.resolve, CLUB_ACTOR, case=ref, text="Home again")
    assert "Your request: Emergency" not in lin.get("/?lang=en").text
