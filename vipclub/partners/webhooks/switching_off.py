"""Switching an address off and on again: by the partner, who wishes it, or by the club, because the
address answered 410 or failed for days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub import accounts, messages
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.partners.webhooks.deliveries import Outcome, Underway
from vipclub.partners.webhooks.endpoints import change_endpoint, find_endpoint, refuse_too_many
from vipclub.partners.webhooks.models import WebhookEndpoint
from vipclub.partners.webhooks.steps import SHUT_OFF, SWITCH_OFF, SWITCH_ON

SWITCHED_OFF_AFTER = timedelta(days=5)
"""Days of failures without one success after which the club switches an address off."""

_endpoint: Table = WebhookEndpoint.__table__  # type: ignore[assignment]


def switch_off(session: Session, actor: Actor, *, endpoint: str) -> None:
    """The partner wants nothing more to be sent to an address. Repeating changes nothing. Raises
    NotFound, Forbidden."""
    now = clock.now()
    found = find_endpoint(session, actor, endpoint)
    if found.state in SWITCH_OFF.sources:
        change_endpoint(session, found, state=SWITCH_OFF.target, off_reason="partner", off_at=now)
        audit.write(
            session, actor, "webhook.switch_off", subject=("webhook", found.public_ref), at=now
        )


def switch_on(session: Session, actor: Actor, *, endpoint: str) -> None:
    """Events from now on are sent to an address again; those before can be sent one by one. Raises
    TooManyEndpoints, NotFound, Forbidden."""
    found = find_endpoint(session, actor, endpoint)
    if found.state in SWITCH_ON.sources:
        refuse_too_many(session, found.partner_id)
        change_endpoint(
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


def shut_off(session: Session, row: Underway, outcome: Outcome) -> None:
    """The club switches an address off, as it answered 410 or failed for days: nothing more is sent
    there until the partner switches it on."""
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


def still_off(session: Session, ref: str, version: int) -> bool:
    """Whether the letter that says that an address was switched off is still true."""
    state = session.scalar(select(_endpoint.c.state).where(_endpoint.c.public_ref == ref))
    return state == "off"
