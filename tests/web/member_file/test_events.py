"""Staff register a member for an event by phone or at the counter, at both doors."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.events.salons import a_salon, register, seats, state
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.member_file.forms import DOORS, Browser, audit_rows, post_form
from vipclub import events
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database

GUEST = {"guest_1": "王芳", "age_1": "38", "needs_1": "no nuts"}


def registration_of(db: Database, salon: str, member: str) -> events.RegistrationView:
    with db.read() as session:
        found = events.registration_for(session, Actor.system("t"), event=salon, member=member)
    assert found
    return found


@pytest.mark.parametrize("door", DOORS)
def test_a_member_is_registered_with_a_guest_by_phone(
    db: Database, club: SmallClub, browser: Browser, door: str
) -> None:
    salon, lin, client = a_salon(db), club.members[0], browser(door)
    page = client.get(f"/{door}/members/{lin}/events?lang=en").text
    assert f"/{door}/members/{lin}/events/{salon}" in page
    form = client.get(f"/{door}/members/{lin}/events/{salon}?lang=en").text
    assert 'name="guest_1"' in form
    assert 'name="guest_2"' not in form, "one guest may come"
    answer = post_form(
        client, f"/{door}/members/{lin}/events/{salon}", channel="counter", needs="vegan", **GUEST
    )
    assert answer.status_code == 303
    found = registration_of(db, salon, lin)
    assert (found.status, found.size, found.channel) == ("registered", 2, "counter")
    with db.read() as session:
        guests, needs = events.party_of(session, found.id)
    assert [(guest.name, guest.age, guest.needs) for guest in guests] == [("王芳", 38, "no nuts")]
    assert needs == "vegan"
    assert audit_rows(db, found.registration)[-1]["channel"] == "counter"
    page = client.get(f"/{door}/members/{lin}/events?lang=en").text
    assert found.registration in page
    assert "The seats are reserved." in page
    assert f"/{door}/members/{lin}/events/{salon}" not in page, "it is not offered once more"


def test_who_waits_is_told_the_place(db: Database, club: SmallClub, browser: Browser) -> None:
    salon, lin, client = a_salon(db, seats=1), club.members[0], browser("desk")
    register(db, club.chen, salon, club.members[1])
    post_form(client, f"/desk/members/{lin}/events/{salon}")
    page = client.get(f"/desk/members/{lin}/events?lang=en").text
    assert "On the waiting list, at place 1." in page


def test_a_guest_without_a_name_is_refused_and_what_was_typed_stays(
    db: Database, club: SmallClub, browser: Browser
) -> None:
    salon, lin, client = a_salon(db), club.members[0], browser("manager")
    answer = post_form(
        client, f"/manager/members/{lin}/events/{salon}?lang=en", age_1="38", needs="vegan"
    )
    assert answer.status_code == 422
    assert "give each guest" in answer.text
    assert 'value="vegan"' in answer.text
    assert 'value="38"' in answer.text
    assert seats(db, salon) == (0, 0)


def test_the_registration_is_cancelled_and_the_seats_go_on(
    db: Database, club: SmallClub, browser: Browser
) -> None:
    salon, (lin, chen, *_) = a_salon(db, seats=1), club.members
    had = register(db, club.lin, salon, lin)
    waits = register(db, club.chen, salon, chen)
    client = browser("desk")
    path = f"/desk/members/{lin}/registrations/{had.registration}/cancel"
    assert post_form(client, path).status_code == 303
    assert state(db, had.registration) == "cancelled"
    assert state(db, waits.registration) == "offered"
    accept = f"/desk/members/{chen}/registrations/{waits.registration}/accept"
    assert post_form(client, accept, channel="phone").status_code == 303
    assert state(db, waits.registration) == "registered"
    again = post_form(client, f"{accept}?lang=en", channel="phone")
    assert again.status_code == 409


def test_offered_seats_are_declined_for_the_member(
    db: Database, club: SmallClub, browser: Browser
) -> None:
    salon, (lin, chen, *_) = a_salon(db, seats=1), club.members
    had = register(db, club.chen, salon, chen)
    waits = register(db, club.lin, salon, lin)
    db.run(events.cancel, club.chen, registration=had.registration)
    client = browser("manager")
    assert "Accept the seats" in client.get(f"/manager/members/{lin}/events?lang=en").text
    path = f"/manager/members/{lin}/registrations/{waits.registration}/decline"
    assert post_form(client, path).status_code == 303
    assert state(db, waits.registration) == "declined"
    assert seats(db, salon) == (0, 0)


def test_when_registration_is_closed_it_is_not_offered_and_refused(
    db: Database, club: SmallClub, browser: Browser
) -> None:
    salon, lin, client = a_salon(db), club.members[0], browser("desk")
    with time_machine.travel(clock.now() + timedelta(days=9, hours=20), tick=False):
        client = browser("desk")
        page = client.get(f"/desk/members/{lin}/events?lang=en").text
        assert salon not in page
        answer = post_form(client, f"/desk/members/{lin}/events/{salon}?lang=en")
    assert answer.status_code == 422
    assert "Registration for this event is closed." in answer.text


def test_a_manager_registers_own_members_alone(
    db: Database, club: SmallClub, browser: Browser
) -> None:
    salon, stranger, client = a_salon(db), club.members[1], browser("manager")
    assert client.get(f"/manager/members/{stranger}/events").status_code == 404
    path = f"/manager/members/{stranger}/events/{salon}"
    assert client.get(path).status_code == 404
    assert post_form(client, path).status_code == 404
    made = register(db, club.chen, salon, stranger)
    lin = club.members[0]
    cancel = f"/manager/members/{lin}/registrations/{made.registration}/cancel"
    assert post_form(client, cancel).status_code == 404
    assert state(db, made.registration) == "registered"


@pytest.mark.parametrize("door", DOORS)
def test_the_pages_are_on_record_and_need_few_statements(
    db: Database, club: SmallClub, browser: Browser, door: str
) -> None:
    salon, lin, client = a_salon(db), club.members[0], browser(door)
    for path, page in (("", "member_events"), (f"/{salon}", "register_form")):
        client.get(f"/{door}/members/{lin}/events{path}")
        with statements(at_most=6):
            client.get(f"/{door}/members/{lin}/events{path}")
        last = audit_rows(db, lin)[-1]
        assert (last["action"], last["after"]) == ("member.view", f'"{page}"')
