"""What partners are told about, by exact names, and how an event is written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vipclub.core import outbox
from vipclub.core.i18n import N_
from vipclub.core.types import new_ref

EVENTS: dict[str, str] = {
    "appointment.requested": N_("An appointment waits for your answer"),
    "appointment.confirmed": N_("An appointment is confirmed"),
    "appointment.declined": N_("You declined an appointment"),
    "appointment.cancelled": N_("An appointment is cancelled"),
    "appointment.proposed": N_("Another time is offered to the member"),
    "appointment.accepted": N_("The member accepts the other time"),
    "appointment.moved": N_("An appointment has another time"),
    "appointment.arrived": N_("The visitor is checked in"),
    "appointment.fulfilled": N_("The visit is completed"),
    "appointment.missed": N_("Nobody came"),
    "appointment.undone": N_("A step was taken back"),
    "appointment.mistaken": N_("An appointment was entered by mistake"),
}
"""Name -> what it says. Names are compared whole: `appointment.moved` is no `appointment`."""

PING = "ping"
TOLD = "webhook-event"
"""The outbox's kind of an event that is to be told to whoever listens."""

DELIVERY = "webhook"
"""The outbox's kind of an event on its way to one address."""


def listens_to(events: Iterable[str], event: str) -> bool:
    """Whether an address that chose `events` is told about this one.

    >>> listens_to(["appointment.moved"], "appointment"), listens_to(["a.moved"], "a.moved")
    (False, True)
    """
    return any(chosen == event for chosen in events)


def entry(
    event: str, *, partner_id: int, subject: tuple[str, str], at: datetime, data: dict[str, Any]
) -> outbox.Entry:
    """The outbox's row of an event: written in the transaction in which it happens, so that it is
    told if and only if that is committed. `at` is when it happened."""
    return outbox.Entry(
        kind=TOLD,
        subject=subject,
        payload={
            "event": event,
            "partner": partner_id,
            **written(event, at=at, data=data),
        },
    )


def written(event: str, *, at: datetime, data: dict[str, Any]) -> dict[str, str]:
    """The event's id and its body, once for all attempts: `type`, `timestamp` and `data` are named
    by Standard Webhooks."""
    event_id = new_ref("Y")
    content = {
        "type": event,
        "id": event_id,
        "timestamp": at.isoformat(timespec="seconds"),
        "data": data,
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return {"event_id": event_id, "body": body}
