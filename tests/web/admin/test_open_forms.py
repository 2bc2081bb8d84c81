"""Forms that two people have open at once, and forms that are sent again."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.web.admin.partner_pages import SERVICE, SITE, pages_of, post, terms
from tests.web.signing_in import signed_in
from vipclub import bookings, partners
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=1)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, "the form says what it showed"
    return found[1]


@pytest.mark.parametrize(
    ("kind", "form", "theirs", "word"),
    [
        ("partner", SITE, {"name_en": "Ridge"}, "Ridge"),
        ("site", SITE, {"address_en": "Ridge Road"}, "Ridge Road"),
        ("offering", SERVICE, {"minutes": "45"}, "45"),
    ],
)
def test_the_second_to_save_is_told_what_the_first_changed(
    app: Flask,
    zhao: FlaskClient,
    db: Database,
    club: SmallClub,
    kind: str,
    form: dict[str, str],
    theirs: dict[str, str],
    word: str,
) -> None:
    page = pages_of(db, club)[kind]
    mine = seen(zhao.get(page).text)
    first = post(signed_in(app, "admin"), page, **{**form, **theirs, "seen": mine})
    assert first.status_code == 303, first.text
    answer = post(zhao, page, **{**form, "name_en": "Mine", "seen": mine})
    assert answer.status_code == 409
    told = answer.text.split('id="meanwhile"')[1].split("</dl>")[0]
    assert word in told, "what it says now"
    assert 'value="Mine"' in answer.text, "what was typed stays"
    again = post(zhao, page, **{**form, "name_en": "Mine", "seen": seen(answer.text)})
    assert again.status_code == 303, "who was told may decide"


def test_the_second_policy_owner_is_told_which_rules_hold_now(
    app: Flask, xu: FlaskClient, db: Database, club: SmallClub
) -> None:
    page = f"/admin/policy/booking/places/{club.partner}/{terms(db, club)[2].ref}"
    mine = seen(xu.get(page).text)
    document = bookings.named_document("health-check") | {"reschedules": 7}
    text = bookings.document_text(document)
    other = signed_in(app, "policy")
    assert post(other, page, csrf_from=page, whose="own", text=text, seen=mine).status_code == 303
    answer = post(xu, page, csrf_from=page, whose="named", name="green-channel", seen=mine)
    assert answer.status_code == 409
    told = answer.text.split('id="meanwhile"')[1].split("</dl>")[0]
    assert "The time may be changed 7 times." in told
    assert terms(db, club)[2].policy_document == document, "nothing is lost"
    back = post(xu, page, csrf_from=page, whose="benefit", seen=mine)
    assert back.status_code == 409, "taking the rules away is a change like any other"
    assert post(xu, page, csrf_from=page, whose="benefit", seen=seen(back.text)).status_code == 303


@pytest.mark.parametrize(
    ("kind", "form"),
    [("new_partner", SITE), ("new_site", SITE), ("new_offering", SERVICE)],
)
def test_what_is_filled_in_once_more_is_not_added_twice(
    zhao: FlaskClient, db: Database, club: SmallClub, kind: str, form: dict[str, str]
) -> None:
    page = pages_of(db, club)[kind]
    sent = {**form, "service": terms(db, club)[2].service}
    first = post(zhao, page, form_key="one", **sent)
    assert first.status_code == 303
    double = post(zhao, page, form_key="one", **sent)
    assert double.headers["Location"] == first.headers["Location"]
    shown = zhao.get(f"{double.headers['Location']}?lang=en").text
    assert "You already sent this form. It was added once." in shown
    anew = post(zhao, page, form_key="two", **sent)
    assert anew.status_code == 409, "the page was opened again and filled in again"
    ref = first.headers["Location"].rsplit("/", 1)[1]
    assert f"Yunlan is there already, as {ref}." in anew.text
    assert 'value="雲嵐"' in anew.text
    changed = post(zhao, page, form_key="one", **{**sent, "name_en": "Ridge"})
    assert changed.status_code == 409
    assert "You already sent this form, with other content" in changed.text
    other = post(zhao, page, form_key="three", **{**sent, "name_en": "Ridge"})
    assert other.status_code == 303, "another one has another name"
    with db.read() as session:
        count = len(partners.all_partners(session, CLUB_ACTOR))
    assert count == (4 if kind == "new_partner" else 2)
