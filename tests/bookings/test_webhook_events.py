"""A partner's system is told of every step in the same transaction, by no statement more."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.bookings.visit_times import at_the_visit
from tests.cast import CLUB_ACTOR, sun
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import IllegalTransition
from vipclub.core.outbox import OutboxRow
from vipclub.partners import webhooks


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=3)


def listen(db: Database, club: SmallClub) -> None:
    """The partner has an address that is on."""
    db.run(
        webhooks.add_endpoint,
        club.he,
        partner=club.partner,
        url="https://partner.example/club",
        events=list(bookings.WEBHOOK_EVENTS),
    )


def book(db: Database, club: SmallClub, slot: int = 0) -> str:
    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[slot],
        note="a wheelchair",
    )
    return str(made.appointment)


def told(db: Database) -> list[dict[str, Any]]:
    """The events that wait in the outbox, in order."""
    with db.read() as session:
        rows = session.execute(
            select(OutboxRow.payload).where(OutboxRow.kind == webhooks.TOLD).order_by(OutboxRow.id)
        ).scalars()
        return [json.loads(row["body"]) for row in rows]


def names(db: Database) -> list[str]:
    return [event["type"].removeprefix("appointment.") for event in told(db)]


def test_each_step_is_told_by_its_own_name(db: Database, club: SmallClub) -> None:
    listen(db, club)
    ref = book(db, club)
    slots = club.slots
    db.run(bookings.confirm, club.he, appointment=ref)
    db.run(bookings.propose, club.he, appointment=ref, slot=slots[1])
    db.run(bookings.accept, club.lin, appointment=ref)
    db.run(bookings.reschedule, club.lin, appointment=ref, slot=slots[4])
    db.run(bookings.confirm, club.he, appointment=ref)
    with at_the_visit(db, slots[4]):
        db.run(bookings.arrive, club.he, appointment=ref)
        db.run(bookings.undo, club.he, appointment=ref)
        db.run(bookings.fulfil, club.he, appointment=ref)
    db.run(bookings.enter_in_error, CLUB_ACTOR, appointment=ref, reason="another person")
    other = book(db, club, 2)
    db.run(bookings.decline, club.he, appointment=other)
    last = book(db, club, 3)
    db.run(bookings.cancel, club.lin, appointment=last)
    assert names(db) == [
        "requested", "confirmed", "proposed", "accepted", "moved", "confirmed", "arrived",
        "undone", "fulfilled", "mistaken", "requested", "declined", "requested", "cancelled",
    ]  # fmt: skip
    assert {f"appointment.{name}" for name in names(db)} | {
        "appointment.missed",
        "appointment.arrived_late",
    } == set(bookings.WEBHOOK_EVENTS)
    own = [event["data"]["version"] for event in told(db) if event["data"]["appointment"] == ref]
    assert own == list(range(10))


def test_a_missed_visit_is_told(db: Database, club: SmallClub) -> None:
    listen(db, club)
    ref = book(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    with clock.replaying(clock.now() + timedelta(days=8)):
        db.run(bookings.no_show, club.he, appointment=ref)
    assert names(db)[-1] == "missed"


def test_an_event_says_what_the_api_says_and_no_name_of_a_person(
    db: Database, club: SmallClub
) -> None:
    listen(db, club)
    ref = book(db, club)
    db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[1], kind="equipment")
    client = create_app(database=db).test_client()
    shown = client.get(
        f"/api/v1/appointments/{ref}",
        headers={"Authorization": f"Bearer {club.partner_token}"},
    ).json
    event = told(db)[-1]
    assert event["data"] == shown
    assert shown["proposed_slot"] == club.slots[1]
    assert shown["answer_kind"] == "equipment"
    with db.read() as session:
        found = bookings.appointment(session, CLUB_ACTOR, ref)
    written = json.dumps(told(db), ensure_ascii=False)
    assert found.member_name not in written
    assert "wheelchair" not in written


def test_what_is_refused_is_not_told(db: Database, club: SmallClub) -> None:
    listen(db, club)
    ref = book(db, club)
    with pytest.raises(IllegalTransition):
        db.run(bookings.fulfil, club.he, appointment=ref)
    assert names(db) == ["requested"]


def test_nothing_is_written_for_a_partner_that_does_not_listen(
    db: Database, club: SmallClub
) -> None:
    ref = book(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    assert told(db) == []
    listen(db, club)
    with db.read() as session:
        (found,) = webhooks.endpoints_of(session, club.he)
    db.run(webhooks.switch_off, club.he, endpoint=found.ref)
    db.run(bookings.cancel, sun(), appointment=ref)
    assert told(db) == []


def test_telling_a_partner_takes_no_statement_more(db: Database, club: SmallClub) -> None:
    client = create_app(database=db).test_client()
    head = {"Authorization": f"Bearer {club.channel}"}
    client.get("/api/v1/services", headers=head)  # the token's stamp, once a minute

    def over_the_api(member: int) -> int:
        body = {
            "member": club.members[member],
            "offering": club.offering,
            "slot": club.slots[member],
        }
        key = {**head, "Idempotency-Key": f"k{member}"}
        with statements() as counted:
            assert client.post("/api/v1/appointments", json=body, headers=key).status_code == 201
        return len(counted)

    over_the_api(0)
    alone = over_the_api(1)
    listen(db, club)
    client.get("/api/v1/services", headers=head)  # whose process learns that somebody listens now
    assert over_the_api(2) == alone
    assert names(db) == ["requested"]
