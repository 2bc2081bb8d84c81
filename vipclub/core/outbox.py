"""What is to be done after the commit, written down inside it: nothing is sent within a
transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.db import Base
from vipclub.core.types import BigId, JsonDocument, UtcDateTime


class OutboxRow(Base):
    """`state` is waiting, done or dead. A claim sets `claimed_by`, `claimed_until` and counts
    `attempts`, which also
    fences: only the claim with the present count may finish."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_ref: Mapped[str] = mapped_column(String(64))
    payload: Mapped[Any] = mapped_column(JsonDocument)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)
    dedupe_key: Mapped[str | None] = mapped_column(String(120), unique=True)

    __table_args__ = (
        Index("ix_outbox_waiting", "due_at", "id", postgresql_where="state = 'waiting'"),
        Index("ix_outbox_subject", "subject_kind", "subject_ref"),
    )


_insert = insert(OutboxRow.__table__)  # type: ignore[arg-type]


def put(
    session: Session,
    kind: str,
    *,
    subject: tuple[str, str],
    payload: dict[str, Any],
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> None:
    """One INSERT: `kind` names the handler, `subject` what it is about, `due_at` the earliest
    moment."""
    now = clock.now()
    session.connection().execute(
        _insert,
        {
            "kind": kind,
            "subject_kind": subject[0],
            "subject_ref": subject[1],
            "payload": payload,
            "state": "waiting",
            "due_at": due_at or now,
            "created_at": now,
            "attempts": 0,
            "dedupe_key": dedupe_key,
        },
    )
