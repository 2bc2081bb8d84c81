"""What the auditor's page asks of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.sealing import AuditSealed


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the trail; no personal data is ever in it."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    channel: str
    action: str
    subject_kind: str
    subject: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """The newest acts, and the figures of the whole."""

    rows: int
    sealed: int
    acts: list[Act]


def recent_acts(session: Session, actor: Actor, *, limit: int) -> Trail:
    """The newest first. Three statements. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    row = AuditRow
    acts = session.execute(
        select(
            row.id,
            row.at,
            row.actor_kind,
            row.actor_ref,
            row.channel,
            row.action,
            row.subject_kind,
            row.subject_ref,
            AuditSealed.audit_id.is_not(None),
        )
        .outerjoin(AuditSealed, AuditSealed.audit_id == row.id)
        .order_by(row.id.desc())
        .limit(limit)
    )
    rows = session.execute(select(func.count()).select_from(row)).scalar_one()
    sealed = session.execute(select(func.count()).select_from(AuditSealed)).scalar_one()
    return Trail(rows=rows, sealed=sealed, acts=[Act(*found) for found in acts])
