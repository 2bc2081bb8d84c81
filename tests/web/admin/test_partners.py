"""The administrator keeps partners, sites and services; the policy owner keeps booking rules."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club, slots_of
from tests.statements import statements
from tests.web.admin.partner_pages import NAME, SERVICE, SITE, pages_of, post, terms
from tests.web.signing_in import csrf_token, signed_in
from vipclub import bookings, partners
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=1)


def test_each_page_is_the_administrator_s_and_asks_few_statements(
    app: Flask, zhao: FlaskClient, db: Database, club: SmallClub
) -> None:
    pages = pages_of(db, club)
    for page in pages.values():
        with statements(at_most=6):
            assert zhao.get(page).status_code == 200, page
        for language in ("zh-Hans", "zh-Hant"):
            assert f'<html lang="{language}"' in zhao.get(f"{page}?lang={language}").text
    for role in ("operations", "policy", "auditor"):
        other = signed_in(app, role)
        assert {other.get(page).status_code for page in pages.values()} == {403}, role


def test_what_is_not_there_is_not_found(zhao: FlaskClient, db: Database, club: SmallClub) -> None:
    pages, other = pages_of(db, club), f"/admin/partners/{club.other_partner}"
    _, site, offering = terms(db, club)
    for page in (f"{other}/sites/{site.ref}", f"{other}/offerings/{offering.ref}"):
        assert zhao.get(page).status_code == 404, "the site is another partner's"
    assert zhao.get(pages["partner"].replace(club.partner, "P-00000-00000-0")).status_code in {
        400,
        404,
    }


def test_a_double_click_adds_one_partner(zhao: FlaskClient, db: Database) -> None:
    found = [post(zhao, "/admin/partners/new", form_key="k", **NAME) for _ in range(2)]
    assert found[0].headers["Location"] == found[1].headers["Location"]
    with db.read() as session:
        assert len(partners.all_partners(session, CLUB_ACTOR)) == 1


@pytest.mark.parametrize("page", ["new_partner", "partner", "new_site", "site"])
def test_a_name_missing_in_one_language_is_said_at_its_field(
    zhao: FlaskClient, db: Database, club: SmallClub, page: str
) -> None:
    answer = post(zhao, pages_of(db, club)[page], **{**SITE, "name_hant": " "})
    assert answer.status_code == 422
    wrong = answer.text.split('id="name_hant-error"')[1].split("</p>")[0]
    assert "Please write it in all three languages." in wrong
    assert '<a href="#name_hant">Name · 繁體中文 · ' in answer.text, "which of the three it is"
    assert 'value="Yunlan"' in answer.text, "what was typed stays"


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"city_code": ""}, 422, "Please choose the city."),
        ({"city_code": "123456"}, 422, "Please choose the city."),
        ({"time_zone": "Mars/Olympus"}, 422, "Mars/Olympus is no time zone."),
        ({"region": "XX"}, 422, "There is no calendar of public holidays for XX."),
        ({"address_en": ""}, 422, "Please write it in all three languages."),
    ],
)
def test_what_is_wrong_with_a_site_is_said(
    zhao: FlaskClient,
    db: Database,
    club: SmallClub,
    changed: dict[str, str],
    status: int,
    words: str,
) -> None:
    answer = post(zhao, pages_of(db, club)["new_site"], **{**SITE, **changed})
    assert (answer.status_code, words in answer.text) == (status, True)
    assert 'value="Yunlan"' in answer.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"service": ""}, "Please choose a service."),
        ({"minutes": "4"}, "Please write a number from 5 to 1440."),
        ({"minutes": "an hour"}, "Please write a whole number."),
        ({"preparation_en": "Fast"}, "Please write it in all three languages."),
        ({"service": "emergency"}, "We can&#39;t find this."),
    ],
)
def test_what_is_wrong_with_a_service_is_said(
    zhao: FlaskClient, db: Database, club: SmallClub, changed: dict[str, str], words: str
) -> None:
    form = {**SERVICE, "service": "health-check", **changed}
    answer = post(zhao, pages_of(db, club)["new_offering"], **form)
    assert answer.status_code in {404, 422}
    assert words in answer.text


def test_partner_site_and_service_are_changed(
    zhao: FlaskClient, db: Database, club: SmallClub
) -> None:
    pages = pages_of(db, club)
    for page, form in (("partner", NAME), ("site", SITE), ("offering", SERVICE)):
        answer = post(zhao, pages[page], **form)
        assert (answer.status_code, answer.headers["Location"]) == (303, pages[page])
        again = zhao.get(f"{pages[page]}?lang=en").text
        assert "Saved." in again
        assert "Yunlan" in again
    assert [found.name.en for found in terms(db, club)] == ["Yunlan"] * 3
    post(zhao, pages["offering"], **SERVICE)
    assert "Nothing was different." in zhao.get(f"{pages['offering']}?lang=en").text


def test_a_rule_s_no_is_told_on_the_page_and_what_was_typed_stays(
    zhao: FlaskClient, db: Database, club: SmallClub
) -> None:
    pages = pages_of(db, club)
    moved = post(zhao, pages["site"], **{**SITE, "time_zone": "Asia/Tokyo"})
    assert moved.status_code == 409
    assert "its time zone and its calendar can&#39;t change" in moved.text
    assert '<option value="Asia/Tokyo" selected>' in moved.text
    longer = post(zhao, pages["offering"], **{**SERVICE, "minutes": "600"})
    assert longer.status_code == 422
    assert 'value="600"' in longer.text
    assert terms(db, club)[2].minutes == 60


def test_a_service_is_closed_and_opened_again(
    zhao: FlaskClient, db: Database, club: SmallClub
) -> None:
    page = pages_of(db, club)["offering"]
    assert post(zhao, f"{page}/close").status_code == 303
    assert not terms(db, club)[2].active
    shown = zhao.get(f"{page}?lang=en").text
    assert "Open it again" in shown
    assert "Close this service" not in shown
    assert post(zhao, f"{page}/reopen").status_code == 303
    assert terms(db, club)[2].active


def test_the_partner_s_page_lists_its_people(
    zhao: FlaskClient, db: Database, club: SmallClub
) -> None:
    page = pages_of(db, club)["partner"]
    assert "Nobody works here yet." in zhao.get(f"{page}?lang=en").text
    post(
        zhao,
        "/admin/people/new",
        name="Clerk He",
        login="he@club.example",
        role="partner",
        partner=club.partner,
        language="en",
    )
    shown = zhao.get(f"{page}?lang=en").text
    assert "Clerk He" in shown
    assert "invited" in shown


def rules_page(db: Database, club: SmallClub) -> str:
    return f"/admin/policy/booking/places/{club.partner}/{terms(db, club)[2].ref}"


def post_rules(browser: FlaskClient, page: str, **form: str) -> Any:
    data = {"csrf_token": csrf_token(browser, page), **form}
    return browser.post(f"{page}?lang=en", data=data)


def test_the_policy_owner_gives_a_service_rules_of_its_own_and_takes_them_back(
    xu: FlaskClient, db: Database, club: SmallClub
) -> None:
    page = rules_page(db, club)
    assert "those of the benefit" in xu.get(f"{page}?lang=en").text
    document = bookings.named_document("health-check") | {"reschedules": 7}
    text = bookings.document_text(document).replace("\n", "\r\n")
    assert post_rules(xu, page, whose="own", text=text).status_code == 303
    shown = xu.get(f"{page}?lang=en").text
    assert "The time may be changed 7 times." in shown
    assert "reschedules = 7" in shown
    assert terms(db, club)[2].policy_document == document
    assert post_rules(xu, page, whose="benefit").status_code == 303
    assert terms(db, club)[2].policy is None
    visit = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=slots_of(db, club.offering)[0],
        note="",
    )
    assert visit.status == "pending", "the benefit's rules ask the partner"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"whose": ""}, "Please choose one of these."),
        ({"whose": "named", "name": "nobody-s"}, "Please choose one of these."),
        ({"whose": "own", "text": " "}, "Please write the rules."),
        ({"whose": "own", "text": "opens ="}, "This is not TOML: line 1"),
        ({"whose": "own", "text": "reschedules = -1"}, "opens: is missing."),
    ],
)
def test_rules_that_can_t_be_are_refused_and_what_was_written_stays(
    xu: FlaskClient, db: Database, club: SmallClub, form: dict[str, str], words: str
) -> None:
    answer = post_rules(xu, rules_page(db, club), **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form.get("text", "").strip() in answer.text
    assert terms(db, club)[2].policy is None


def test_rules_by_site_are_the_policy_owner_s(
    app: Flask, xu: FlaskClient, zhao: FlaskClient, db: Database, club: SmallClub
) -> None:
    pages = ("/admin/policy/booking/places", rules_page(db, club))
    for page in pages:
        with statements(at_most=6):
            assert xu.get(page).status_code == 200
        assert zhao.get(page).status_code == 403
        assert signed_in(app, "operations").get(page).status_code == 403
