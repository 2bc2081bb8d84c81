"""Retrying: what failed is tried again, by itself for three days, and once more whenever the
partner asks for it. An address that fails again and again rests in between."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.outbox import NotNow, Record
from vipclub.core.types import parse_ref
from vipclub.partners.webhooks.deliveries import Outcome, Underway, note_attempt, on_its_way
from vipclub.partners.webhooks.endpoints import change_endpoint, find_endpoint
from vipclub.partners.webhooks.models import WebhookDelivery, WebhookEndpoint
from vipclub.partners.webhooks.refusals import EndpointIsOff, StillWaiting
from vipclub.partners.webhooks.steps import DELIVERY_STEPS, GIVE_UP, SEND_AGAIN, SWITCH_OFF
from vipclub.partners.webhooks.switching_off import SWITCHED_OFF_AFTER, shut_off

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""After the n-th failed attempt; ten attempts in a little over three days."""
SPREAD = 0.2
RESTS_AFTER, FIRST_REST, LONGEST_REST = 3, timedelta(minutes=1), timedelta(hours=1)
"""After so many failures in a row an address rests, each time twice as long as before."""

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]
_delivery: Table = WebhookDelivery.__table__  # type: ignore[assignment]


def wait_after(attempts: int, chance: float | None = None) -> timedelta | None:
    """How long after the n-th failed attempt, spread by a fifth; None after the last.

    >>> [str(wait_after(n, chance=1.0)) for n in (1, 2, 9, 10)]
    ['0:00:05', '0:05:00', '1 day, 0:00:00', 'None']
    """
    if attempts > len(WAITS):
        return None
    spread = random.uniform(1 - SPREAD, 1 + SPREAD) if chance is None else chance  # no secret
    return WAITS[attempts - 1] * spread


def after_failure(row: Underway, outcome: Outcome) -> Record:
    """Again later, or given up after the last attempt. Raises NotNow with its record."""
    since = row.failing_since or outcome.at
    dead = outcome.gone or outcome.at - since >= SWITCHED_OFF_AFTER
    wait = None if dead else wait_after(row.attempts + 1)

    def write(session: Session) -> None:
        if wait is None:
            note_attempt(
                session, row, outcome, state=GIVE_UP.target, finished_at=outcome.at, next_at=None
            )
        else:
            note_attempt(session, row, outcome, next_at=outcome.at + wait)
        _weaken(session, row, outcome)
        if dead:
            shut_off(session, row, outcome)

    if wait is None:
        return write
    raise NotNow(outcome.at + wait, outcome.problem, write)


def _weaken(session: Session, row: Underway, outcome: Outcome) -> None:
    """One failure more; an address that fails again and again rests, so that what else is meant for
    it does not keep others waiting."""
    failures = row.failures + 1
    rest = None
    if failures >= RESTS_AFTER:
        doubled = FIRST_REST * 2 ** min(failures - RESTS_AFTER, 10)
        rest = outcome.at + min(doubled, LONGEST_REST)
    session.execute(
        update(_endpoint)
        .where(_endpoint.c.id == row.endpoint_id)
        .values(
            failures=failures,
            failing_since=row.failing_since or outcome.at,
            resting_until=rest,
        )
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
    found = find_endpoint(session, actor, of)
    if found.state == SWITCH_OFF.target:
        raise EndpointIsOff()
    done = session.execute(
        update(_delivery)
        .where(_delivery.c.public_ref == ref, SEND_AGAIN.at(_delivery.c.state))
        .values(state=SEND_AGAIN.target, attempts=0, finished_at=None, next_at=now)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise StillWaiting()
    change_endpoint(session, found, resting_until=None)
    outbox.put_many(session, [on_its_way(ref)])
    audit.write(session, actor, "webhook.send_again", subject=("webhook", of), after=ref, at=now)
    return str(of)
