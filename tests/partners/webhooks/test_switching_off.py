"""An address is switched off by itself, and its partner is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.partners.webhooks.events_sent import (
    add,
    deliver,
    happen,
    log,
    make_due,
    the_endpoint,
    trail,
)
from tests.partners.webhooks.receiver import Receiver
from tests.web.staff import an_account
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
