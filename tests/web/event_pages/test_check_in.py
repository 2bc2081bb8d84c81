"""Check-in at the door: one field, the verdict, and the next."""

from __future__ import annotations

import re

import time_machine
from sqlalchemy import select

from tests.events.salons import a_salon, in_days, register, state
from tests.statements import statements
from tests.web.event_pages.house import House
from tests.web.signing_in import a_client, signed_in
from vipclub import events
from vipclub.events import Registration


def test_a_ticket_is_checked_in_and_the_second_time_it_says_so(house: House) -> None:
    salon = a_salon(house.db)
    made = register(house.db, house.club.lin, salon, house.club.members[0], guests=1)
    with house.db.read() as session:
        row_id = session.scalar(
            select(Registration.id).where(Registration.public_ref == made.registration)
        )
        assert row_id is not None
        code = events.ticket_of(session, row_id)
    door = f"/manager/events/{salon}/check-in"
    early = house.post(house.wu, f"{door}?lang=en", code=code, nonce="nonce-0001")
    assert early.status_code == 409
    assert "from the day before the event" in early.text
    assert code in early.text, "what was scanned is kept"
    with time_machine.travel(in_days(10, 13), tick=False):
        browser = signed_in(house.app, "manager")
        with statements(at_most=6):
            page = browser.get(f"{door}?lang=en").text
        assert re.search(r'name="nonce" value="[\w-]{16,}"', page)
        assert house.post(browser, door, code=code, nonce="nonce-0002").status_code == 303
        assert "Welcome: 2 people." in browser.get(f"{door}?lang=en").text
        house.post(browser, door, code=code.lower(), nonce="nonce-0003")
        assert "Already checked in at 13:00." in browser.get(f"{door}?lang=en").text
        house.post(browser, door, code="<script>", nonce="nonce-0004")
        assert "no ticket of the club" in browser.get(f"{door}?lang=en").text
    assert state(house.db, made.registration) == "attended"


def test_no_other_door_checks_in(house: House) -> None:
    salon = a_salon(house.db)
    for role in ("desk", "member"):
        browser = signed_in(house.app, role)
        assert browser.get(f"/{role}/events/{salon}/check-in").status_code == 404
        assert browser.get(f"/manager/events/{salon}/check-in").status_code in {403, 404}
    assert a_client(house.db, "partner").get(f"/manager/events/{salon}/check-in").status_code in {
        403,
        404,
    }
