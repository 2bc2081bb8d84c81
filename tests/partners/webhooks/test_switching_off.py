"""An address is switched off by itself, and its partner is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.partners.webhooks.events_sent import (
    add_endpoint,
    audited_webhook_actions,
    deliver_webhooks,
    delivery_log,
    make_retries_due,
    only_endpoint,
    queue_event,
)
from tests.partners.webhooks.receiver import Receiver
from tests.web.signing_in import an_account
from vipclub import messages
from vipclub.accounts import Account
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partners import webhooks
from vipclub.partners.webhooks import EndpointIsOff


def test_an_answer_410_switches_the_address_off_at_once(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    made = add_endpoint(db, partner, receiver)
    receiver.answers = [410]
    queue_event(db, partner)
    queue_event(db, partner)
    deliver_webhooks(db)
    assert len(receiver.calls) == 1
    found = only_endpoint(db, clerk)
    assert (found.state, found.off_reason) == ("off", "gone")
    assert {row.state for row in delivery_log(db, clerk)} == {"failed"}
    assert audited_webhook_actions(db) == ["webhook.add", "webhook.switch_off"]
    with pytest.raises(EndpointIsOff):
        db.run(webhooks.send_again, clerk, delivery=delivery_log(db, clerk)[0].ref)
    queue_event(db, partner)
    deliver_webhooks(db)
    assert len(receiver.calls) == 1
    receiver.answers = [200]
    db.run(webhooks.switch_on, clerk, endpoint=made.endpoint)
    queue_event(db, partner)
    deliver_webhooks(db)
    assert len(receiver.calls) == 2


def test_an_address_that_fails_for_five_days_is_switched_off(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    receiver.answers = [500]
    for day in range(7):
        with clock.replaying(clock.now() + timedelta(days=day)):
            queue_event(db, partner)
            make_retries_due(db)
            deliver_webhooks(db)
        found = only_endpoint(db, clerk)
        assert (found.state == "off") == (day >= 5), day
    assert found.off_reason == "failing"


def test_the_partner_is_told_that_its_address_was_switched_off(
    db: Database, partner: str, receiver: Receiver, clerk: Actor, mail: Any
) -> None:
    for name, ref in (("he", partner), ("other", "P-00000-00000-0"), ("left", partner)):
        last = an_account(db, "partner", login=f"{name}@partner.example", scopes=[("partner", ref)])
    gone = update(Account).where(Account.public_ref == last.public_ref).values(state="disabled")
    db.run(lambda session: session.execute(gone))
    made = add_endpoint(db, partner, receiver)
    receiver.answers = [410]
    queue_event(db, partner)
    deliver_webhooks(db)
    sender = messages.sender(
        mail.url, folder=Path(), host="club.example", base_url="https://club.example"
    )
    assert outbox.deliver(db, {"message": sender}, by="test").done == 1
    (letter,) = mail.messages
    assert letter["To"] == "Somebody partner <he@partner.example>"
    text = letter.get_body(("plain",)).get_content()
    assert "answered 410" in text
    assert f"https://club.example/partner/webhooks/{made.endpoint}" in text
