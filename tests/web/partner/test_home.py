"""The partner's front desk: the most urgent on top, one click an answer, names masked."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.bookings.table_rows import appointment_of
from tests.bookings.visit_times import move_visit_to_now
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.partner.forms import take_step
from vipclub import bookings, partners
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow


def test_a_request_is_confirmed_checked_in_and_completed(
    pc: FlaskClient, request_ref: str, db: Database
) -> None:
    assert f'data-row="{request_ref}"' in pc.get("/partner/").text
    for name, state in (
        ("confirm", "Confirmed"),
        ("arrive", "Checked in"),
        ("fulfil", "Completed"),
    ):
        assert take_step(pc, request_ref, name).status_code == 303
        move_visit_to_now(db, request_ref)
        assert state in pc.get(f"/partner/appointments/{request_ref}").text
    assert take_step(pc, request_ref, "undo").status_code == 303
    assert "Checked in" in pc.get(f"/partner/appointments/{request_ref}").text


def test_who_comes_late_is_checked_in_by_one_click_that_says_so(
    pc: FlaskClient, request_ref: str, db: Database, club: SmallClub, app: Flask
) -> None:
    """The button is there once the visit has begun, the partner's system hears it, and
    taken back it is as if nobody had come."""
    db.run(
        partners.webhooks.add_endpoint,
        club.he,
        partner=club.partner,
        url="https://partner.example/club",
        events=["appointment.arrived_late"],
    )
    take_step(pc, request_ref, "confirm")
    button = f"/partner/appointments/{request_ref}/arrive_late"
    assert button not in pc.get(f"/partner/appointments/{request_ref}").text
    move_visit_to_now(db, request_ref)
    assert button in pc.get(f"/partner/appointments/{request_ref}").text
    assert take_step(pc, request_ref, "arrive_late").status_code == 303
    page = pc.get(f"/partner/appointments/{request_ref}").text
    assert "Checked in" in page
    assert "Arrived late" in page
    assert events(db, request_ref)[-1] == "appointment.arrived_late"
    assert take_step(pc, request_ref, "undo").status_code == 303
    assert appointment_of(db, request_ref).reason_code is None
    said = app.test_client().post(
        f"/api/v1/appointments/{request_ref}/arrive-late",
        headers={"Authorization": f"Bearer {club.partner_token}"},
    )
    assert (said.status_code, said.json["status"]) == (200, "arrived")
    assert appointment_of(db, request_ref).reason_code == "late"


def events(db: Database, ref: str) -> list[str]:
    """What the partner's system is told of an appointment, in order."""
    of_it = OutboxRow.subject_ref == ref, OutboxRow.kind == partners.webhooks.TOLD
    with db.read() as session:
        rows = session.scalars(select(OutboxRow.payload).where(*of_it).order_by(OutboxRow.id))
        return [row["event"] for row in rows]


def test_nobody_is_checked_in_before_the_visits_own_day(pc: FlaskClient, request_ref: str) -> None:
    """Neither the button is there, nor does an old page's button work."""
    take_step(pc, request_ref, "confirm")
    page = pc.get(f"/partner/appointments/{request_ref}").text
    assert f"/partner/appointments/{request_ref}/arrive" not in page
    refused = take_step(pc, request_ref, "arrive")
    assert refused.status_code == 422
    assert "This is possible from" in refused.text


def test_declining_asks_for_a_reason(pc: FlaskClient, request_ref: str) -> None:
    refused = take_step(pc, request_ref, "decline", words="sorry")
    assert refused.status_code == 422
    assert "Please choose a reason." in refused.text
    assert 'value="sorry"' in refused.text
    assert take_step(pc, request_ref, "decline", kind="closed").status_code == 303
    assert f'data-row="{request_ref}"' not in pc.get("/partner/live").text


def test_a_step_that_is_no_longer_possible_says_so(pc: FlaskClient, request_ref: str) -> None:
    refused = take_step(pc, request_ref, "fulfil")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


def test_a_partner_sees_a_masked_name_and_no_number(
    pc: FlaskClient, request_ref: str, db: Database
) -> None:
    with db.read() as session:
        name = bookings.appointment(session, CLUB_ACTOR, request_ref).member_name
    for path in ("/partner/", "/partner/live", f"/partner/appointments/{request_ref}"):
        page = pc.get(path).text
        assert name not in page
        assert "wheelchair" in page


def test_no_page_takes_more_than_six_statements(pc: FlaskClient, request_ref: str) -> None:
    pc.get("/partner/")  # what people edit is kept in the process from now on
    for path in ("/partner/", "/partner/live", f"/partner/appointments/{request_ref}"):
        with statements(at_most=6):
            assert pc.get(path).status_code == 200
