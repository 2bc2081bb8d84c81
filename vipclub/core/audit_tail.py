"""How far the sealing of the audit trail is behind, for the figures: cheap on a long trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.core.audit import AuditRow
from vipclub.core.audit_sealing import AuditSealed, sealed_below
from vipclub.core.types import UtcDateTime

COUNTED = 10_000
SETTLED = timedelta(minutes=2)
"""Rows below what was sealed before this are taken for sealed: enough for a figure."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The rows without a seal: how many (counted up to COUNTED), and since when the first waits."""

    rows: int
    oldest_at: datetime | None


def unsealed_tail(session: Session) -> Tail:
    """What the sealing has not come to yet. It looks at the rows of the last minutes only, or at
    those that wait when nobody seals."""
    waits = (
        select(AuditRow.at)
        .outerjoin(AuditSealed, AuditSealed.audit_id == AuditRow.id)
        .where(AuditSealed.audit_id.is_(None), AuditRow.id > sealed_below(session, SETTLED))
        .order_by(AuditRow.id)
        .limit(COUNTED)
        .subquery()
    )
    found = session.execute(select(func.count(), func.min(waits.c.at, type_=UtcDateTime))).one()
    return Tail(*found)
