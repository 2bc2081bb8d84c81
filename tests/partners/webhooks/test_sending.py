"""A partner's system is told what happens: signed, once, and only what it chose."""

from __future__ import annotations

import time

import pytest
from sqlalchemy.orm import Session

from tests.partners.webhooks.events_sent import (
    CONFIRMED,
    add_endpoint,
    deliver_webhooks,
    delivery_log,
    queue_event,
)
from tests.partners.webhooks.receiver import Receiver
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partners import webhooks


def test_an_event_comes_once_signed_with_the_partner_s_secret(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    made = add_endpoint(db, partner, receiver)
    queue_event(db, partner)
    assert deliver_webhooks(db).done == 2
    assert deliver_webhooks(db).total == 0
    (call,) = receiver.calls
    assert call.path == "/club?from=vip"
    assert call.headers["content-type"] == "application/json"
    assert call.signed_by(made.secret)
    assert not call.signed_by("whsec_" + "A" * 43 + "=")
    assert abs(call.timestamp - time.time()) < 60
    assert call.content.keys() == {"type", "id", "timestamp", "data"}
    assert (call.content["type"], call.content["id"]) == (CONFIRMED, call.event_id)
    (row,) = delivery_log(db, clerk)
    assert (row.state, row.attempts, row.answer, row.event_id) == (
        "delivered", 1, 200, call.event_id
    )  # fmt: skip


@pytest.mark.promise("P22")
def test_only_what_was_committed_is_told(db: Database, partner: str, receiver: Receiver) -> None:
    add_endpoint(db, partner, receiver)

    def breaks(session: Session) -> None:
        told = webhooks.entry(
            CONFIRMED, partner_id=1, subject=("appointment", "A-1"), at=clock.now(), data={}
        )
        outbox.put_many(session, [told])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.run(breaks)
    assert deliver_webhooks(db).total == 0


@pytest.mark.pain(53)
@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (["appointment.moved"], ["appointment.moved"]),
        (["appointment.confirmed", "appointment.missed"], ["appointment.confirmed"]),
    ],
)
def test_events_are_matched_by_their_whole_name(
    db: Database, partner: str, receiver: Receiver, chosen: list[str], told: list[str]
) -> None:
    add_endpoint(db, partner, receiver, chosen)
    for event in ("appointment", "appointment.move", "appointment.moved", "moved", CONFIRMED, ""):
        queue_event(db, partner, event)
    deliver_webhooks(db)
    assert [call.content["type"] for call in receiver.calls] == told


def test_the_job_tells_partners(db: Database, partner: str, receiver: Receiver) -> None:
    from jobs import deliver_webhooks
    from vipclub.settings import Settings

    add_endpoint(db, partner, receiver)
    queue_event(db, partner)
    told = deliver_webhooks.run(db, Settings.load())
    assert told is not None
    assert told["done"] == 2
    assert len(receiver.calls) == 1
