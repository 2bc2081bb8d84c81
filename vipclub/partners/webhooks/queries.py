"""What a partner sees of its addresses and of what was sent there; and whether anybody listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.reference_data import Source, reference
from vipclub.core.types import parse_ref
from vipclub.partners.catalogue.partners import visible_to
from vipclub.partners.models import Partner
from vipclub.partners.webhooks.models import WebhookDelivery, WebhookEndpoint

KEPT = timedelta(days=30)
"""How long the log is kept."""

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]
_delivery: Table = WebhookDelivery.__table__  # type: ignore[assignment]
_partner: Table = Partner.__table__  # type: ignore[assignment]

_with_an_address = select(_endpoint.c.partner_id).where(_endpoint.c.state == "on")
LISTENING: Source[frozenset[int]] = Source(
    "partners_that_listen",
    (_endpoint,),
    lambda session: frozenset(session.scalars(_with_an_address)),
)


def listening(session: Session) -> frozenset[int]:
    """Ids of partners with an address that is on: an event for nobody costs nothing."""
    return reference(session, LISTENING)


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An address as its keeper sees it: never the secret."""

    ref: str
    url: str
    events: list[str]
    state: str
    off_reason: str | None
    off_at: datetime | None
    failing_since: datetime | None
    failures: int
    succeeded_at: datetime | None
    both_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """An event for an address: how often it was tried and what came back."""

    ref: str
    endpoint: str
    url: str
    endpoint_on: bool
    event_id: str
    event: str
    subject: str
    state: str
    attempts: int
    answer: int | None
    problem: str | None
    created_at: datetime
    attempted_at: datetime | None
    next_at: datetime | None


_view = select(
    _endpoint.c.public_ref,
    _endpoint.c.url,
    _endpoint.c.events,
    _endpoint.c.state,
    _endpoint.c.off_reason,
    _endpoint.c.off_at,
    _endpoint.c.failing_since,
    _endpoint.c.failures,
    _endpoint.c.succeeded_at,
    _endpoint.c.previous_until,
    _endpoint.c.created_at,
).join(_partner, _partner.c.id == _endpoint.c.partner_id)


def endpoints_of(session: Session, actor: Actor) -> list[EndpointView]:
    """All addresses, those that are on first. One statement. Raises Forbidden."""
    actor.require(Permission.WEBHOOK_CHANGE)
    rows = session.execute(
        _view.where(visible_to(actor)).order_by(_endpoint.c.state.desc(), _endpoint.c.id)
    )
    return [EndpointView(*row) for row in rows]


def endpoint(session: Session, actor: Actor, ref: str) -> EndpointView:
    """One address. One statement. Raises NotFound, MalformedRef, Forbidden."""
    actor.require(Permission.WEBHOOK_CHANGE)
    row = session.execute(
        _view.where(_endpoint.c.public_ref == parse_ref(ref, "W"), visible_to(actor))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return EndpointView(*row)


def deliveries_of(
    session: Session,
    actor: Actor,
    *,
    endpoint: str | None = None,
    state: str | None = None,
    limit: int = 50,
) -> list[DeliveryView]:
    """What was sent, the latest first. One statement. Raises Forbidden, MalformedRef."""
    actor.require(Permission.WEBHOOK_CHANGE)
    statement = (
        select(
            _delivery.c.public_ref,
            _endpoint.c.public_ref,
            _endpoint.c.url,
            _endpoint.c.state == "on",
            _delivery.c.event_id,
            _delivery.c.event,
            func.coalesce(_delivery.c.subject_ref, ""),
            _delivery.c.state,
            _delivery.c.attempts,
            _delivery.c.answer,
            _delivery.c.problem,
            _delivery.c.created_at,
            _delivery.c.attempted_at,
            _delivery.c.next_at,
        )
        .join(_endpoint, _endpoint.c.id == _delivery.c.endpoint_id)
        .join(_partner, _partner.c.id == _endpoint.c.partner_id)
        .where(visible_to(actor))
        .order_by(_delivery.c.created_at.desc(), _delivery.c.id.desc())
        .limit(limit)
    )
    if endpoint is not None:
        statement = statement.where(_endpoint.c.public_ref == parse_ref(endpoint, "W"))
    if state is not None:
        statement = statement.where(_delivery.c.state == state)
    return [DeliveryView(*row) for row in session.execute(statement)]


def forget_delivered(session: Session, *, batch: int = 2000) -> int:
    """Remove some of the log that ended over KEPT ago; gives how many."""
    old = (
        select(_delivery.c.id)
        .where(_delivery.c.finished_at < clock.now() - KEPT)
        .order_by(_delivery.c.finished_at)
        .limit(batch)
    )
    return session.connection().execute(delete(_delivery).where(_delivery.c.id.in_(old))).rowcount
