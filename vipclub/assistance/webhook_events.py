"""The events that tell a partner's system that it is asked, and that it is asked no more; what they
say names nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.core.i18n import N_
from vipclub.core.outbox import Entry

WEBHOOK_EVENTS = {
    "dispatch.asked": N_("Help is requested of you"),
    "dispatch.withdrawn": N_("A request for help is withdrawn"),
}


def announce(
    session: Session,
    event: str | None,
    *,
    partner_id: int,
    ref: str,
    at: datetime,
    data: dict[str, Any],
) -> list[Entry]:
    """The outbox's row of an event; none when nobody at the partner listens."""
    if event is None or partner_id not in partners.webhooks.listening(session):
        return []
    return [
        partners.webhooks.entry(
            event, partner_id=partner_id, subject=("dispatch", ref), at=at, data=data
        )
    ]


def shape_of(
    *,
    ref: str,
    kind: str,
    status: str,
    severity: str,
    country: str | None,
    asked_at: datetime | None,
    answer_by: datetime | None,
) -> dict[str, Any]:
    """What is told: no person, no words."""
    return {
        "dispatch": ref,
        "kind": kind,
        "status": status,
        "severity": severity,
        "country": country,
        "asked_at": _written(asked_at),
        "answer_by": _written(answer_by),
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
