"""A partner's system is told what happens: signed, once, and again after a failure, for days."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.partners.receiver import Receiver
from tests.partners.telling import (
    CONFIRMED,
    add,
    deliver,
    happen,
    log,
    make_due,
    the_endpoint,
    trail,
)
from tests.web.staff import an_account
from vipclub import messages
from vipclub.accounts import Account
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.partners import webhooks
from vipclub.partners.webhooks import (
    EndpointIsOff,
)


def test_an_event_comes_once_signed_with_the_partner_s_secret(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    made = add(db, partner, receiver)
    happen(db, partner)
    assert deliver(db).done == 2
    assert deliver(db).total == 0
    (call,) = receiver.calls
    assert call.path == "/club?from=vip"
    assert call.headers["content-type"] == "application/json"
    assert call.signed_by(made.secret)
    assert not call.signed_by("whsec_" + "A" * 43 + "=")
    assert abs(call.timestamp - time.time()) < 60
    assert call.content.keys() == {"type", "id", "timestamp", "data"}
    assert (call.content["type"], call.content["id"]) == (CONFIRMED, call.event_id)
    (row,) = log(db, clerk)
    assert (row.state, row.attempts, row.answer, row.event_id) == (
        "delivered", 1, 200, call.event_id
    )  # fmt: skip


def test_only_what_was_committed_is_told(db: Database, partner: str, receiver: Receiver) -> None:
    add(db, partner, receiver)

    def breaks(session: Session) -> None:
        told = webhooks.entry(
            CONFIRMED, partner_id=1, subject=("appointment", "A-1"), at=clock.now(), data={}
        )
        outbox.put_many(session, [told])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.run(breaks)
    assert deliver(db).total == 0


def test_pain_52_a_retry_has_the_same_id_and_body_and_its_own_time_in_the_header(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add(db, partner, receiver)
    receiver.answers = [500, 503, 200]
    with clock.replaying(clock.now() - timedelta(hours=1)):
        happen(db, partner)
        deliver(db)
    make_due(db)
    deliver(db)
    make_due(db)
    deliver(db)
    first, second, third = receiver.calls
    assert first.event_id == second.event_id == third.event_id
    assert first.body == second.body == third.body
    assert second.timestamp - first.timestamp > 3000
    (row,) = log(db, clerk)
    assert (row.state, row.attempts, row.answer) == ("delivered", 3, 200)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (["appointment.moved"], ["appointment.moved"]),
        (["appointment.confirmed", "appointment.missed"], ["appointment.confirmed"]),
    ],
)
def test_pain_53_events_are_matched_by_their_whole_name(
    db: Database, partner: str, receiver: Receiver, chosen: list[str], told: list[str]
) -> None:
    add(db, partner, receiver, chosen)
    for event in ("appointment", "appointment.move", "appointment.moved", "moved", CONFIRMED, ""):
        happen(db, partner, event)
    deliver(db)
    assert [call.content["type"] for call in receiver.calls] == told


@pytest.mark.parametrize(
    ("answer", "problem", "status"),
    [(500, "status", 500), (302, "redirect", 302), ("slow", "late", None), (404, "status", 404)],
)
def test_what_fails_is_tried_again_and_says_why(
    db: Database,
    partner: str,
    receiver: Receiver,
    clerk: Actor,
    answer: int | str,
    problem: str,
    status: int | None,
) -> None:
    add(db, partner, receiver)
    receiver.answers = [answer]
    happen(db, partner)
    deliver(db, seconds=0.4)
    (row,) = log(db, clerk)
    assert (row.state, row.attempts, row.problem, row.answer) == ("waiting", 1, problem, status)
    assert row.next_at is not None
    assert row.next_at > clock.now()


def test_an_event_is_given_up_after_three_days_and_can_be_sent_again(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add(db, partner, receiver)
    receiver.answers = [500]
    happen(db, partner)
    start, moment = clock.now(), clock.now()
    while (row := (log(db, clerk) or [None])[0]) is None or row.state == "waiting":
        with clock.replaying(moment):
            deliver(db)
        with db.read() as session:
            waiting = select(OutboxRow.due_at).where(OutboxRow.state == "waiting")
            moment = session.execute(waiting).scalar() or moment
    assert (row.state, row.attempts) == ("failed", 10)
    assert timedelta(days=2) < moment - start < timedelta(days=5)
    with db.read() as session:
        assert outbox.lag(session).dead == 0  # the partner's trouble is no dead letter of ours
    receiver.answers = [204]
    db.run(webhooks.send_again, clerk, delivery=row.ref)
    deliver(db)
    assert receiver.calls[-1].event_id == receiver.calls[0].event_id
    assert receiver.calls[-1].body == receiver.calls[0].body
    assert log(db, clerk)[0].state == "delivered"


def test_an_answer_410_switches_the_address_off_at_once(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    made = add(db, partner, receiver)
    receiver.answers = [410]
    happen(db, partner)
    happen(db, partner)
    deliver(db)
    assert len(receiver.calls) == 1
    found = the_endpoint(db, clerk)
    assert (found.state, found.off_reason) == ("off", "gone")
    assert {row.state for row in log(db, clerk)} == {"failed"}
    assert trail(db) == ["webhook.add", "webhook.switch_off"]
    with pytest.raises(EndpointIsOff):
        db.run(webhooks.send_again, clerk, delivery=log(db, clerk)[0].ref)
    happen(db, partner)
    deliver(db)
    assert len(receiver.calls) == 1
    receiver.answers = [200]
    db.run(webhooks.switch_on, clerk, endpoint=made.endpoint)
    happen(db, partner)
    deliver(db)
    assert len(receiver.calls) == 2


def test_an_address_that_fails_for_five_days_is_switched_off(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add(db, partner, receiver)
    receiver.answers = [500]
    for day in range(7):
        with clock.replaying(clock.now() + timedelta(days=day)):
            happen(db, partner)
            make_due(db)
            deliver(db)
        found = the_endpoint(db, clerk)
        assert (found.state == "off") == (day >= 5), day
    assert found.off_reason == "failing"


def test_the_partner_is_told_that_its_address_was_switched_off(
    db: Database, partner: str, receiver: Receiver, clerk: Actor, mail: Any
) -> None:
    for name, ref in (("he", partner), ("other", "P-00000-00000-0"), ("left", partner)):
        last = an_account(db, "partner", login=f"{name}@partner.example", scopes=[("partner", ref)])
    gone = update(Account).where(Account.public_ref == last.public_ref).values(state="disabled")
    db.run(lambda session: session.execute(gone))
    made = add(db, partner, receiver)
    receiver.answers = [410]
    happen(db, partner)
    deliver(db)
    sender = messages.sender(
        mail.url, folder=Path(), host="club.example", base_url="https://club.example"
    )
    assert outbox.deliver(db, {"message": sender}, by="test").done == 1
    (letter,) = mail.messages
    assert letter["To"] == "Somebody partner <he@partner.example>"
    text = letter.get_body(("plain",)).get_content()
    assert "answered 410" in text
    assert f"https://club.example/partner/webhooks/{made.endpoint}" in text


def test_one_success_ends_the_count_of_days(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add(db, partner, receiver)
    for day in range(7):
        receiver.answers = [200 if day == 3 else 500]
        with clock.replaying(clock.now() + timedelta(days=day)):
            happen(db, partner)
            make_due(db)
            deliver(db)
    assert the_endpoint(db, clerk).state == "on"


def test_an_address_that_fails_rests_and_delays_nobody(
    db: Database, partner: str, clerk: Actor
) -> None:
    with Receiver([500]) as bad, Receiver() as good:
        add(db, partner, bad)
        add(db, partner, good)
        for number in range(8):
            happen(db, partner, subject=f"A-{number}")
        deliver(db)
        assert len(good.calls) == 8
        assert len(bad.calls) == 3  # then it rests
        assert all(row.next_at for row in log(db, clerk) if row.state == "waiting")


def test_the_job_tells_partners(db: Database, partner: str, receiver: Receiver) -> None:
    from jobs import deliver_webhooks
    from vipclub.settings import Settings

    add(db, partner, receiver)
    happen(db, partner)
    told = deliver_webhooks.run(db, Settings.load())
    assert told is not None
    assert told["done"] == 2
    assert len(receiver.calls) == 1
