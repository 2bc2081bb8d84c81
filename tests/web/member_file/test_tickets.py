"""A booking ticket from the member's file in three taps, seen there, withdrawn there, and used by
the member on her own pages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.bookings.table_rows import audited_actions, letters_queued
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, slots_of
from tests.statements import statements
from tests.web.member_file.forms import DOORS, Browser, post_form
from tests.web.signing_in import PASSWORD, csrf_token, signed_in
from vipclub import accounts, bookings, people
from vipclub.core import clock
from vipclub.core.db import Database

STRICT = {
    "confirmation": "partner",
    "opens": {"days": 60},
    "closes": {"days": 10},
    "cancel_until": {"days": 2},
    "who": {"tiers": ["black"]},
}


def hidden(page: str, form: str) -> dict[str, str]:
    """What a form of a page sends along without anybody typing."""
    found = re.search(rf'<form[^>]*action="{re.escape(form)}".*?</form>', page, re.DOTALL)
    assert found, form
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return {name: unescape(value) for name, value in pairs}


def given(db: Database, member: str) -> list[bookings.TicketView]:
    with db.read() as session:
        return bookings.tickets_of(session, CLUB_ACTOR, member=member)


class Tapping:
    """A browser that counts the taps of whoever holds it."""

    def __init__(self, client: FlaskClient, page: str) -> None:
        self.client, self.page, self.taps = client, client.get(page).text, 0

    def link(self, href: str) -> None:
        assert f'href="{href}"' in self.page, href
        self.taps += 1
        self.page = self.client.get(f"{href}?lang=en").text

    def choose(self, name: str, value: str) -> dict[str, str]:
        assert re.search(rf'type="radio" name="{name}" value="{value}"', self.page)
        self.taps += 1
        return {name: value}

    def send(self, action: str, **chosen: str) -> Any:
        self.taps += 1
        return self.client.post(action, data=hidden(self.page, action) | chosen)


@pytest.mark.parametrize("door", DOORS)
def test_three_taps_from_the_file(
    browser: Browser, club: SmallClub, db: Database, door: str
) -> None:
    file = f"/{door}/members/{club.members[0]}"
    hand = Tapping(browser(door), file)
    page = f"{file}/tickets/health-check"
    hand.link(page)
    until = hand.choose("days", "3")
    assert hand.send(page, **until).status_code == 303
    assert hand.taps == 3
    (ticket,) = given(db, club.members[0])
    assert ticket.state == "open"
    assert letters_queued(db, ticket.ref) == ["ticket-given"]
    listed = hand.client.get(f"{file}?lang=en").text
    assert ticket.ref in listed
    assert "Booking ticket: Health check" in listed
    gone = post_form(hand.client, f"{file}/tickets/{ticket.ref}/withdraw")
    assert gone.status_code == 303
    assert given(db, club.members[0])[0].state == "withdrawn"
    again = post_form(hand.client, f"{file}/tickets/{ticket.ref}/withdraw")
    assert again.status_code == 303
    assert audited_actions(db, ticket.ref) == ["ticket.give", "ticket.withdraw"]


def test_sent_twice_it_is_one(browser: Browser, club: SmallClub, db: Database) -> None:
    client = browser("desk")
    page = f"/desk/members/{club.members[0]}/tickets/health-check"
    form = hidden(client.get(page).text, page) | {"days": "7"}
    for _ in range(2):
        assert client.post(page, data=form).status_code == 303
    assert len(given(db, club.members[0])) == 1


def test_for_one_place_and_some_days_and_what_is_wrong_keeps_what_was_typed(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    client = browser("desk")
    page = f"/desk/members/{club.members[0]}/tickets/health-check"
    wrong = post_form(
        client,
        f"{page}?lang=en",
        days="7",
        first_day="2031-05-02",
        last_day="2031-05-01",
        reason="Her sister comes too",
    )
    assert wrong.status_code == 422
    assert "its first day comes first" in wrong.text
    assert "Her sister comes too" in wrong.text
    assert post_form(client, page, days="7", place=club.offering).status_code == 303
    assert given(db, club.members[0])[0].offering == club.offering
    assert post_form(client, page, days="7", place="310000").status_code == 303
    assert given(db, club.members[0])[0].city == "310000"
    assert client.get(page.replace("health-check", "nothing")).status_code == 404


def test_another_manager_s_member_is_not_found(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    client, other = browser("manager"), club.members[1]
    ticket = db.run(
        bookings.give_ticket,
        CLUB_ACTOR,
        member=other,
        service="health-check",
        until=bookings.end_of_day(clock.club_today(), "Asia/Shanghai"),
    ).ticket
    file = f"/manager/members/{other}"
    assert client.get(f"{file}/tickets/health-check").status_code == 404
    assert post_form(client, f"{file}/tickets/health-check", days="3").status_code == 404
    assert post_form(client, f"{file}/tickets/{ticket}/withdraw").status_code == 404
    mine = f"/manager/members/{club.members[0]}"
    assert post_form(client, f"{mine}/tickets/{ticket}/withdraw").status_code == 404
    at_the_desk = browser("desk")
    wrong = post_form(at_the_desk, f"/desk/members/{club.members[0]}/tickets/{ticket}/withdraw")
    assert wrong.status_code == 404, "nor by whoever sees everybody, from somebody else's file"
    assert given(db, other)[0].state == "open"


@pytest.fixture
def lin(app: Flask, db: Database, club: SmallClub) -> FlaskClient:
    with db.read() as session:
        person = people.find_person(session, CLUB_ACTOR, club.members[0])
    db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login="member@club.example",
        role="member",
        display_name="Lin",
        language="en",
        password=PASSWORD,
        scopes=[("person", person.ref)],
        person_id=person.id,
    )
    return signed_in(app, "member")


def test_the_member_books_with_it_in_the_usual_way(
    lin: FlaskClient, browser: Browser, club: SmallClub, db: Database
) -> None:
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="strict",
        document=STRICT,
    )
    slot = slots_of(db, club.offering, after_days=5)[0]
    assert "ticket=" not in lin.get("/").text
    desk = browser("desk")
    page = f"/desk/members/{club.members[0]}/tickets/health-check"
    assert post_form(desk, page, days="3").status_code == 303
    (ticket,) = given(db, club.members[0])
    way = f"/book/health-check?ticket={ticket.ref}"
    for first in ("/", "/book"):
        shown = lin.get(f"{first}?lang=en").text
        assert f'href="{way}"' in shown, first
        assert "You may book: Health check" in shown
    with db.read() as session:
        time = bookings.time_of_slot(
            session,
            bookings.bookable_offerings(session, CLUB_ACTOR, service="health-check"),
            slot=slot,
        )[1]
    day = f"{way}&offering={club.offering}&day={time.start.date()}&lang=en"
    lin.get(day)
    with statements(at_most=6):
        times = lin.get(day).text
    assert "You book with a booking ticket." in times
    assert slot in times
    without = lin.get(day.replace(f"ticket={ticket.ref}&", "")).text
    assert slot not in without
    action = "/book/health-check/hold"
    held = lin.post(action, data=hidden(times, action) | {"slot": slot})
    assert held.status_code == 303, held.text
    confirm = lin.get(held.headers["Location"]).text
    action = f"{held.headers['Location']}/book"
    booked = lin.post(action, data=hidden(confirm, action))
    assert booked.status_code == 303, booked.text
    assert given(db, club.members[0])[0].state == "used"
    assert "ticket=" not in lin.get("/").text
    late = lin.post(
        "/book/health-check/hold",
        data=hidden(times, "/book/health-check/hold")
        | {"slot": slots_of(db, club.offering, after_days=5)[1]},
    )
    assert late.status_code == 409
    assert lin.get(way).status_code == 200, "a ticket that is over shows what everybody sees"


def test_somebody_else_s_ticket_in_the_address_is_nothing(
    lin: FlaskClient, club: SmallClub, db: Database
) -> None:
    ticket = db.run(
        bookings.give_ticket,
        CLUB_ACTOR,
        member=club.members[1],
        service="health-check",
        until=bookings.end_of_day(clock.club_today(), "Asia/Shanghai"),
    ).ticket
    page = lin.get(f"/book/health-check?ticket={ticket}&lang=en").text
    assert "You book with a booking ticket." not in page
    token = csrf_token(lin, "/book/health-check")
    slot = slots_of(db, club.offering, after_days=12)[0]
    tried = lin.post(
        "/book/health-check/hold", data={"csrf_token": token, "slot": slot, "ticket": ticket}
    )
    assert tried.status_code == 404
