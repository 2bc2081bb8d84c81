"""Endpoints: the addresses that a partner wants to be told at. It adds one, chooses its events,
rotates its secret, and tries it out by a ping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import columns_of, row_as
from vipclub.core.types import new_ref, parse_ref
from vipclub.partners.catalogue.partners import visible_to
from vipclub.partners.models import Partner
from vipclub.partners.webhooks import signing
from vipclub.partners.webhooks.addresses import address_of
from vipclub.partners.webhooks.deliveries import put_deliveries
from vipclub.partners.webhooks.events import PING, all_events, written
from vipclub.partners.webhooks.models import WebhookEndpoint
from vipclub.partners.webhooks.refusals import (
    EndpointExists,
    EndpointIsOff,
    EventsNotAccepted,
    TooManyEndpoints,
)
from vipclub.partners.webhooks.steps import ADD, ENDPOINT_STEPS, SWITCH_OFF

MOST_ON = 10
BOTH_FOR = timedelta(hours=24)
"""How long the secret before a rotation signs along."""

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret as it is shown, once; `both_until` is when the one before ends."""

    endpoint: str
    url: str
    secret: str = field(repr=False)
    both_until: datetime | None = None


def add_endpoint(
    session: Session,
    actor: Actor,
    *,
    partner: str,
    url: str,
    events: Sequence[str],
    loopback: bool = False,
) -> NewSecret:
    """A new address, switched on. Raises AddressNotAccepted, EventsNotAccepted, EndpointExists,
    TooManyEndpoints, NotFound, Forbidden."""
    now = clock.now()
    ENDPOINT_STEPS.require(ADD, actor)
    address = address_of(url, loopback=loopback)
    chosen = _known(events)
    partner_id = _locked_partner(session, actor, partner)
    taken = select(_endpoint.c.id).where(
        _endpoint.c.partner_id == partner_id, _endpoint.c.url == address.url
    )
    if session.execute(taken).first():
        raise EndpointExists()
    refuse_too_many(session, partner_id)
    ref, secret = new_ref("W"), signing.new_secret()
    session.execute(
        insert(_endpoint),
        {
            "public_ref": ref,
            "partner_id": partner_id,
            "url": address.url,
            "events": chosen,
            "secret": cipher_of(session).seal("webhook_endpoint.secret", ref, secret),
            "state": ADD.target,
            "failures": 0,
            "created_at": now,
        },
    )
    after = {"url": address.url, "events": chosen, "partner": partner}
    audit.write(session, actor, "webhook.add", subject=("webhook", ref), after=after, at=now)
    return NewSecret(ref, address.url, secret)


def choose_events(session: Session, actor: Actor, *, endpoint: str, events: Sequence[str]) -> None:
    """What the address is told about from now on. Raises EventsNotAccepted, NotFound, Forbidden."""
    found = find_endpoint(session, actor, endpoint)
    chosen = _known(events)
    if chosen != found.events:
        change_endpoint(session, found, events=chosen)
        audit.write(
            session,
            actor,
            "webhook.choose",
            subject=("webhook", found.public_ref),
            before=found.events,
            after=chosen,
        )


def rotate_secret(session: Session, actor: Actor, *, endpoint: str) -> NewSecret:
    """A new secret; the one before signs along for a day, so that nothing is missed meanwhile.
    Raises NotFound, Forbidden."""
    now = clock.now()
    found = find_endpoint(session, actor, endpoint)
    ref, secret = found.public_ref, signing.new_secret()
    change_endpoint(
        session,
        found,
        secret=cipher_of(session).seal("webhook_endpoint.secret", ref, secret),
        previous_secret=found.secret,
        previous_until=now + BOTH_FOR,
    )
    audit.write(session, actor, "webhook.rotate", subject=("webhook", ref), at=now)
    return NewSecret(ref, found.url, secret, now + BOTH_FOR)


def send_ping(session: Session, actor: Actor, *, endpoint: str) -> None:
    """An event that says nothing, to try the address out. Raises EndpointIsOff, NotFound,
    Forbidden."""
    now = clock.now()
    found = find_endpoint(session, actor, endpoint)
    if found.state == SWITCH_OFF.target:
        raise EndpointIsOff()
    change_endpoint(session, found, resting_until=None)
    put_deliveries(
        session,
        [found.id],
        event=PING,
        subject=("webhook", found.public_ref),
        **written(PING, at=now, data={}),
    )


def _known(events: Sequence[str]) -> list[str]:
    """The chosen events in the order of the list, each once."""
    if not events or not set(events) <= set(all_events()):
        raise EventsNotAccepted()
    return [name for name in all_events() if name in set(events)]


def _locked_partner(session: Session, actor: Actor, ref: str) -> int:
    statement = select(Partner.id).where(
        Partner.public_ref == parse_ref(ref, "P"), visible_to(actor)
    )
    found = session.execute(for_no_key_update(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return int(found)


def refuse_too_many(session: Session, partner_id: int) -> None:
    """Raises TooManyEndpoints when one more address of the partner can't be switched on."""
    count = select(func.count()).where(
        _endpoint.c.partner_id == partner_id, SWITCH_OFF.at(_endpoint.c.state)
    )
    if session.execute(count).scalar_one() >= MOST_ON:
        raise TooManyEndpoints(most=MOST_ON)


@dataclass(frozen=True, slots=True)
class LockedEndpoint:
    """An address as it is kept, under its lock."""

    id: int
    public_ref: str
    partner_id: int
    url: str
    events: list[str]
    secret: bytes = field(repr=False)
    state: str


def find_endpoint(session: Session, actor: Actor, ref: str) -> LockedEndpoint:
    """An address of a partner that this actor may act for, locked until the transaction ends. One
    statement. Raises NotFound, MalformedRef, Forbidden."""
    actor.require(Permission.WEBHOOK_CHANGE)
    statement = (
        select(*columns_of(LockedEndpoint, _endpoint))
        .join(Partner, Partner.id == _endpoint.c.partner_id)
        .where(_endpoint.c.public_ref == parse_ref(ref, "W"), visible_to(actor))
    )
    row = session.execute(for_no_key_update(statement, of=_endpoint)).one_or_none()
    if row is None:
        raise NotFound()
    return row_as(LockedEndpoint, row)


def change_endpoint(session: Session, found: LockedEndpoint, **values: object) -> None:
    """Write columns of an address that is locked. One statement."""
    session.execute(update(_endpoint).where(_endpoint.c.id == found.id).values(**values))
