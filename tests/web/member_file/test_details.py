"""What a member says of the own details, at the desk: each is the same use case as on her own
pages, and the trail says by which way it was said."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.assistance.cases_in_steps import opened
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.member_file.forms import DOORS, Browser, audit_rows, post_form
from vipclub import assistance, desk, people
from vipclub.core.db import Database
from vipclub.people import Consent

OLD, NEW = "+8613800138000", "+8613900139001"


def consents(db: Database, ref: str) -> dict[str, tuple[bool | None, str]]:
    with db.read() as session:
        found = people.consents_of(session, CLUB_ACTOR, member=ref)
    return {one.purpose: (one.granted, one.source) for one in found}


def test_number_language_and_reminders(browser: Browser, club: SmallClub, db: Database) -> None:
    client, lin = browser("desk"), club.members[0]
    page = f"/desk/members/{lin}/details"
    assert OLD not in client.get(page).text
    wrong = post_form(client, f"{page}/contact?lang=en", mobile="12", email="")
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    assert post_form(client, f"{page}/contact", mobile=NEW, channel="counter").status_code == 303
    assert post_form(client, f"{page}/language", language="zh-Hant").status_code == 303
    assert post_form(client, f"{page}/reminders", wanted="no").status_code == 303
    with db.read() as session:
        kept = people.contact_details_of(session, CLUB_ACTOR, member=lin)
    assert (kept.language, kept.reminders) == ("zh-Hant", False)
    assert str(kept.mobile).endswith("9001")
    told = [row for row in audit_rows(db, lin) if row["action"] == "person.state_details"]
    assert [row["channel"] for row in told] == ["counter", "phone"]
    assert post_form(client, f"{page}/language", language="xx").status_code == 400


def test_a_consent_is_recorded_by_phone_and_withdrawn(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    client, lin = browser("desk"), club.members[0]
    page = f"/desk/members/{lin}/details"
    assert client.get(f"{page}?lang=en").text.count("never asked") >= 4
    for granted in ("yes", "no"):
        form = {"purpose": "marketing", "granted": granted, "channel": "phone"}
        assert post_form(client, f"{page}/consents", **form).status_code == 303
        assert consents(db, lin)["marketing"] == (granted == "yes", "own word, by phone")
    assert "by phone, " in client.get(f"/desk/members/{lin}?lang=en").text
    shared = post_form(client, f"{page}/consents", purpose="group_sharing", granted="yes")
    assert shared.status_code == 400, "it would join records: not by this form"


def test_family_is_named_and_removed_at_both_doors(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    for door in DOORS:
        client, page = browser(door), f"/{door}/members/{lin}/details"
        wrong = post_form(client, f"{page}/family?lang=en", name="", relation="child")
        assert wrong.status_code == 422
        assert "Please enter the name." in wrong.text
        made = post_form(client, f"{page}/family", name="林小宝", relation="child")
        assert made.status_code == 303
        with db.read() as session:
            (child,) = people.family_of(session, CLUB_ACTOR, member=lin)
        assert "林小宝" in client.get(page).text
        gone = post_form(client, f"{page}/family/{child.ref}/remove")
        assert gone.status_code == 303
        assert post_form(client, f"{page}/family/{child.ref}/remove").status_code == 404


def test_a_manager_changes_no_number_and_no_consent(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    client, lin = browser("manager"), club.members[0]
    page = f"/manager/members/{lin}/details"
    assert "/details/contact" not in client.get(page).text
    for path, form in (
        ("contact", {"mobile": NEW}),
        ("language", {"language": "en"}),
        ("reminders", {"wanted": "no"}),
        ("consents", {"purpose": "marketing", "granted": "yes"}),
    ):
        assert post_form(client, f"{page}/{path}", **form).status_code == 403, path
    with db.read() as session:
        assert not session.execute(select(Consent).where(Consent.purpose == "marketing")).first()
    other = f"/manager/members/{club.members[1]}/details"
    assert client.get(other).status_code == 404
    assert post_form(client, f"{other}/family", name="x", relation="child").status_code == 404


@pytest.mark.parametrize(("answer", "state"), [("accept", "active"), ("decline", "declined")])
def test_the_invitation_is_answered_for_the_member(
    browser: Browser, club: SmallClub, db: Database, answer: str, state: str
) -> None:
    client, lin = browser("desk"), club.members[0]
    assert "Accept for the member" in client.get(f"/desk/members/{lin}?lang=en").text
    done = post_form(client, f"/desk/members/{lin}/invitation", answer=answer)
    assert done.status_code == 303
    after = client.get(f"/desk/members/{lin}?lang=en").text
    assert "Accept for the member" not in after
    rows = [row["action"] for row in audit_rows(db, lin)]
    assert any(answer in action for action in rows), rows
    manager = browser("manager")
    page = f"/manager/members/{lin}/invitation"
    assert post_form(manager, page, answer="accept").status_code == 404


def test_cases_callbacks_and_the_manager_stand_in_the_file(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    closed = opened(db, kind="enquiry", member=lin, what="About parking").case
    db.run(assistance.resolve, CLUB_ACTOR, case=closed, text="Done")
    emergency = opened(db, member=lin, what="Fell on the stairs").case
    callback = db.run(desk.ask_callback, CLUB_ACTOR, member=lin).callback
    page = browser("desk").get(f"/desk/members/{lin}?lang=en").text
    assert page.index(emergency) < page.index(closed), "open first"
    assert f'href="/desk/callbacks/{callback}"' in page
    assert "Fell on the stairs" not in page
    assert "Somebody manager" in page
    assert 'href="mailto:manager@club.example"' in page
    theirs = browser("manager").get(f"/manager/members/{lin}?lang=en").text
    assert emergency not in theirs, "a manager works on no case"
    assert callback in theirs
    assert "/desk/callbacks/" not in theirs


@pytest.mark.parametrize("door", DOORS)
def test_few_statements(browser: Browser, club: SmallClub, db: Database, door: str) -> None:
    client, lin = browser(door), club.members[0]
    opened(db, member=lin)
    for path, most in (
        ("", 9 if door == "desk" else 8),
        ("/details", 7),
        ("/callback", 6),
        ("/tickets/health-check", 6),
    ):
        address = f"/{door}/members/{lin}{path}"
        client.get(address)
        with statements(at_most=most):
            assert client.get(address).status_code == 200, path
