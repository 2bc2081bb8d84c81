"""Queueing a message: part of the use case that has something to tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub.core import outbox
from vipclub.core.types import new_ref

KIND = "message"


def queue(
    session: Session,
    *,
    template: str,
    person_id: int | None,
    account_id: int | None = None,
    subject: tuple[str, str],
    version: int,
    data: dict[str, Any],
    due_at: datetime | None = None,
) -> None:
    """One INSERT, no other statement. Sent after the commit, not before `due_at`.

    `template` is a file of `templates/messages/` without its ending: "appointment-requested",
    "appointment-confirmed", "appointment-declined", "appointment-cancelled", with
    `AppointmentLetter(...).to_json()` as `data`. The message's reference is made here, so that
    every attempt to send it carries the same Message-ID.
    """
    outbox.put(
        session,
        KIND,
        subject=subject,
        payload={
            "message": new_ref("E"),
            "template": template,
            "person": person_id,
            "account": account_id,
            "version": version,
            "data": data,
        },
        due_at=due_at,
    )
