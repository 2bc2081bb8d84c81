"""Offering another time, and saying why not: in kinds that members read in their language."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.bookings.table_rows import appointment_of, letters_queued, seats_taken
from tests.cast import member_actor
from tests.small_club import SmallClub
from tests.web.partner.forms import take_step
from vipclub import bookings
from vipclub.core.db import Database


def test_another_time_is_offered_by_one_press(
    pc: FlaskClient, request_ref: str, db: Database, club: SmallClub
) -> None:
    page = pc.get(f"/partner/appointments/{request_ref}").text
    assert club.slots[1] in page
    assert club.slots[0] not in page.split('id="propose"')[1].split("</section>")[0]
    answer = take_step(pc, request_ref, "propose", slot=club.slots[1], kind="full")
    assert answer.status_code == 303
    assert appointment_of(db, request_ref).status == "proposed"
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[1])) == (1, 1)
    assert letters_queued(db, request_ref)[-1] == "appointment-proposed"
    offered = pc.get("/partner/?lang=en").text.split('id="offered"')[1].split("</section>")[0]
    labels = re.findall(r'<td[^>]* data-label="([^"]+)"', offered)
    assert labels == ["Answer", "Service", "Time", "Offered instead"], "as a phone shows them"
    page = pc.get(f"/partner/appointments/{request_ref}").text
    assert "Offered instead" in page
    live = pc.get("/partner/live").text
    assert "Waiting for the member's answer" in live
    assert f'data-row="{request_ref}"' in live


def test_a_confirmed_appointment_can_be_offered_another_time_too(
    pc: FlaskClient, request_ref: str, db: Database, club: SmallClub
) -> None:
    take_step(pc, request_ref, "confirm")
    assert take_step(
        pc, request_ref, "propose", slot=club.slots[2], kind="equipment"
    ).status_code == (303)
    assert appointment_of(db, request_ref).answer_kind == "equipment"


def test_an_offer_needs_a_time_and_a_reason_that_is_known(
    pc: FlaskClient, request_ref: str, db: Database, club: SmallClub
) -> None:
    for form in (
        {"kind": "full"},
        {"slot": club.slots[1]},
        {"slot": club.slots[1], "kind": "bored"},
        {"slot": club.slots[1], "kind": "other"},
    ):
        refused = take_step(pc, request_ref, "propose", **form)
        assert refused.status_code == 422, form
    assert appointment_of(db, request_ref).status == "pending"


def test_a_time_that_has_just_gone_is_refused_with_a_sentence(
    pc: FlaskClient, request_ref: str, db: Database, club: SmallClub
) -> None:
    for who in (1, 2):
        db.run(
            bookings.book,
            member_actor(club.members[who]),
            member=club.members[who],
            offering=club.offering,
            slot=club.slots[1],
        )
    refused = take_step(pc, request_ref, "propose", slot=club.slots[1], kind="full")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


def test_later_days_are_a_link_and_odd_days_lead_to_today(
    pc: FlaskClient, request_ref: str
) -> None:
    for asked in ("", "x", "1999-01-01", "2999-01-01"):
        answer = pc.get(f"/partner/appointments/{request_ref}?from={asked}")
        assert answer.status_code == 200
    assert "Later days" in pc.get(f"/partner/appointments/{request_ref}").text


def test_declining_says_why_in_a_kind_and_shows_what_the_member_will_see(
    pc: FlaskClient, request_ref: str, db: Database
) -> None:
    page = pc.get(f"/partner/appointments/{request_ref}").text
    assert "free times, yours first" in page
    answer = take_step(pc, request_ref, "decline", kind="documents", words="the ECG of 2025")
    assert answer.status_code == 303
    found = appointment_of(db, request_ref)
    assert (found.status, found.answer_kind) == ("cancelled", "documents")
    assert letters_queued(db, request_ref)[-1] == "appointment-declined"
    assert "Papers or results are missing" in pc.get(f"/partner/appointments/{request_ref}").text


def test_nobody_offers_for_another_partner(
    other_pc: FlaskClient, request_ref: str, db: Database, club: SmallClub
) -> None:
    answer = take_step(other_pc, request_ref, "propose", slot=club.slots[1], kind="full")
    assert answer.status_code == 404
    assert appointment_of(db, request_ref).status == "pending"


def test_the_way_back_never_leaves_this_door(pc: FlaskClient, request_ref: str) -> None:
    for back in ("//evil.example", "https://evil.example/partner/", "/operations/", "/\\evil"):
        assert take_step(pc, request_ref, "confirm", back=back).location in {"/partner/", None}
