"""Something happens at a partner, and its system is told."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.cast import partner_actor
from tests.partners.webhooks.receiver import Receiver
from vipclub import partners
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.partners import WebhookEndpoint, webhooks
from vipclub.partners.webhooks import NewSecret
from vipclub.wiring import WEBHOOK_EVENTS

ALL_EVENTS = list(WEBHOOK_EVENTS)
CONFIRMED = "appointment.confirmed"


def add_endpoint(
    db: Database, partner: str, receiver: Receiver, events: list[str] | None = None
) -> NewSecret:
    made: NewSecret = db.run(
        webhooks.add_endpoint,
        partner_actor(partner),
        partner=partner,
        url=receiver.url,
        events=ALL_EVENTS if events is None else events,
        loopback=True,
    )
    return made


def queue_event(db: Database, partner: str, event: str = CONFIRMED, subject: str = "A-1") -> None:
    """Something happens to an appointment at the partner."""

    def write(session: Session) -> None:
        with db.read() as reading:
            partner_id = reading.execute(
                select(partners.Partner.id).where(partners.Partner.public_ref == partner)
            ).scalar_one()
        told = webhooks.entry(
            event,
            partner_id=partner_id,
            subject=("appointment", subject),
            at=clock.now(),
            data={"appointment": subject, "status": "booked"},
        )
        outbox.put_many(session, [told])

    db.run(write)


def deliver_webhooks(db: Database, seconds: float = 1.0) -> outbox.Delivered:
    dialer = webhooks.Dialer(loopback=True, seconds=seconds)
    return outbox.deliver(db, webhooks.handlers(dialer=dialer), by="test")


def make_retries_due(db: Database) -> None:
    """The pause before the next attempt is over."""
    db.run(lambda session: session.execute(update(OutboxRow).values(due_at=clock.now())))
    db.run(lambda session: session.execute(update(WebhookEndpoint).values(resting_until=None)))


def delivery_log(db: Database, clerk: Actor) -> list[webhooks.DeliveryView]:
    with db.read() as session:
        return webhooks.deliveries_of(session, clerk)


def only_endpoint(db: Database, clerk: Actor) -> webhooks.EndpointView:
    with db.read() as session:
        (found,) = webhooks.endpoints_of(session, clerk)
    return found


def audited_webhook_actions(db: Database) -> list[str]:
    with db.read() as session:
        actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id))
        return [action for action in actions if action.startswith("webhook.")]
