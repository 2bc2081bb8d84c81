"""What failed is tried again, for days, and once more when the partner asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.partners.webhooks.events_sent import (
    add_endpoint,
    deliver_webhooks,
    delivery_log,
    make_retries_due,
    only_endpoint,
    queue_event,
)
from tests.partners.webhooks.receiver import Receiver
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.core.outbox_backlog import backlog
from vipclub.partners import webhooks
from vipclub.partners.webhooks import StillWaiting


def test_what_is_still_being_tried_is_not_sent_twice_at_once(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    receiver.answers = [500]
    queue_event(db, partner)
    deliver_webhooks(db)
    with pytest.raises(StillWaiting):
        db.run(webhooks.send_again, clerk, delivery=delivery_log(db, clerk)[0].ref)


@pytest.mark.pain(52)
def test_a_retry_has_the_same_id_and_body_and_its_own_time_in_the_header(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    receiver.answers = [500, 503, 200]
    with clock.replaying(clock.now() - timedelta(hours=1)):
        queue_event(db, partner)
        deliver_webhooks(db)
    make_retries_due(db)
    deliver_webhooks(db)
    make_retries_due(db)
    deliver_webhooks(db)
    first, second, third = receiver.calls
    assert first.event_id == second.event_id == third.event_id
    assert first.body == second.body == third.body
    assert second.timestamp - first.timestamp > 3000
    (row,) = delivery_log(db, clerk)
    assert (row.state, row.attempts, row.answer) == ("delivered", 3, 200)


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
    add_endpoint(db, partner, receiver)
    receiver.answers = [answer]
    queue_event(db, partner)
    deliver_webhooks(db, seconds=0.4)
    (row,) = delivery_log(db, clerk)
    assert (row.state, row.attempts, row.problem, row.answer) == ("waiting", 1, problem, status)
    assert row.next_at is not None
    assert row.next_at > clock.now()


def test_an_event_is_given_up_after_three_days_and_can_be_sent_again(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    receiver.answers = [500]
    queue_event(db, partner)
    start, moment = clock.now(), clock.now()
    while (row := (delivery_log(db, clerk) or [None])[0]) is None or row.state == "waiting":
        with clock.replaying(moment):
            deliver_webhooks(db)
        with db.read() as session:
            waiting = select(OutboxRow.due_at).where(OutboxRow.state == "waiting")
            moment = session.execute(waiting).scalar() or moment
    assert (row.state, row.attempts) == ("failed", 10)
    assert timedelta(days=2) < moment - start < timedelta(days=5)
    with db.read() as session:
        assert all(
            kind.dead == 0 for kind in backlog(session).values()
        )  # the partner's trouble is no dead letter of ours
    receiver.answers = [204]
    db.run(webhooks.send_again, clerk, delivery=row.ref)
    deliver_webhooks(db)
    assert receiver.calls[-1].event_id == receiver.calls[0].event_id
    assert receiver.calls[-1].body == receiver.calls[0].body
    assert delivery_log(db, clerk)[0].state == "delivered"


def test_one_success_ends_the_count_of_days(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    for day in range(7):
        receiver.answers = [200 if day == 3 else 500]
        with clock.replaying(clock.now() + timedelta(days=day)):
            queue_event(db, partner)
            make_retries_due(db)
            deliver_webhooks(db)
    assert only_endpoint(db, clerk).state == "on"


def test_an_address_that_fails_rests_and_delays_nobody(
    db: Database, partner: str, clerk: Actor
) -> None:
    with Receiver([500]) as bad, Receiver() as good:
        add_endpoint(db, partner, bad)
        add_endpoint(db, partner, good)
        for number in range(8):
            queue_event(db, partner, subject=f"A-{number}")
        deliver_webhooks(db)
        assert len(good.calls) == 8
        assert len(bad.calls) == 3  # then it rests
        assert all(row.next_at for row in delivery_log(db, clerk) if row.state == "waiting")
