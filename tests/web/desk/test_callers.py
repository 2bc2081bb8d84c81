"""At the desk: who calls is verified in steps, the page says what may be told, contacts are changed
at the member's word, and numbers are shown with a ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.desk.callers import MOBILE, card_end, known_club
from tests.people.contacts_named import WEI, a_contact
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token, sign_in
from vipclub import assistance, desk, people
from vipclub.core import clock
from vipclub.core.db import Database

NUMBER = "+33612345678"


@pytest.fixture
def club(db: Database) -> SmallClub:
    return known_club(db)


@dataclass
class Desk:
    """A browser in which somebody of the desk is signed in."""

    browser: FlaskClient
    lin: str

    @property
    def file(self) -> str:
        return f"/desk/members/{self.lin}"

    def see(self, path: str) -> str:
        sep = "&" if "?" in path else "?"
        return self.browser.get(f"{path}{sep}lang=en").text

    def post(self, path: str, **form: Any) -> Any:
        data = {"csrf_token": csrf_token(self.browser, "/desk/cases/new"), **form}
        return self.browser.post(f"{path}?lang=en", data=data)

    def verify(self, who: str = "member", **said: str) -> Any:
        return self.post(f"{self.file}/caller/facts", who=who, **said)


@pytest.fixture
def ping(db: Database, club: SmallClub) -> Desk:
    return Desk(a_client(db, "desk"), club.members[0])


def test_the_file_says_what_may_be_told_and_to_whom(
    ping: Desk, db: Database, club: SmallClub
) -> None:
    a_contact(db, club.lin, ping.lin, may_be_told="state")
    page = ping.see(ping.file)
    assert "May be told: nothing" in page
    assert "The caller is not verified." in page
    assert "周巍" in page
    assert NUMBER not in page
    asks = ping.see(f"{ping.file}/caller?who=member")
    assert "Last four digits of the card" in asks
    for right in (card_end(db, ping.lin), "8000"):
        assert f'value="{right}"' not in asks, "the right answer is nowhere"
        assert f">{right}<" not in asks
    wrong = ping.verify(card="0000", city="shanghai")
    assert wrong.status_code == 422
    assert "Wrong answers left: 2." in wrong.text
    assert 'value="shanghai"' in wrong.text
    slip = ping.verify(card="12", city="shanghai")
    assert slip.status_code == 422
    assert 'href="#card"' in slip.text
    right = ping.verify(card=card_end(db, ping.lin), city="shanghai")
    assert (right.status_code, right.headers["Location"]) == (303, ping.file)
    page = ping.see(ping.file)
    assert "May be told: everything" in page
    assert "The member is calling." in page
    assert "Holds until" in page


def test_a_contact_is_told_what_was_allowed(ping: Desk, db: Database, club: SmallClub) -> None:
    ref = a_contact(db, club.lin, ping.lin, may_be_told="state")
    assert "the contact&#39;s number" in ping.see(f"{ping.file}/caller?who={ref}")
    ping.verify(ref, contact_phone="5678", city="shanghai")
    page = ping.see(ping.file)
    assert "only that there is a case" in page
    assert "周巍, a contact, is calling." in page
    other = a_contact(db, club.chen, club.members[1])
    assert ping.browser.get(f"{ping.file}/caller?who={other}").status_code == 404


def test_after_three_wrong_answers_a_call_back_is_left(ping: Desk, db: Database) -> None:
    early = ping.post(f"{ping.file}/caller/number", who="member")
    assert early.status_code == 422
    assert MOBILE not in early.text
    ended = ping.verify(card="0000", city="beijing", mobile="1111")
    assert "Call back on the number on file" in ended.text
    assert "Show the number and record it" in ended.text
    shown = ping.post(f"{ping.file}/caller/number", who="member")
    assert f'href="tel:{MOBILE}"' in shown.text
    assert ping.post(f"{ping.file}/caller/reached", who="member").status_code == 303
    assert "May be told: everything" in ping.see(ping.file)


def test_a_case_asks_and_says_what_may_be_told(ping: Desk, db: Database, club: SmallClub) -> None:
    a_contact(db, club.lin, ping.lin, phone=WEI)
    made = ping.post(
        "/desk/cases/new",
        kind="emergency_overseas",
        member=ping.lin,
        caller="Li Jun",
        phone="+33 6 99 99 99 99",
        channel="phone",
    )
    at = made.headers["Location"]
    ref = at.rsplit("/", 1)[1]
    page = ping.see(at)
    assert "caller not verified" in page
    assert "May be told: nothing" in page
    assert "The member hasn't answered yet" in page
    assert "Li Jun · " in page
    with db.read() as session:
        viewed = None
        question = assistance.case(session, club.lin, ref, viewed=viewed).callers[0].ref
    refused = ping.post(f"{at}/callers/{question}", level="all")
    assert refused.status_code == 422
    assert "verify first that the member is calling" in refused.text
    db.run(assistance.answer_about_caller, club.lin, case=ref, question=question, level="state")
    page = ping.see(at)
    assert 'data-told="state"' in page
    assert "By the member's answer" in page
    ping.verify(mobile="8000", city="shanghai", case=ref)
    page = ping.see(at)
    assert "caller not verified" not in page
    assert 'data-told="all"' in page
    assert "Caller verified</strong> the member" in page


def test_a_contact_s_number_is_known_on_the_case_and_not_yet_verified(
    ping: Desk, db: Database, club: SmallClub
) -> None:
    a_contact(db, club.lin, ping.lin, may_be_told="all")
    at = ping.post(
        "/desk/cases/new", kind="enquiry", member=ping.lin, phone=WEI, channel="phone"
    ).headers["Location"]
    page = ping.see(at)
    assert "The number is that of 周巍 (Friend)" in page
    assert "May be told: nothing" in page
    assert "caller not verified" in page


def test_somebody_else_is_asked_about_from_the_case(
    ping: Desk, db: Database, club: SmallClub
) -> None:
    at = ping.post("/desk/cases/new", kind="enquiry", member=ping.lin).headers["Location"]
    ref = at.rsplit("/", 1)[1]
    assert "Name of the caller" in ping.see(f"{ping.file}/caller?who=other&case={ref}")
    told = ping.post(f"{ping.file}/caller/nobody", who="other", case=ref, caller="Li Jun")
    assert told.headers["Location"] == at
    page = ping.see(at)
    assert "neither the member nor a contact" in page
    assert "Li Jun" in page


def test_the_pages_are_cheap(ping: Desk, db: Database, club: SmallClub) -> None:
    ref = a_contact(db, club.lin, ping.lin)
    case = ping.post("/desk/cases/new", kind="enquiry", member=ping.lin).headers["Location"]
    for path, most in (
        (case, 10),
        (f"{ping.file}/caller", 6),
        (f"{ping.file}/caller?who=member", 6),
        (f"{ping.file}/caller?who={ref}", 6),
        (f"{ping.file}/contacts", 6),
        (f"{ping.file}/contacts/{ref}", 6),
        ("/desk/access", 6),
        ("/desk/", 6),
        (ping.file, 9),
    ):
        ping.browser.get(path)
        with statements(at_most=most):
            assert ping.browser.get(path).status_code == 200, path


def test_contacts_are_changed_at_her_word(ping: Desk, db: Database, club: SmallClub) -> None:
    form = {"name": "周巍", "relation": "friend", "phone": WEI, "language": "en"}
    at = f"{ping.file}/contacts"
    assert "Add the contact" not in ping.see(at)
    refused = ping.post(at, **form)
    assert refused.status_code == 422
    assert "verify first that the member is calling" in refused.text
    ping.verify(mobile="8000", city="shanghai")
    wrong = ping.post(at, **form | {"phone": "12"})
    assert wrong.status_code == 422
    assert 'href="#phone"' in wrong.text
    assert 'value="周巍"' in wrong.text
    assert ping.post(at, **form).status_code == 303
    with db.read() as session:
        (kept,) = people.emergency_contacts.own_contacts(session, club.lin, member=ping.lin)
    page = ping.see(f"{at}/{kept.ref}")
    assert NUMBER not in page
    changed = ping.post(f"{at}/{kept.ref}", **form | {"phone": "", "may_be_told": "all"})
    assert changed.status_code == 303
    assert "everything" in ping.see(at)
    assert ping.post(f"{at}/{kept.ref}/remove").status_code == 303
    assert "周巍" not in ping.see(at)


def test_by_phone_a_number_is_changed_at_her_word_alone(
    ping: Desk, db: Database, club: SmallClub
) -> None:
    """Who has the number has the codes: a stranger on the telephone can't have it changed."""
    form = {"mobile": "+85291234567", "email": "", "channel": "phone"}
    at = f"{ping.file}/details"
    assert "Verify the caller" in ping.see(at)
    refused = ping.post(f"{at}/contact", **form)
    assert refused.status_code == 422
    assert "verify first that the member is calling" in refused.text
    assert 'value="+85291234567"' in refused.text
    wei = a_contact(db, club.lin, ping.lin, may_be_told="all")
    ping.verify(wei, contact_phone=NUMBER, mobile="8000")
    assert ping.post(f"{at}/contact", **form).status_code == 422, "a contact is not the member"
    ping.verify(mobile="8000", city="shanghai")
    assert "Verify the caller" not in ping.see(at)
    assert ping.post(f"{at}/contact", **form).status_code == 303


WHY = "The hotel found her unconscious"


def test_a_number_is_shown_with_a_ground(ping: Desk, db: Database, club: SmallClub) -> None:
    a_contact(db, club.lin, ping.lin)
    refused = ping.post(f"{ping.file}/reveal", purpose="call", emergency="soon")
    assert refused.status_code == 422
    assert MOBILE not in refused.text
    assert "Verify the caller first" in refused.text
    assert ">soon</textarea>" in refused.text
    ping.verify(mobile="8000", city="shanghai")
    shown = ping.post(f"{ping.file}/reveal", purpose="call")
    assert MOBILE in shown.text
    assert f'href="tel:{NUMBER}"' in shown.text


def test_an_emergency_access_is_reviewed_by_a_second_person(
    ping: Desk, db: Database, club: SmallClub
) -> None:
    shown = ping.post(f"{ping.file}/reveal", purpose="call", emergency=WHY)
    assert MOBILE in shown.text
    own = ping.see("/desk/access")
    assert WHY in own
    assert "Save the review" not in own
    assert "waits for your review" not in ping.see("/desk/")
    leader = an_agent(db, "mei")
    on_shift(db, leader, leads=True)
    browser = ping.browser.application.test_client()
    assert sign_in(browser, "mei@club.example").status_code == 303
    hers = Desk(browser, ping.lin)
    assert "1 emergency access waits for your review." in hers.see("/desk/")
    page = hers.see("/desk/access")
    assert "Save the review" in page
    with db.read() as session:
        (access,) = desk.accesses(session, leader)
    at = f"/desk/access/{access.ref}/review"
    for form in ({"text": "Yes"}, {"verdict": "justified", "text": " "}):
        wrong = hers.post(at, **form)
        assert wrong.status_code == 422, form
        assert f'href="#{access.ref}"' in wrong.text
    assert ping.post(at, verdict="justified", text="Mine").status_code == 403
    assert hers.post(at, verdict="unjustified", text="Ask the family").status_code == 303
    assert "Ask the family" in ping.see("/desk/access")
    assert "waits for your review" not in hers.see("/desk/")


def test_no_other_door_has_these_pages(db: Database, club: SmallClub) -> None:
    browser = a_client(db, "auditor")
    for path in ("caller", "contacts"):
        assert browser.get(f"/desk/members/{club.members[0]}/{path}").status_code in {403, 404}
    assert browser.get("/desk/access").status_code in {403, 404}
    assert clock.club_today()
