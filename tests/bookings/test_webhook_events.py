"""A partner's system is told of every step in the same transaction, by no statement more."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.bookings.looking import at_the_visit
from tests.cast import Thread, a_thread, sun
from tests.statements import statements
from vipclub import bookings
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import IllegalTransition
from vipclub.core.outbox import OutboxRow
from vipclub.partners import webhooks

CLUB = Actor.system("tests")


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=3)


def listen(db: Database, thread: Thread) -> None:
    """The partner has an address that is on."""
    db.run(
        webhooks.add_endpoint,
        thread.he,
        partner=thread.partner,
        url="https://partner.example/club",
        events=list(bookings.WEBHOOK_EVENTS),
    )


def book(db: Database, thread: Thread, slot: int = 0) -> str:
    made = db.run(
        bookings.book,
        CLUB,
        member=thread.members[0],
        offering=thread.offering,
        slot=thread.slots[slot],
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


def test_each_step_is_told_by_its_own_name(db: Database, thread: Thread) -> None:
    listen(db, thread)
    ref = book(db, thread)
    slots = thread.slots
    db.run(bookings.confirm, thread.he, appointment=ref)
    db.run(bookings.propose, thread.he, appointment=ref, slot=slots[1])
    db.run(bookings.accept, thread.lin, appointment=ref)
    db.run(bookings.reschedule, thread.lin, appointment=ref, slot=slots[4])
    db.run(bookings.confirm, thread.he, appointment=ref)
    with at_the_visit(db, slots[4]):
        db.run(bookings.arrive, thread.he, appointment=ref)
        db.run(bookings.undo, thread.he, appointment=ref)
        db.run(bookings.fulfil, thread.he, appointment=ref)
    db.run(bookings.enter_in_error, CLUB, appointment=ref, reason="another person")
    other = book(db, thread, 2)
    db.run(bookings.decline, thread.he, appointment=other)
    last = book(db, thread, 3)
    db.run(bookings.cancel, thread.lin, appointment=last)
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


def test_a_missed_visit_is_told(db: Database, thread: Thread) -> None:
    listen(db, thread)
    ref = book(db, thread)
    db.run(bookings.confirm, thread.he, appointment=ref)
    with clock.replaying(clock.now() + timedelta(days=8)):
        db.run(bookings.no_show, thread.he, appointment=ref)
    assert names(db)[-1] == "missed"


def test_an_event_says_what_the_api_says_and_no_name_of_a_person(
    db: Database, thread: Thread
) -> None:
    listen(db, thread)
    ref = book(db, thread)
    db.run(bookings.propose, thread.he, appointment=ref, slot=thread.slots[1], kind="equipment")
    client = create_app(database=db).test_client()
    shown = client.get(
        f"/api/v1/appointments/{ref}",
        headers={"Authorization": f"Bearer {thread.partner_token}"},
    ).json
    event = told(db)[-1]
    assert event["data"] == shown
    assert shown["proposed_slot"] == thread.slots[1]
    assert shown["answer_kind"] == "equipment"
    with db.read() as session:
        found = bookings.appointment(session, CLUB, ref)
    written = json.dumps(told(db), ensure_ascii=False)
    assert found.member_name not in written
    assert "wheelchair" not in written


def test_what_is_refused_is_not_told(db: Database, thread: Thread) -> None:
    listen(db, thread)
    ref = book(db, thread)
    with pytest.raises(IllegalTransition):
        db.run(bookings.fulfil, thread.he, appointment=ref)
    assert names(db) == ["requested"]


def test_nothing_is_written_for_a_partner_that_does_not_listen(
    db: Database, thread: Thread
) -> None:
    ref = book(db, thread)
    db.run(bookings.confirm, thread.he, appointment=ref)
    assert told(db) == []
    listen(db, thread)
    with db.read() as session:
        (found,) = webhooks.endpoints_of(session, thread.he)
    db.run(webhooks.switch_off, thread.he, endpoint=found.ref)
    db.run(bookings.cancel, sun(), appointment=ref)
    assert told(db) == []


def test_telling_a_partner_takes_no_statement_more(db: Database, thread: Thread) -> None:
    client = create_app(database=db).test_client()
    head = {"Authorization": f"Bearer {thread.channel}"}
    client.get("/api/v1/services", headers=head)  # the token's stamp, once a minute

    def over_the_api(member: int) -> int:
        body = {
            "member": thread.members[member],
            "offering": thread.offering,
            "slot": thread.slots[member],
        }
        key = {**head, "Idempotency-Key": f"k{member}"}
        with statements(at_most=12) as counted:
            assert client.post("/api/v1/appointments", json=body, headers=key).status_code == 201
        return len(counted)

    over_the_api(0)
    alone = over_the_api(1)
    listen(db, thread)
    assert over_the_api(2) == alone
    assert names(db) == ["requested"]
