"""The outbox's two handlers: who is to be told, and telling one of them.

Sent first and marked second: killed between the two, the same event comes again with the same id,
which is what `webhook-id` is for.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from vipclub import accounts, messages
from vipclub.core import audit, clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.db import Database
from vipclub.core.outbox import Entry, Handler, Item, NotNow, Record
from vipclub.core.rows import row_as
from vipclub.core.types import new_ref
from vipclub.partners.models import Partner
from vipclub.partners.webhook_models import WebhookDelivery, WebhookEndpoint
from vipclub.partners.webhooks import signing
from vipclub.partners.webhooks.addresses import address_of
from vipclub.partners.webhooks.events import DELIVERY, TOLD, listens_to
from vipclub.partners.webhooks.posting import CallFailed, Dialer
from vipclub.partners.webhooks.refusals import AddressNotAccepted
from vipclub.partners.webhooks.steps import DELIVER, GIVE_UP, SEND, SHUT_OFF, SWITCH_OFF

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""After the n-th failed attempt; ten attempts in a little over three days."""
SPREAD = 0.2
SWITCHED_OFF_AFTER = timedelta(days=5)
RESTS_AFTER, FIRST_REST, LONGEST_REST = 3, timedelta(minutes=1), timedelta(hours=1)

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]
_delivery: Table = WebhookDelivery.__table__  # type: ignore[assignment]


def handlers(*, loopback: bool = False, dialer: Dialer | None = None) -> Mapping[str, Handler]:
    """What the outbox is to be given; `loopback` in development only."""
    return {TOLD: find_out, DELIVERY: Sender(dialer or Dialer(loopback=loopback))}


def find_out(database: Database, item: Item) -> Record:
    """An event -> a delivery for each address that is on and chose its exact name, made in the
    transaction that marks the event as done."""
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
    """One event on its way to addresses: two statements, none for no address."""
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
class Outcome:
    """How an attempt ended. `problem` is empty for a success; `gone` is an answer 410."""

    at: datetime
    answer: int | None = None
    problem: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Sender:
    """The handler of deliveries."""

    dialer: Dialer

    def __call__(self, database: Database, item: Item) -> Record | None:
        """Raises NotNow with what is recorded while there are attempts left."""
        with database.read() as session:
            row = _row(session, item.payload["delivery"])
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
        return _after_failure(row, outcome)

    def _attempt(self, row: Underway, secrets: list[str], now: datetime) -> Outcome:
        body = row.body.encode()
        if not secrets:
            return Outcome(now, problem="secret")
        signed = signing.headers(secrets, row.event_id, int(now.timestamp()), body)
        try:
            address = address_of(row.url, loopback=self.dialer.loopback)
            answer = self.dialer.post(address, body, signed)
        except AddressNotAccepted:
            return Outcome(now, problem="address")
        except CallFailed as failed:
            return Outcome(now, failed.answer, failed.problem, gone=failed.answer == 410)
        return Outcome(now, answer)


def wait_after(attempts: int, chance: float | None = None) -> timedelta | None:
    """How long after the n-th failed attempt, spread by a fifth; None after the last.

    >>> [str(wait_after(n, chance=1.0)) for n in (1, 2, 9, 10)]
    ['0:00:05', '0:05:00', '1 day, 0:00:00', 'None']
    """
    if attempts > len(WAITS):
        return None
    spread = random.uniform(1 - SPREAD, 1 + SPREAD) if chance is None else chance  # no secret
    return WAITS[attempts - 1] * spread


@dataclass(frozen=True, slots=True)
class Underway:
    """A delivery with the address that it goes to."""

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


def _row(session: Session, delivery: str) -> Underway | None:
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
        _note(session, row, outcome, state=DELIVER.target, finished_at=outcome.at, next_at=None)
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


def _after_failure(row: Underway, outcome: Outcome) -> Record:
    """Again later, or given up after the last attempt. Raises NotNow with its record."""
    since = row.failing_since or outcome.at
    dead = outcome.gone or outcome.at - since >= SWITCHED_OFF_AFTER
    wait = None if dead else wait_after(row.attempts + 1)

    def write(session: Session) -> None:
        if wait is None:
            _note(session, row, outcome, state=GIVE_UP.target, finished_at=outcome.at, next_at=None)
        else:
            _note(session, row, outcome, next_at=outcome.at + wait)
        _weaken(session, row, outcome)
        if dead:
            _switch_off(session, row, outcome)

    if wait is None:
        return write
    raise NotNow(outcome.at + wait, outcome.problem, write)


def _note(session: Session, row: Underway, outcome: Outcome, **values: object) -> None:
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


def _switch_off(session: Session, row: Underway, outcome: Outcome) -> None:
    """The address answered 410, or failed for days: nothing more is sent to it until the partner
    says so."""
    reason = "gone" if outcome.gone else "failing"
    done = session.execute(
        update(_endpoint)
        .where(_endpoint.c.id == row.endpoint_id, SHUT_OFF.at(_endpoint.c.state))
        .values(state=SHUT_OFF.target, off_reason=reason, off_at=outcome.at)
    )
    if done.rowcount:  # type: ignore[attr-defined]
        audit.write(
            session,
            Actor.system("webhooks"),
            "webhook.switch_off",
            subject=("webhook", row.endpoint),
            after={"reason": reason},
            at=outcome.at,
        )
        _tell_the_partner(session, row, reason, outcome.at)


def _tell_the_partner(session: Session, row: Underway, reason: str, at: datetime) -> None:
    """A letter to each who works for the partner; the page says it too."""
    data = {"ref": row.endpoint, "address": row.url, "reason": reason, "at": at.isoformat()}
    for account_id in accounts.accounts_with(session, "partner", row.partner):
        messages.queue(
            session,
            template=str(SHUT_OFF.letter),
            person_id=None,
            account_id=account_id,
            subject=("webhook", row.endpoint),
            version=0,
            data=data,
        )
