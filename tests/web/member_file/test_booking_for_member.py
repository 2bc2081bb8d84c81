"""Staff book, move and cancel for a member, at both doors: it is their act in the trail, and a rule
is set aside only with a reason on record."""

from __future__ import annotations

import json

import pytest

from tests.bookings.appointment_builders import a_request
from tests.bookings.table_rows import audited_actions, give_units, units_held_and_used
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.web.member_file.forms import DOORS, Browser, audit_rows, beyond_the_window, post_form
from tests.web.pages import first_match
from vipclub import bookings, people
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden


@pytest.mark.parametrize("role", DOORS)
def test_a_booking_for_a_member_is_the_staff_s_act_by_phone(
    browser: Browser, club: SmallClub, db: Database, role: str
) -> None:
    client, lin = browser(role), club.members[0]
    at = f"/{role}/members/{lin}"
    services = client.get(f"{at}/book?lang=en").text
    choose = first_match(rf'href="({at}/book/health-check)"', services)
    day = first_match(r'class="day[^"]*" href="([^"#]+)', client.get(choose).text)
    slot = first_match(r'name="slot" value="([^"]+)"', client.get(day).text)
    kept = post_form(client, f"{choose}/hold", slot=slot, offering=club.offering)
    assert kept.status_code == 303, kept.text
    asks = client.get(kept.headers["Location"]).text
    assert "Book for 林若溪?" in asks
    hold = first_match(r'name="hold" value="([^"]+)"', asks)
    made = post_form(
        client,
        choose,
        slot=slot,
        offering=first_match(r'name="offering" value="([^"]+)"', asks),
        hold=hold,
        channel="phone",
        beneficiary=lin,
        note="a wheelchair",
        form_key="one",
    )
    assert made.status_code == 303, made.text
    visit = made.headers["Location"].rpartition("/")[2]
    assert "Waiting for confirmation" in client.get(made.headers["Location"]).text
    act = audit_rows(db, visit)[0]
    assert (act["actor_kind"], act["channel"], act["action"]) == (
        role,
        "phone",
        "appointment.book",
    )
    assert json.loads(act["after"])["member"] == lin
    with db.read() as session:
        assert bookings.appointment(session, CLUB_ACTOR, visit).channel == "phone"


def test_a_booking_may_be_for_a_relative(browser: Browser, club: SmallClub, db: Database) -> None:
    lin, client = club.members[0], browser("desk")
    child = db.run(people.add_relative, CLUB_ACTOR, member=lin, name="林小满", relation="child")
    at = f"/desk/members/{lin}"
    kept = post_form(client, f"{at}/book/health-check/hold", slot=club.slots[0])
    asks = client.get(kept.headers["Location"]).text
    assert "林小满" in asks
    made = post_form(
        client,
        f"{at}/book/health-check",
        slot=club.slots[0],
        offering=club.offering,
        hold=kept.headers["Location"].rpartition("/")[2],
        beneficiary=child.ref,
        channel="counter",
    )
    assert made.status_code == 303, made.text
    visit = made.headers["Location"].rpartition("/")[2]
    with db.read() as session:
        found = bookings.appointment(session, CLUB_ACTOR, visit)
    assert (found.beneficiary, found.channel) == (child.ref, "counter")
    assert "林小满" in client.get(made.headers["Location"]).text


@pytest.mark.pain(8)
@pytest.mark.parametrize("role", DOORS)
def test_staff_may_override_with_a_reason_on_record(
    browser: Browser, club: SmallClub, db: Database, role: str
) -> None:
    """The host was bound by the guests' notice rule."""
    client, lin = browser(role), club.members[0]
    slot = beyond_the_window(db, club)
    at = f"/{role}/members/{lin}/book/health-check"
    refused = post_form(client, f"{at}/hold", slot=slot, offering=club.offering)
    if refused.status_code == 303:
        pytest.fail("the slot is within the window")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert "Booking for this time ended" in refused.text
    assert "You may set this rule aside." in refused.text
    form = {"slot": slot, "offering": club.offering, "channel": "phone", "overriding": "1"}
    without = post_form(client, at, **form, override=" ")
    assert without.status_code == 422
    assert "Please write down the reason." in without.text
    plain = post_form(client, at, slot=slot, offering=club.offering, channel="phone")
    assert plain.status_code == 422
    made = post_form(client, at, **form, override="flies home tomorrow")
    assert made.status_code == 303, made.text
    act = audit_rows(db, made.headers["Location"].rpartition("/")[2])[0]
    assert act["actor_kind"] == role
    assert act["reason"] == "flies home tomorrow"


def test_setting_a_rule_aside_needs_the_right(db: Database, club: SmallClub) -> None:
    with pytest.raises(Forbidden):
        db.run(
            bookings.book,
            club.lin,
            member=club.members[0],
            offering=club.offering,
            slot=beyond_the_window(db, club),
            override="I want to",
        )


def test_what_no_reason_can_move_offers_no_reason(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    give_units(db, club.members[0], 1)
    a_request(db, club)
    client = browser("desk")
    at = f"/desk/members/{club.members[0]}/book/health-check"
    refused = post_form(client, f"{at}/hold", slot=club.slots[0], offering=club.offering)
    assert refused.status_code == 409
    assert "set this rule aside" not in refused.text


@pytest.mark.parametrize("role", DOORS)
def test_a_visit_is_moved_for_the_member(
    browser: Browser, club: SmallClub, db: Database, role: str
) -> None:
    client, lin, visit = browser(role), club.members[0], a_request(db, club)
    at = f"/{role}/members/{lin}/appointments/{visit}"
    assert f'href="{at}/time"' in client.get(at).text
    assert client.get(f"{at}/time").status_code == 200
    asks = post_form(client, f"{at}/time", slot=club.slots[1], offering=club.offering)
    assert asks.status_code == 200
    assert "Change the time for 林若溪?" in asks.text
    moved = post_form(client, f"{at}/move", slot=club.slots[1], channel="phone", form_key="once")
    assert moved.status_code == 303, moved.text
    act = audit_rows(db, visit)[-1]
    assert (act["action"], act["actor_kind"], act["channel"]) == (
        "appointment.reschedule",
        role,
        "phone",
    )
    with db.read() as session:
        assert bookings.appointment(session, CLUB_ACTOR, visit).slot == club.slots[1]


def test_a_visit_moved_too_often_moves_for_a_reason(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    client, lin, visit = browser("desk"), club.members[0], a_request(db, club)
    at = f"/desk/members/{lin}/appointments/{visit}"
    slot, answer = "", None
    for slot in club.slots[1:9]:
        answer = post_form(client, f"{at}/move", slot=slot, channel="phone")
        if answer.status_code != 303:
            break
    assert answer is not None
    assert answer.status_code == 422
    assert "set this rule aside" in answer.text
    form = {"slot": slot, "channel": "phone", "overriding": "1"}
    assert post_form(client, f"{at}/move", **form, override="").status_code == 422
    assert post_form(client, f"{at}/move", **form, override="her flight").status_code == 303
    assert audit_rows(db, visit)[-1]["reason"] == "her flight"


@pytest.mark.parametrize("role", DOORS)
def test_a_visit_is_cancelled_for_the_member(
    browser: Browser, club: SmallClub, db: Database, role: str
) -> None:
    client, lin, visit = browser(role), club.members[0], a_request(db, club)
    at = f"/{role}/members/{lin}/appointments/{visit}"
    answer = post_form(client, f"{at}/cancel", reason="is travelling", channel="phone")
    assert answer.status_code == 303
    assert "Cancelled" in client.get(at).text
    assert audit_rows(db, visit)[-1]["channel"] == "phone"
    assert units_held_and_used(db, lin) == (0, 0)


def test_a_late_cancellation_costs_nothing_for_a_reason(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=lin,
        offering=club.offering,
        slot=beyond_the_window(db, club),
        override="a test",
    )
    db.run(bookings.confirm, CLUB_ACTOR, appointment=made.appointment)
    client = browser("desk")
    at = f"/desk/members/{lin}/appointments/{made.appointment}"
    page = client.get(at).text
    assert "Cancelling now counts as used." in page
    form = {"overriding": "1", "channel": "phone"}
    assert post_form(client, f"{at}/cancel", **form, override="").status_code == 422
    assert post_form(client, f"{at}/cancel", **form, override="in hospital").status_code == 303
    assert units_held_and_used(db, lin) == (0, 0)
    assert audit_rows(db, made.appointment)[-1]["reason"] == "in hospital"


def test_the_desk_takes_an_offered_time_for_the_member(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin, visit = club.members[0], a_request(db, club)
    db.run(bookings.propose, club.he, appointment=visit, slot=club.slots[4])
    at = f"/members/{lin}/appointments/{visit}"
    assert f'action="/manager{at}/accept"' not in browser("manager").get(f"/manager{at}").text
    client = browser("desk")
    assert f'action="/desk{at}/accept"' in client.get(f"/desk{at}").text
    assert post_form(client, f"/desk{at}/accept", channel="phone").status_code == 303
    assert "Confirmed" in client.get(f"/desk{at}").text
    assert audited_actions(db, visit)[-1] == "appointment.accept"
