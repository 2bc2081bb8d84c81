"""Deliveries: an event on its way to one address. The event is spread over the addresses that chose
it, and each attempt is noted where the partner reads of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from vipclub.core import clock, outbox
from vipclub.core.db import Database
from vipclub.core.outbox import Entry, Item, Record
from vipclub.core.rows import row_as
from vipclub.core.types import new_ref
from vipclub.partners.models import Partner
from vipclub.partners.webhooks.events import DELIVERY, listens_to
from vipclub.partners.webhooks.models import WebhookDelivery, WebhookEndpoint
from vipclub.partners.webhooks.steps import SEND, SWITCH_OFF

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]
_delivery: Table = WebhookDelivery.__table__  # type: ignore[assignment]


def spread_event(database: Database, item: Item) -> Record:
    """The outbox's handler of an event: a delivery for each address that is on and chose its exact
    name, made in the transaction that marks the event as done."""
    told = item.payload

    def write(session: Session) -> None:
        found = session.execute(
            select(_endpoint.c.id, _endpoint.c.events).where(
                _endpoint.c.partner_id == told["partner"], SWITCH_OFF.at(_endpoint.c.state)
            )
        )
        listening = [row.id for row in found if listens_to(row.events, told["event"])]
        put_deliveries(
            session,
            listening,
            event=told["event"],
            subject=item.subject,
            event_id=told["event_id"],
            body=told["body"],
        )

    return write


def put_deliveries(
    session: Session,
    endpoint_ids: list[int],
    *,
    event: str,
    subject: tuple[str, str],
    event_id: str,
    body: str,
) -> None:
    """One event on its way to addresses. Two statements, none for no address."""
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "public_ref": new_ref("V"),
            "endpoint_id": endpoint_id,
            "event_id": event_id,
            "event": event,
            "subject_ref": subject[1],
            "body": body,
            "state": SEND.target,
            "attempts": 0,
            "created_at": now,
            "next_at": now,
        }
        for endpoint_id in endpoint_ids
    ]
    if rows:
        session.execute(insert(_delivery), rows)
        outbox.put_many(session, [on_its_way(row["public_ref"]) for row in rows])


def on_its_way(delivery: str) -> Entry:
    """The outbox's row of a delivery."""
    return Entry(DELIVERY, ("webhook", delivery), {"delivery": delivery})


@dataclass(frozen=True, slots=True)
class Underway:
    """A delivery with the address that it goes to, as an attempt needs them."""

    id: int
    state: str
    event_id: str
    body: str = field(repr=False)
    attempts: int
    endpoint_id: int
    endpoint: str
    url: str
    partner: str
    endpoint_state: str
    secret: bytes = field(repr=False)
    previous_secret: bytes | None = field(repr=False)
    previous_until: datetime | None
    failing_since: datetime | None
    failures: int
    resting_until: datetime | None


def find_underway(session: Session, delivery: str) -> Underway | None:
    """The delivery by its reference; None when the log has forgotten it. One statement."""
    row = session.execute(
        select(
            _delivery.c.id,
            _delivery.c.state,
            _delivery.c.event_id,
            _delivery.c.body,
            _delivery.c.attempts,
            _delivery.c.endpoint_id,
            _endpoint.c.public_ref.label("endpoint"),
            _endpoint.c.url,
            Partner.public_ref.label("partner"),
            _endpoint.c.state.label("endpoint_state"),
            _endpoint.c.secret,
            _endpoint.c.previous_secret,
            _endpoint.c.previous_until,
            _endpoint.c.failing_since,
            _endpoint.c.failures,
            _endpoint.c.resting_until,
        )
        .join(_endpoint, _endpoint.c.id == _delivery.c.endpoint_id)
        .join(Partner, Partner.id == _endpoint.c.partner_id)
        .where(_delivery.c.public_ref == delivery)
    ).one_or_none()
    return None if row is None else row_as(Underway, row)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `problem` is empty for a success; `gone` is an answer 410."""

    at: datetime
    answer: int | None = None
    problem: str = ""
    gone: bool = False


def note_attempt(session: Session, row: Underway, outcome: Outcome, **values: object) -> None:
    """What the attempt came to, in the partner's log."""
    session.execute(
        update(_delivery)
        .where(_delivery.c.id == row.id)
        .values(
            attempts=row.attempts + 1,
            attempted_at=outcome.at,
            answer=outcome.answer,
            problem=outcome.problem or None,
            **values,
        )
    )
