"""The row of the audit trail that each step of an appointment writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub.core import audit
from vipclub.core.actor import Actor


def write_trail(
    session: Session,
    actor: Actor,
    action: str,
    *,
    ref: str,
    at: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """The trail's row. One statement."""
    audit.write(
        session,
        actor,
        f"appointment.{action}",
        subject=("appointment", ref),
        before=before,
        after=after,
        reason=reason,
        at=at,
    )
