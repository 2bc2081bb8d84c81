"""The member's own pages: card, ledger, details, family, inbox, calendar, help."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.member.phone import a_request, post_form
from tests.web.pages import first_match
from tests.web.signing_in import PASSWORD, an_account, sign_in
from vipclub import bookings, membership, people
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database

PAGES = (
    "/card",
    "/me",
    "/me/password",
    "/family",
    "/inbox",
    "/calendar",
    "/help",
    "/benefits/health-check",
)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def app(db: Database, club: SmallClub) -> Any:
    for number, login in enumerate(("member@club.example", "chen@club.example")):
        an_account(db, "member", login=login, scopes=[("person", club.members[number])])
    return create_app(database=db)


@pytest.fixture
def phone(app: Any) -> FlaskClient:
    """Lin's phone, signed in."""
    client: FlaskClient = app.test_client()
    assert sign_in(client, "member@club.example").status_code == 303
    return client


def test_no_page_of_these_takes_more_than_six_statements(phone: FlaskClient) -> None:
    for path in PAGES:
        with statements(at_most=6):
            assert phone.get(path).status_code == 200, path


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_they_speak_the_member_s_language(phone: FlaskClient, language: str) -> None:
    english = re.compile(r"My details|Messages|Sign out|Save|Membership card|Help|given|reserved")
    for path in PAGES:
        page = phone.get(f"{path}?lang={language}").text
        shown = re.sub(r"<[^>]+>", " ", page.split("<body")[1])
        assert not english.search(shown), (path, english.search(shown))


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_what_a_phone_keeps_is_a_page_of_its_own(phone: FlaskClient, language: str) -> None:
    opened = phone.get(f"/me/offline?lang={language}").text
    assert f'<html lang="{language}">' in opened
    assert re.search(r"<title>\S.+</title>", opened)
    heading, kept = opened.split('<main class="stack">')
    assert "<h1" in heading
    assert "member-card" in kept
    assert "<h1" not in kept, "put into the offline page, which has its own"


def test_the_card_s_code_is_checked_at_the_desk(phone: FlaskClient, db: Database) -> None:
    page = phone.get("/card").text
    assert "<svg" in page
    number = re.sub(r"\s", "", first_match(r"(80\d\d \d{4} \d{4} \d{4})", page))
    with db.read() as session:
        code = membership.card_code(session, number, at=clock.now())
        assert membership.verify_card(session, code.text, at=clock.now()) == number
        assert membership.find_by_card(session, number)


def test_the_ledger_is_told_in_sentences_with_its_visits(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    db.run(bookings.cancel, club.lin, appointment=ref)
    page = phone.get("/benefits/health-check").text
    assert "reserved for the visit on" in page
    assert "does not take place" in page
    assert f"/appointments/{ref}" in page
    for code in ("rating_run", "release", "consume", "hold:"):
        assert code not in re.sub(r"<[^>]+>", " ", page)
    assert phone.get("/benefits/nothing-of-the-kind").status_code == 404


def test_a_time_that_was_let_go_again_leaves_nothing_in_the_ledger(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    held = db.run(bookings.hold_seat, club.lin, member=club.members[0], slot=club.slots[0])
    assert "kept while you choose" in phone.get("/benefits/health-check").text
    db.run(bookings.release_hold, club.lin, hold=held.hold)
    assert "kept while you choose" not in phone.get("/benefits/health-check").text


def test_a_visit_by_way_of_a_hold_is_named_too(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    held = db.run(bookings.hold_seat, club.lin, member=club.members[0], slot=club.slots[0])
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=held.offering,
        slot=held.slot,
        hold=held.hold,
    )
    assert f"/appointments/{made.appointment}" in phone.get("/benefits/health-check").text


def test_number_and_address_are_masked_and_a_change_asks_for_the_password(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    form = {"mobile": "+852 9123 4567", "password": "not the one"}
    answer = post_form(phone, "/me/contact", "/me", **form)
    assert answer.status_code == 422
    assert "9123 4567" in answer.text  # what was typed is kept
    answer = post_form(phone, "/me/contact", "/me", **form | {"password": PASSWORD})
    assert answer.status_code == 303
    page = phone.get("/me").text
    assert "+852 ****4567" in page
    assert "91234567" not in page
    assert "+85291234567" in post_form(phone, "/me/reveal", "/me").text
    assert (
        "can&#39;t be reached"
        in post_form(phone, "/me/contact", "/me", email="nobody", password=PASSWORD).text
    )
    with db.read() as session:
        assert people.find_by_phone(session, "+85291234567")


def test_the_language_is_kept_on_account_and_person(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    assert post_form(phone, "/me/language", "/me", language="zh-Hant").status_code == 303
    assert '<html lang="zh-Hant">' in phone.get("/me").text
    with db.read() as session:
        person = people.find_person(session, club.lin, club.members[0])
    assert person.language == "zh-Hant"
    assert post_form(phone, "/me/language", "/me", language="fr").status_code == 400


def test_a_consent_is_given_and_withdrawn_here(phone: FlaskClient) -> None:
    post_form(phone, "/me/consents", "/me", purpose="marketing", granted="yes")
    assert "by your own word" in phone.get("/me").text
    post_form(phone, "/me/consents", "/me", purpose="marketing", granted="no")
    assert "is withdrawn" in phone.get("/me").text
    answer = post_form(phone, "/me/consents", "/me", purpose="group_sharing", granted="no")
    assert answer.status_code == 400


def test_other_sign_ins_are_ended_from_here(app: Any, phone: FlaskClient) -> None:
    other = app.test_client()
    sign_in(other, "member@club.example")
    name = first_match(r'name="name" value="([0-9a-f]{16})"', phone.get("/me").text)
    assert post_form(phone, "/me/sign-ins", "/me", name=name).status_code == 303
    assert other.get("/me").status_code == 303
    assert phone.get("/me").status_code == 200
    sign_in(other, "member@club.example")
    post_form(phone, "/me/sign-ins", "/me")
    assert other.get("/me").status_code == 303


def test_nobody_ends_somebody_else_s_sign_in(app: Any, phone: FlaskClient) -> None:
    his = app.test_client()
    sign_in(his, "chen@club.example")
    sign_in(app.test_client(), "chen@club.example")
    name = first_match(r'name="name" value="([0-9a-f]{16})"', his.get("/me").text)
    assert post_form(phone, "/me/sign-ins", "/me", name=name).status_code == 404


def test_a_new_password_counts_and_a_weak_one_does_not(app: Any, phone: FlaskClient) -> None:
    path = "/me/password"
    assert (
        post_form(phone, path, path, present="wrong", new="a longer quiet harbour").status_code
        == 422
    )
    assert post_form(phone, path, path, present=PASSWORD, new="short").status_code == 422
    answer = post_form(phone, path, path, present=PASSWORD, new="a longer quiet harbour")
    assert answer.status_code == 303
    fresh = app.test_client()
    assert sign_in(fresh, "member@club.example", "a longer quiet harbour").status_code == 303


def test_a_relative_is_named_booked_for_and_removed(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    form = {"name": "Lin Yu", "relation": "child", "birth_date": "2010-05-16"}
    assert post_form(phone, "/family", "/family", **form).status_code == 303
    page = phone.get("/family").text
    assert "Lin Yu" in page
    assert "Child" in page
    assert post_form(phone, "/family", "/family", name="", relation="child").status_code == 422
    ref = first_match(r"/family/(M-[^/]+)/remove", page)
    assert post_form(phone, f"/family/{ref}/remove", "/family").status_code == 303
    assert "Lin Yu" not in phone.get("/family").text.split("Removed")[-1]


def test_the_inbox_is_empty_and_helps(phone: FlaskClient) -> None:
    assert "No messages yet." in phone.get("/inbox").text
    assert post_form(phone, "/inbox/read", "/me").status_code == 303


def test_an_appointment_goes_into_the_calendar_as_a_file(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    answer = phone.get(f"/appointments/{ref}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["UID"]).startswith(ref)
    assert "check" not in str(event["SUMMARY"]).lower()


def test_the_private_address_is_shown_once_read_without_sign_in_and_switched_off(
    app: Any, phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    a_request(db, club)
    page = post_form(phone, "/calendar", "/calendar").text
    address = first_match(r"(/calendar/[\w-]{43}\.ics)", page)
    assert address not in phone.get("/calendar").text
    program = app.test_client()
    answer = program.get(address)
    assert len(list(Calendar.from_ical(answer.data).walk("VEVENT"))) == 1
    again = program.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    post_form(phone, "/calendar/off", "/calendar")
    assert program.get(address).status_code == 404


@pytest.mark.promise("P32")
def test_another_member_s_things_are_not_there(
    app: Any, phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    his = app.test_client()
    sign_in(his, "chen@club.example")
    for path in ("", "/calendar.ics", "/reschedule"):
        assert his.get(f"/appointments/{ref}{path}").status_code == 404
    for step in ("accept", "cancel", "again", "reschedule"):
        answer = post_form(his, f"/appointments/{ref}/{step}", "/me", slot=club.slots[3])
        assert answer.status_code == 404, step


@pytest.mark.promise("P30")
@pytest.mark.only("sqlite")
def test_help_is_on_every_page_and_there_for_strangers(app: Any, phone: FlaskClient) -> None:
    stranger = app.test_client()
    for client, path in (
        (stranger, "/help"),
        (stranger, "/sign-in"),
        (stranger, "/nowhere"),
        (phone, "/"),
        (phone, "/nowhere"),
        (phone, "/me"),
    ):
        page = client.get(path).text
        assert "400-000-0000" in page, path
        assert 'popovertarget="hotline"' in page, path
        assert 'href="/help"' in page, path


def test_who_finds_a_phone_open_can_not_try_out_passwords_there(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    tried = {"mobile": "+852 9123 4567", "password": "not the one"}
    for _ in range(5):
        assert post_form(phone, "/me/contact", "/me?lang=en", **tried).status_code == 422
    for answer in (
        post_form(phone, "/me/contact", "/me", **tried | {"password": PASSWORD}),
        post_form(
            phone, "/me/password", "/me/password", present=PASSWORD, new="another harbour in June"
        ),
    ):
        assert answer.status_code == 422
        assert "Too many attempts." in answer.text
    with db.read() as session:
        assert people.contact_details_of(session, club.lin, member=club.members[0]).mobile is None
    with clock.replaying(clock.now() + timedelta(minutes=5)):
        answer = post_form(phone, "/me/contact", "/me", **tried | {"password": PASSWORD})
        assert answer.status_code == 303
