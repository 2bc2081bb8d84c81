"""A partner keeps its addresses: adds, chooses events, rotates the secret, switches off and on,
tries one out, and has an event sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core import audit, clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import columns_of, row_as
from vipclub.core.types import new_ref, parse_ref
from vipclub.partners.catalogue.partners import visible_to
from vipclub.partners.models import Partner
from vipclub.partners.webhook_models import WebhookDelivery, WebhookEndpoint
from vipclub.partners.webhooks import signing
from vipclub.partners.webhooks.addresses import address_of
from vipclub.partners.webhooks.events import PING, all_events, written
from vipclub.partners.webhooks.refusals import (
    EndpointExists,
    EndpointIsOff,
    EventsNotAccepted,
    StillWaiting,
    TooManyEndpoints,
)
from vipclub.partners.webhooks.sending import on_its_way, put_deliveries
from vipclub.partners.webhooks.steps import (
    ADD,
    DELIVERY_STEPS,
    ENDPOINT_STEPS,
    SEND_AGAIN,
    SWITCH_OFF,
    SWITCH_ON,
)

MOST_ON = 10
BOTH_FOR = timedelta(hours=24)
"""How long the secret before a rotation signs along."""

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]
_delivery: Table = WebhookDelivery.__table__  # type: ignore[assignment]


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
    _refuse_too_many(session, partner_id)
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
    found = _find(session, actor, endpoint)
    chosen = _known(events)
    if chosen != found.events:
        _change(session, found, events=chosen)
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
    found = _find(session, actor, endpoint)
    ref, secret = found.public_ref, signing.new_secret()
    _change(
        session,
        found,
        secret=cipher_of(session).seal("webhook_endpoint.secret", ref, secret),
        previous_secret=found.secret,
        previous_until=now + BOTH_FOR,
    )
    audit.write(session, actor, "webhook.rotate", subject=("webhook", ref), at=now)
    return NewSecret(ref, found.url, secret, now + BOTH_FOR)


def switch_off(session: Session, actor: Actor, *, endpoint: str) -> None:
    """Nothing more is sent there. Repeating changes nothing. Raises NotFound, Forbidden."""
    now = clock.now()
    found = _find(session, actor, endpoint)
    if found.state in SWITCH_OFF.sources:
        _change(session, found, state=SWITCH_OFF.target, off_reason="partner", off_at=now)
        audit.write(
            session, actor, "webhook.switch_off", subject=("webhook", found.public_ref), at=now
        )


def switch_on(session: Session, actor: Actor, *, endpoint: str) -> None:
    """Events from now on are sent there; those before can be sent again one by one. Raises
    TooManyEndpoints, NotFound, Forbidden."""
    found = _find(session, actor, endpoint)
    if found.state in SWITCH_ON.sources:
        _refuse_too_many(session, found.partner_id)
        _change(
            session,
            found,
            state=SWITCH_ON.target,
            off_reason=None,
            off_at=None,
            failing_since=None,
            failures=0,
            resting_until=None,
        )
        audit.write(session, actor, "webhook.switch_on", subject=("webhook", found.public_ref))


def send_ping(session: Session, actor: Actor, *, endpoint: str) -> None:
    """An event that says nothing, to try the address out. Raises EndpointIsOff, NotFound,
    Forbidden."""
    now = clock.now()
    found = _find(session, actor, endpoint)
    if found.state == SWITCH_OFF.target:
        raise EndpointIsOff()
    _change(session, found, resting_until=None)
    put_deliveries(
        session,
        [found.id],
        event=PING,
        subject=("webhook", found.public_ref),
        **written(PING, at=now, data={}),
    )


def send_again(session: Session, actor: Actor, *, delivery: str) -> str:
    """An event that was delivered or given up goes out again, with its id and its body as they
    were; gives the address's reference. Raises StillWaiting, EndpointIsOff, NotFound, Forbidden."""
    now = clock.now()
    DELIVERY_STEPS.require(SEND_AGAIN, actor)
    ref = parse_ref(delivery, "V")
    of = session.execute(
        select(_endpoint.c.public_ref)
        .join(_delivery, _delivery.c.endpoint_id == _endpoint.c.id)
        .where(_delivery.c.public_ref == ref)
    ).scalar_one_or_none()
    if of is None:
        raise NotFound()
    found = _find(session, actor, of)
    if found.state == SWITCH_OFF.target:
        raise EndpointIsOff()
    done = session.execute(
        update(_delivery)
        .where(_delivery.c.public_ref == ref, SEND_AGAIN.at(_delivery.c.state))
        .values(state=SEND_AGAIN.target, attempts=0, finished_at=None, next_at=now)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise StillWaiting()
    _change(session, found, resting_until=None)
    outbox.put_many(session, [on_its_way(ref)])
    audit.write(session, actor, "webhook.send_again", subject=("webhook", of), after=ref, at=now)
    return str(of)


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


def _refuse_too_many(session: Session, partner_id: int) -> None:
    count = select(func.count()).where(
        _endpoint.c.partner_id == partner_id, SWITCH_OFF.at(_endpoint.c.state)
    )
    if session.execute(count).scalar_one() >= MOST_ON:
        raise TooManyEndpoints(most=MOST_ON)


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """An address as it is kept."""

    id: int
    public_ref: str
    partner_id: int
    url: str
    events: list[str]
    secret: bytes = field(repr=False)
    state: str


def _find(session: Session, actor: Actor, ref: str) -> _Endpoint:
    """An address under its lock. Raises NotFound, MalformedRef, Forbidden."""
    actor.require(Permission.WEBHOOK_CHANGE)
    statement = (
        select(*columns_of(_Endpoint, _endpoint))
        .join(Partner, Partner.id == _endpoint.c.partner_id)
        .where(_endpoint.c.public_ref == parse_ref(ref, "W"), visible_to(actor))
    )
    row = session.execute(for_no_key_update(statement, of=_endpoint)).one_or_none()
    if row is None:
        raise NotFound()
    return row_as(_Endpoint, row)


def _change(session: Session, found: _Endpoint, **values: object) -> None:
    session.execute(update(_endpoint).where(_endpoint.c.id == found.id).values(**values))
