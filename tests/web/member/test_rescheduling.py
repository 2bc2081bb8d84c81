"""Changing a time, answering one that is offered, and booking another after a no: in the door."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.member.phone import a_request, hold_a_time, post_form
from tests.web.pages import first_match
from tests.web.signing_in import a_client
from vipclub import bookings, people
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, capacity=1)


@pytest.fixture
def phone(db: Database, club: SmallClub) -> FlaskClient:
    return a_client(db, "member", ("person", club.members[0]))


def view(db: Database, club: SmallClub, ref: str) -> bookings.AppointmentView:
    with db.read() as session:
        return bookings.appointment(session, club.lin, ref)


def another_time(phone: FlaskClient, ref: str) -> tuple[str, dict[str, str]]:
    """From the page of days and times to the question: its address and the form it would send."""
    page = phone.get(f"/appointments/{ref}/reschedule").text
    form = page.split('class="times"')[1].split("</form>")[0]
    chosen = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    chosen["slot"] = first_match(r'name="slot" value="([^"]+)"', form)
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return f"/appointments/{ref}/reschedule?{query}", chosen


def test_a_time_is_changed_in_four_taps_from_the_first_page(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    before = view(db, club, ref)
    taps = [first_match(r'class="open" href="(/appointments/A-[^"]+)"', phone.get("/").text)]
    taps.append(first_match(r'href="([^"]+/reschedule)"', phone.get(taps[0]).text))
    question, form = another_time(phone, ref)
    taps.append(question)
    asks = phone.get(question).text
    assert "Nothing is changed until you confirm." in asks
    assert view(db, club, ref).slot == before.slot
    answer = post_form(phone, f"/appointments/{ref}/reschedule", question, **form)
    taps.append("confirm")
    assert answer.status_code == 303
    assert len(taps) == 4
    after = view(db, club, ref)
    assert (after.slot, after.moves) == (form["slot"], 1)
    assert "The time is changed." in phone.get(answer.headers["Location"]).text


def test_the_same_form_sent_twice_moves_once(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    _, form = another_time(phone, ref)
    form["form_key"] = "one-and-the-same"
    for _ in range(2):
        assert post_form(phone, f"/appointments/{ref}/reschedule", "/me", **form).status_code == 303
    assert view(db, club, ref).moves == 1


def test_a_time_that_is_taken_meanwhile_keeps_the_old_one(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    before = view(db, club, ref).slot
    question, form = another_time(phone, ref)
    db.run(
        bookings.book,
        club.chen,
        member=club.members[1],
        offering=club.offering,
        slot=form["slot"],
    )
    answer = post_form(phone, f"/appointments/{ref}/reschedule", "/me", **form)
    assert answer.status_code == 409
    assert "just been taken" in answer.text
    assert view(db, club, ref).slot == before
    assert phone.get(question).status_code == 303


def test_a_time_is_changed_as_often_as_the_rules_say(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    for _ in range(2):
        question, form = another_time(phone, ref)
        post_form(phone, f"/appointments/{ref}/reschedule", question, **form)
    page = phone.get(f"/appointments/{ref}").text
    assert "as often as is possible here" in page
    assert "/reschedule" not in page
    assert phone.get(f"/appointments/{ref}/reschedule").status_code == 303


def offered(db: Database, club: SmallClub) -> str:
    ref = a_request(db, club)
    db.run(
        bookings.propose,
        club.he,
        appointment=ref,
        slot=club.slots[4],
        kind="equipment",
        reason="until Thursday",
    )
    return ref


def test_another_time_that_is_offered_is_accepted_in_place(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = offered(db, club)
    page = phone.get(f"/appointments/{ref}").text
    assert "offers another time" in page
    assert "out of service" in page
    assert "until Thursday" in page
    assert "Both times are kept for you" in page
    answer = post_form(phone, f"/appointments/{ref}/accept", f"/appointments/{ref}")
    assert answer.status_code == 303
    after = view(db, club, ref)
    assert (after.status, after.slot) == ("booked", club.slots[4])
    again = post_form(phone, f"/appointments/{ref}/accept", f"/appointments/{ref}")
    assert again.status_code == 409


def test_an_offer_may_be_answered_by_yet_another_time(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = offered(db, club)
    question, form = another_time(phone, ref)
    assert post_form(phone, f"/appointments/{ref}/reschedule", question, **form).status_code == 303
    assert view(db, club, ref).slot == form["slot"]


def test_after_a_no_the_page_says_why_and_books_another_time_at_one_tap(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    db.run(bookings.decline, club.he, appointment=ref, kind="documents", reason="the last report")
    page = phone.get(f"/appointments/{ref}").text
    assert "Papers or results are still missing" in page
    assert "the last report" in page
    form = {
        "slot": first_match(r'name="slot" value="([^"]+)"', page),
        "offering": first_match(r'name="offering" value="([^"]+)"', page),
    }
    answer = post_form(phone, f"/appointments/{ref}/again", f"/appointments/{ref}", **form)
    assert answer.status_code == 303
    made = answer.headers["Location"].rpartition("/")[2]
    assert view(db, club, made).status == "pending"
    twice = post_form(phone, f"/appointments/{ref}/again", f"/appointments/{ref}", **form)
    assert twice.status_code in {409, 422}


def test_a_visit_for_the_family_names_whom_it_is_for_and_oneself_costs_no_tap(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    held = hold_a_time(phone)
    assert 'name="whom"' not in phone.get(held).text
    relative: Any = db.run(
        people.add_relative,
        club.lin,
        member=club.members[0],
        name="Lin Yu",
        relation="child",
    )
    page = phone.get(held).text
    chips = page.split('name="whom"')
    assert len(chips) == 3
    assert "checked" in chips[1]  # oneself, unless another is chosen
    answer = post_form(phone, f"{held}/book", held, whom=relative.ref)
    assert answer.status_code == 303, answer.text
    page = phone.get(answer.headers["Location"]).text
    assert "Lin Yu" in page
    assert "Who it is for" in page
    assert "for Lin Yu" in phone.get("/").text


def test_no_page_of_these_takes_more_than_six_statements(
    phone: FlaskClient, db: Database, club: SmallClub
) -> None:
    declined = a_request(db, club)
    db.run(bookings.decline, club.he, appointment=declined)
    moved = a_request(db, club, 6)
    question, _ = another_time(phone, moved)
    for path in (
        f"/appointments/{declined}",
        f"/appointments/{moved}",
        f"/appointments/{moved}/reschedule",
        question,
    ):
        with statements(at_most=6):
            assert phone.get(path).status_code == 200, path
