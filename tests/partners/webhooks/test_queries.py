"""The log that a partner sees."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.partners.webhooks.events_sent import add_endpoint, deliver_webhooks, queue_event
from tests.partners.webhooks.receiver import Receiver
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partners import WebhookDelivery, webhooks


def test_the_log_is_forgotten_after_thirty_days(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    with clock.replaying(clock.now() - timedelta(days=31)):
        queue_event(db, partner)
        deliver_webhooks(db)
    queue_event(db, partner)
    deliver_webhooks(db)
    assert db.run(webhooks.forget_delivered) == 1
    with db.read() as session:
        assert len(session.execute(select(WebhookDelivery.id)).all()) == 1
