"""Staff book, move and cancel for a member, at both doors: it is their act in the trail, and a rule
is set aside only with a reason on record."""

from __future__ import annotations

import json

import pytest

from tests.bookings.looking import give_units, trail, units
from tests.cast import Thread
from tests.web.desk.behalf import DOORS, Browser, acts, beyond_the_window, book, first, send
from tests.web.staff import CLUB
from vipclub import bookings, people
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden


@pytest.mark.parametrize("role", DOORS)
def test_a_booking_for_a_member_is_the_staff_s_act_by_phone(
    browser: Browser, thread: Thread, db: Database, role: str
) -> None:
    client, lin = browser(role), thread.members[0]
    at = f"/{role}/members/{lin}"
    services = client.get(f"{at}/book?lang=en").text
    choose = first(rf'href="({at}/book/health-check)"', services)
    day = first(r'class="day[^"]*" href="([^"#]+)', client.get(choose).text)
    slot = first(r'name="slot" value="([^"]+)"', client.get(day).text)
    kept = send(client, f"{choose}/hold", slot=slot, offering=thread.offering)
    assert kept.status_code == 303, kept.text
    asks = client.get(kept.headers["Location"]).text
    assert "Book for 林若溪?" in asks
    hold = first(r'name="hold" value="([^"]+)"', asks)
    made = send(
        client,
        choose,
        slot=slot,
        offering=first(r'name="offering" value="([^"]+)"', asks),
        hold=hold,
        channel="phone",
        beneficiary=lin,
        note="a wheelchair",
        form_key="one",
    )
    assert made.status_code == 303, made.text
    visit = made.headers["Location"].rpartition("/")[2]
    assert "Waiting for confirmation" in client.get(made.headers["Location"]).text
    act = acts(db, visit)[0]
    assert (act["actor_kind"], act["channel"], act["action"]) == (
        role,
        "phone",
        "appointment.book",
    )
    assert json.loads(act["after"])["member"] == lin
    with db.read() as session:
        assert bookings.appointment(session, CLUB, visit).channel == "phone"


def test_a_booking_may_be_for_a_relative(browser: Browser, thread: Thread, db: Database) -> None:
    lin, client = thread.members[0], browser("desk")
    child = db.run(people.add_relative, CLUB, member=lin, name="林小满", relation="child")
    at = f"/desk/members/{lin}"
    kept = send(client, f"{at}/book/health-check/hold", slot=thread.slots[0])
    asks = client.get(kept.headers["Location"]).text
    assert "林小满" in asks
    made = send(
        client,
        f"{at}/book/health-check",
        slot=thread.slots[0],
        offering=thread.offering,
        hold=kept.headers["Location"].rpartition("/")[2],
        beneficiary=child.ref,
        channel="counter",
    )
    assert made.status_code == 303, made.text
    visit = made.headers["Location"].rpartition("/")[2]
    with db.read() as session:
        found = bookings.appointment(session, CLUB, visit)
    assert (found.beneficiary, found.channel) == (child.ref, "counter")
    assert "林小满" in client.get(made.headers["Location"]).text


@pytest.mark.parametrize("role", DOORS)
def test_pain_8_staff_may_override_with_a_reason_on_record(
    browser: Browser, thread: Thread, db: Database, role: str
) -> None:
    """The host was bound by the guests' notice rule."""
    client, lin = browser(role), thread.members[0]
    slot = beyond_the_window(db, thread)
    at = f"/{role}/members/{lin}/book/health-check"
    refused = send(client, f"{at}/hold", slot=slot, offering=thread.offering)
    if refused.status_code == 303:
        pytest.fail("the slot is within the window")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert "Booking for this time ended" in refused.text
    assert "You may set this rule aside." in refused.text
    form = {"slot": slot, "offering": thread.offering, "channel": "phone", "overriding": "1"}
    without = send(client, at, **form, override=" ")
    assert without.status_code == 422
    assert "Please write down the reason." in without.text
    plain = send(client, at, slot=slot, offering=thread.offering, channel="phone")
    assert plain.status_code == 422
    made = send(client, at, **form, override="flies home tomorrow")
    assert made.status_code == 303, made.text
    act = acts(db, made.headers["Location"].rpartition("/")[2])[0]
    assert act["actor_kind"] == role
    assert act["reason"] == "flies home tomorrow"


def test_setting_a_rule_aside_needs_the_right(db: Database, thread: Thread) -> None:
    with pytest.raises(Forbidden):
        db.run(
            bookings.book,
            thread.lin,
            member=thread.members[0],
            offering=thread.offering,
            slot=beyond_the_window(db, thread),
            override="I want to",
        )


def test_what_no_reason_can_move_offers_no_reason(
    browser: Browser, thread: Thread, db: Database
) -> None:
    give_units(db, thread.members[0], 1)
    book(db, thread)
    client = browser("desk")
    at = f"/desk/members/{thread.members[0]}/book/health-check"
    refused = send(client, f"{at}/hold", slot=thread.slots[0], offering=thread.offering)
    assert refused.status_code == 409
    assert "set this rule aside" not in refused.text


@pytest.mark.parametrize("role", DOORS)
def test_a_visit_is_moved_for_the_member(
    browser: Browser, thread: Thread, db: Database, role: str
) -> None:
    client, lin, visit = browser(role), thread.members[0], book(db, thread)
    at = f"/{role}/members/{lin}/appointments/{visit}"
    assert f'href="{at}/time"' in client.get(at).text
    assert client.get(f"{at}/time").status_code == 200
    asks = send(client, f"{at}/time", slot=thread.slots[1], offering=thread.offering)
    assert asks.status_code == 200
    assert "Change the time for 林若溪?" in asks.text
    moved = send(client, f"{at}/move", slot=thread.slots[1], channel="phone", form_key="once")
    assert moved.status_code == 303, moved.text
    act = acts(db, visit)[-1]
    assert (act["action"], act["actor_kind"], act["channel"]) == (
        "appointment.reschedule",
        role,
        "phone",
    )
    with db.read() as session:
        assert bookings.appointment(session, CLUB, visit).slot == thread.slots[1]


def test_a_visit_moved_too_often_moves_for_a_reason(
    browser: Browser, thread: Thread, db: Database
) -> None:
    client, lin, visit = browser("desk"), thread.members[0], book(db, thread)
    at = f"/desk/members/{lin}/appointments/{visit}"
    slot, answer = "", None
    for slot in thread.slots[1:9]:
        answer = send(client, f"{at}/move", slot=slot, channel="phone")
        if answer.status_code != 303:
            break
    assert answer is not None
    assert answer.status_code == 422
    assert "set this rule aside" in answer.text
    form = {"slot": slot, "channel": "phone", "overriding": "1"}
    assert send(client, f"{at}/move", **form, override="").status_code == 422
    assert send(client, f"{at}/move", **form, override="her flight").status_code == 303
    assert acts(db, visit)[-1]["reason"] == "her flight"


@pytest.mark.parametrize("role", DOORS)
def test_a_visit_is_cancelled_for_the_member(
    browser: Browser, thread: Thread, db: Database, role: str
) -> None:
    client, lin, visit = browser(role), thread.members[0], book(db, thread)
    at = f"/{role}/members/{lin}/appointments/{visit}"
    answer = send(client, f"{at}/cancel", reason="is travelling", channel="phone")
    assert answer.status_code == 303
    assert "Cancelled" in client.get(at).text
    assert acts(db, visit)[-1]["channel"] == "phone"
    assert units(db, lin) == (0, 0)


def test_a_late_cancellation_costs_nothing_for_a_reason(
    browser: Browser, thread: Thread, db: Database
) -> None:
    lin = thread.members[0]
    made = db.run(
        bookings.book,
        CLUB,
        member=lin,
        offering=thread.offering,
        slot=beyond_the_window(db, thread),
        override="a test",
    )
    db.run(bookings.confirm, CLUB, appointment=made.appointment)
    client = browser("desk")
    at = f"/desk/members/{lin}/appointments/{made.appointment}"
    page = client.get(at).text
    if "Cancelling now counts as used." not in page:
        pytest.skip("this policy lets everybody go free of charge")
    form = {"overriding": "1", "channel": "phone"}
    assert send(client, f"{at}/cancel", **form, override="").status_code == 422
    assert send(client, f"{at}/cancel", **form, override="in hospital").status_code == 303
    assert units(db, lin) == (0, 0)
    assert acts(db, made.appointment)[-1]["reason"] == "in hospital"


def test_the_desk_takes_an_offered_time_for_the_member(
    browser: Browser, thread: Thread, db: Database
) -> None:
    lin, visit = thread.members[0], book(db, thread)
    db.run(bookings.propose, thread.he, appointment=visit, slot=thread.slots[4])
    at = f"/members/{lin}/appointments/{visit}"
    assert f'action="/manager{at}/accept"' not in browser("manager").get(f"/manager{at}").text
    client = browser("desk")
    assert f'action="/desk{at}/accept"' in client.get(f"/desk{at}").text
    assert send(client, f"/desk{at}/accept", channel="phone").status_code == 303
    assert "Confirmed" in client.get(f"/desk{at}").text
    assert trail(db, visit)[-1] == "appointment.accept"
