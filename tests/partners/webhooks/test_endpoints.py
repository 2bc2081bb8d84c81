"""A partner keeps its own addresses, secrets and log, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.cast import CLUB_ACTOR, partner_actor
from tests.partners.webhooks.events_sent import (
    ALL_EVENTS,
    CONFIRMED,
    add_endpoint,
    deliver_webhooks,
    delivery_log,
    queue_event,
)
from tests.partners.webhooks.receiver import Receiver
from tests.small_club import ANY_NAME
from vipclub import partners
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.partners import WebhookEndpoint, webhooks
from vipclub.partners.webhooks import (
    AddressNotAccepted,
    EndpointExists,
    EventsNotAccepted,
    TooManyEndpoints,
)


@pytest.mark.pain(53)
@pytest.mark.parametrize("name", ["appointment.*", "appointment", "moved", "", "ping"])
def test_only_names_of_the_list_can_be_chosen(
    db: Database, partner: str, receiver: Receiver, name: str
) -> None:
    with pytest.raises(EventsNotAccepted):
        add_endpoint(db, partner, receiver, [name])
    with pytest.raises(EventsNotAccepted):
        add_endpoint(db, partner, receiver, [])


def test_both_secrets_sign_for_a_day_after_a_rotation(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    old = add_endpoint(db, partner, receiver)
    new = db.run(webhooks.rotate_secret, clerk, endpoint=old.endpoint)
    assert new.secret != old.secret
    queue_event(db, partner)
    deliver_webhooks(db)
    assert receiver.calls[0].signed_by(old.secret)
    assert receiver.calls[0].signed_by(new.secret)
    with clock.replaying(clock.now() + timedelta(hours=25)):
        queue_event(db, partner)
        deliver_webhooks(db)
    assert receiver.calls[1].signed_by(new.secret)
    assert not receiver.calls[1].signed_by(old.secret)


def test_secrets_are_sealed_in_the_database(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    made = add_endpoint(db, partner, receiver)
    with db.read() as session:
        sealed = session.execute(select(WebhookEndpoint.secret)).scalar_one()
        rows = session.scalars(select(AuditRow.after))
        assert made.secret[6:].encode() not in sealed
        assert not any(made.secret in (after or "") for after in rows)
    assert made.secret not in repr(made)


def test_a_ping_tries_the_address_out(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    made = add_endpoint(db, partner, receiver, [CONFIRMED])
    db.run(webhooks.send_ping, clerk, endpoint=made.endpoint)
    deliver_webhooks(db)
    (call,) = receiver.calls
    assert (call.content["type"], call.content["data"]) == ("ping", {})
    assert call.signed_by(made.secret)


def test_no_partner_sees_or_changes_another_s_addresses(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    made = add_endpoint(db, partner, receiver)
    queue_event(db, partner)
    deliver_webhooks(db)
    delivery = delivery_log(db, clerk)[0].ref
    stranger = partner_actor(db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME))
    with db.read() as session:
        assert webhooks.endpoints_of(session, stranger) == []
        assert webhooks.deliveries_of(session, stranger) == []
        assert webhooks.deliveries_of(session, stranger, endpoint=made.endpoint) == []
        with pytest.raises(NotFound):
            webhooks.endpoint(session, stranger, made.endpoint)
    steps: list[tuple[Any, dict[str, Any]]] = [
        (webhooks.rotate_secret, {"endpoint": made.endpoint}),
        (webhooks.switch_off, {"endpoint": made.endpoint}),
        (webhooks.switch_on, {"endpoint": made.endpoint}),
        (webhooks.send_ping, {"endpoint": made.endpoint}),
        (webhooks.choose_events, {"endpoint": made.endpoint, "events": ALL_EVENTS}),
        (webhooks.send_again, {"delivery": delivery}),
        (
            webhooks.add_endpoint,
            {"partner": partner, "url": "https://a.example", "events": ALL_EVENTS},
        ),
    ]
    for use_case, data in steps:
        with pytest.raises(NotFound):
            db.run(use_case, stranger, **data)
        with pytest.raises(Forbidden):
            db.run(use_case, Actor.anonymous(), **data)
    queue_event(db, stranger_ref(stranger))
    deliver_webhooks(db)
    assert len(receiver.calls) == 1


def stranger_ref(actor: Actor) -> str:
    (ref,) = actor.refs("partner")
    return ref


def test_an_address_is_listed_once_and_ten_at_most(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    with pytest.raises(EndpointExists):
        add_endpoint(db, partner, receiver)
    for number in range(9):
        url = f"https://partner{number}.example/"
        db.run(webhooks.add_endpoint, clerk, partner=partner, url=url, events=ALL_EVENTS)
    with pytest.raises(TooManyEndpoints):
        db.run(
            webhooks.add_endpoint,
            clerk,
            partner=partner,
            url="https://b.example/",
            events=ALL_EVENTS,
        )
    with pytest.raises(AddressNotAccepted):
        db.run(webhooks.add_endpoint, clerk, partner=partner, url=receiver.url, events=ALL_EVENTS)


def test_an_address_written_in_development_is_not_called_in_production(
    db: Database, partner: str, receiver: Receiver, clerk: Actor
) -> None:
    add_endpoint(db, partner, receiver)
    queue_event(db, partner)
    outbox.deliver(db, webhooks.handlers(loopback=False), by="test")
    assert receiver.calls == []
    assert delivery_log(db, clerk)[0].problem == "address"
