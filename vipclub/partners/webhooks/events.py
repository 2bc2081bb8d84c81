"""What partners are told about, by exact names, and how an event is written.

The part in which an event happens declares it in its `webhook_events.py`; `vipclub/wiring.py` hands
them over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from vipclub.core import outbox
from vipclub.core.types import new_ref

PING = "ping"
TOLD = "webhook-event"
"""The outbox's kind of an event that is to be told to whoever listens."""

DELIVERY = "webhook"
"""The outbox's kind of an event on its way to one address."""


_events: dict[str, str] = {}


def register_events(events: Mapping[str, str]) -> None:
    """The events that partners can choose: name -> what it says. Names are compared whole:
    `a.moved` is no `a`."""
    _events.update(events)


def all_events() -> Mapping[str, str]:
    """All that were handed over, in the order of the lists in which they are shown."""
    return MappingProxyType(_events)


def listens_to(events: Iterable[str], event: str) -> bool:
    """Whether an address that chose `events` is told about this one.

    >>> listens_to(["a.moved"], "a"), listens_to(["a.moved"], "a.moved")
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
