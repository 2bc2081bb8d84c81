"""Sending a delivery: the address is called once, and what came back is recorded; and the outbox's
two handlers.

Sent first and marked second: killed between the two, the same event comes again with the same id,
which is what `webhook-id` is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.db import Database
from vipclub.core.dialling import CallFailed, Dialer
from vipclub.core.outbox import Handler, Item, NotNow, Record
from vipclub.partners.webhooks import signing
from vipclub.partners.webhooks.addresses import address_of
from vipclub.partners.webhooks.deliveries import (
    Outcome,
    Underway,
    find_underway,
    note_attempt,
    spread_event,
)
from vipclub.partners.webhooks.events import DELIVERY, TOLD
from vipclub.partners.webhooks.models import WebhookDelivery, WebhookEndpoint
from vipclub.partners.webhooks.refusals import AddressNotAccepted
from vipclub.partners.webhooks.retrying import after_failure
from vipclub.partners.webhooks.steps import DELIVER, GIVE_UP, SHUT_OFF

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]
AGENT = "vipclub-webhooks/1"
_delivery: Table = WebhookDelivery.__table__  # type: ignore[assignment]


def handlers(*, loopback: bool = False, dialer: Dialer | None = None) -> Mapping[str, Handler]:
    """What the outbox does with an event and with a delivery; `loopback` in development only."""
    return {TOLD: spread_event, DELIVERY: Sender(dialer or Dialer(loopback=loopback))}


@dataclass(frozen=True)
class Sender:
    """The handler of deliveries."""

    dialer: Dialer

    def __call__(self, database: Database, item: Item) -> Record | None:
        """Raises NotNow with what is recorded while there are attempts left."""
        with database.read() as session:
            row = find_underway(session, item.payload["delivery"])
            secrets = _secrets(session, row, clock.now()) if row else []
        if row is None or row.state not in DELIVER.sources:  # forgotten meanwhile, or delivered
            return None
        now = clock.now()
        if row.endpoint_state == SHUT_OFF.target:
            return _given_up(row, now, "off")
        if row.resting_until is not None and row.resting_until > now:
            raise NotNow(row.resting_until, "the address rests", _waits_for(row))
        outcome = self._attempt(row, secrets, now)
        if not outcome.problem:
            return _delivered(row, outcome)
        return after_failure(row, outcome)

    def _attempt(self, row: Underway, secrets: list[str], now: datetime) -> Outcome:
        body = row.body.encode()
        if not secrets:
            return Outcome(now, problem="secret")
        signed = signing.headers(secrets, row.event_id, int(now.timestamp()), body)
        signed["User-Agent"] = AGENT
        try:
            address = address_of(row.url, loopback=self.dialer.loopback)
            answer = self.dialer.post(address, body, signed)
        except AddressNotAccepted:
            return Outcome(now, problem="address")
        except CallFailed as failed:
            return Outcome(now, failed.answer, failed.problem, gone=failed.answer == 410)
        return Outcome(now, answer)


def _secrets(session: Session, row: Underway, now: datetime) -> list[str]:
    """The secrets in force, the newest first; none when the key that sealed them is gone."""
    cipher = cipher_of(session)
    sealed = [row.secret]
    before, until = row.previous_secret, row.previous_until
    if before is not None and until is not None and until > now:
        sealed.append(before)
    try:
        return [cipher.unseal("webhook_endpoint.secret", row.endpoint, blob) for blob in sealed]
    except FieldDamaged:
        return []


def _delivered(row: Underway, outcome: Outcome) -> Record:
    def write(session: Session) -> None:
        note_attempt(
            session, row, outcome, state=DELIVER.target, finished_at=outcome.at, next_at=None
        )
        session.execute(
            update(_endpoint)
            .where(_endpoint.c.id == row.endpoint_id)
            .values(succeeded_at=outcome.at, failing_since=None, failures=0, resting_until=None)
        )

    return write


def _waits_for(row: Underway) -> Record:
    """The address rests: the partner's log says until when."""

    def write(session: Session) -> None:
        session.execute(
            update(_delivery).where(_delivery.c.id == row.id).values(next_at=row.resting_until)
        )

    return write


def _given_up(row: Underway, at: datetime, problem: str) -> Record:
    """Nothing was sent."""

    def write(session: Session) -> None:
        session.execute(
            update(_delivery)
            .where(_delivery.c.id == row.id, GIVE_UP.at(_delivery.c.state))
            .values(state=GIVE_UP.target, problem=problem, finished_at=at, next_at=None)
        )

    return write
