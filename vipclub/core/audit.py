"""The audit trail: one append-only table for the whole club. A history row of anything is its
audit row.

Each row carries a MAC made when it is written, with a key that is not in the database;
`audit_sealing.py` chains the rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, LargeBinary, String, Text, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import append_only, clock
from vipclub.core.actor import Actor
from vipclub.core.added_rows import add_rows
from vipclub.core.column_classes import Health, Internal
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.db import Base
from vipclub.core.types import BigId, UtcDateTime

COVERED = (
    "at",
    "actor_kind",
    "actor_ref",
    "channel",
    "action",
    "subject_kind",
    "subject_ref",
    "before",
    "after",
    "reason",
    "request_id",
)


class AuditRow(Base):
    """`before` and `after` are JSON text, as it was signed; `at` is kept as text in the MAC."""

    __tablename__ = "audit"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    actor_kind: Mapped[Internal[str]] = mapped_column(String(20))
    actor_ref: Mapped[Internal[str]] = mapped_column(String(80))
    channel: Mapped[Internal[str]] = mapped_column(String(10))
    action: Mapped[Internal[str]] = mapped_column(String(60))
    subject_kind: Mapped[Internal[str]] = mapped_column(String(40))
    subject_ref: Mapped[Internal[str]] = mapped_column(String(64))
    before: Mapped[Health[str | None]] = mapped_column(Text)
    after: Mapped[Health[str | None]] = mapped_column(Text)
    reason: Mapped[Health[str | None]] = mapped_column(Text)
    request_id: Mapped[Internal[str]] = mapped_column(String(64))
    mac: Mapped[Internal[bytes]] = mapped_column(LargeBinary(32))

    __table_args__ = (
        Index("ix_audit_reference", "subject_ref", "subject_kind", "id"),
        Index("ix_audit_actor", "actor_ref", "id"),
        Index("ix_audit_at", "at"),
    )


append_only.protect(AuditRow.__table__)  # type: ignore[arg-type]


def _json(value: object) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def row_mac(cipher: Cipher, row: Mapping[str, object], *, number: int | None = None) -> bytes:
    """The MAC over what a row says; `row` is a mapping of column names to values. Under the key in
    force, or the one with a number."""
    parts = []
    for name in COVERED:
        value = row[name]
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat(timespec="microseconds")
        parts.append(b"\0" if value is None else b"\1" + str(value).encode())
    return cipher.mac(b"audit", *parts, number=number)


def row_of(
    cipher: Cipher,
    actor: Actor,
    action: str,
    *,
    subject: tuple[str, str],
    before: object = None,
    after: object = None,
    reason: str | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """A signed row, ready for INSERT: for set-based use cases that write many."""
    row: dict[str, Any] = {
        "at": at or clock.now(),
        "actor_kind": actor.kind,
        "actor_ref": actor.owner,
        "channel": actor.channel,
        "action": action,
        "subject_kind": subject[0],
        "subject_ref": subject[1],
        "before": _json(before),
        "after": _json(after),
        "reason": reason,
        "request_id": actor.request_id,
    }
    row["mac"] = row_mac(cipher, row)
    return row


def write(
    session: Session,
    actor: Actor,
    action: str,
    *,
    subject: tuple[str, str],
    before: object = None,
    after: object = None,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """One row. `action` is subject.verb ("appointment.book"); never personal data in before and
    after."""
    row = row_of(
        cipher_of(session),
        actor,
        action,
        subject=subject,
        before=before,
        after=after,
        reason=reason,
        at=at,
    )
    add_rows(session, AuditRow.__table__, [row])  # type: ignore[arg-type]


def write_where(
    session: Session,
    actor: Actor,
    action: str,
    condition: ColumnElement[bool],
    *,
    subject: tuple[str, str],
    after: object = None,
    at: datetime | None = None,
) -> bool:
    """Write an audit row as `write` does, but only where a condition holds, asked by the very
    INSERT; False where it doesn't."""
    row = row_of(cipher_of(session), actor, action, subject=subject, after=after, at=at)
    columns = AuditRow.__table__.c
    said = select(*(literal(value, columns[name].type) for name, value in row.items()))
    statement = (
        insert(AuditRow)
        .from_select(list(row), said.where(condition))
        .execution_options(preserve_rowcount=True)  # psycopg's INSERTs have none otherwise
    )
    return session.connection().execute(statement).rowcount == 1
