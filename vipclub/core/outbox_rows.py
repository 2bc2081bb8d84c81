"""The rows of the outbox, and putting them there: a part of the use case that wants something done
after its commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.added_rows import add_rows
from vipclub.core.column_classes import Health, Identity, Internal
from vipclub.core.db import Base
from vipclub.core.outbox_steps import PUT
from vipclub.core.types import BigId, JsonDocument, UtcDateTime


class OutboxRow(Base):
    """`state` is waiting, done or dead. A claim sets `claimed_by`, `claimed_until` and counts
    `attempts`, which also fences: only the claim with the present count may finish."""

    __tablename__ = "outbox"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    kind: Mapped[Internal[str]] = mapped_column(String(40))
    subject_kind: Mapped[Internal[str]] = mapped_column(String(40))
    subject_ref: Mapped[Internal[str]] = mapped_column(String(64))
    payload: Mapped[Health[Any]] = mapped_column(JsonDocument)
    state: Mapped[Internal[str]] = mapped_column(String(10), default="waiting")
    due_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    attempts: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    claimed_by: Mapped[Internal[str | None]] = mapped_column(String(80))
    claimed_until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    done_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    error: Mapped[Identity[str | None]] = mapped_column(Text)
    dedupe_key: Mapped[Internal[str | None]] = mapped_column(String(120), unique=True)

    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "due_at",
            "id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_dead",
            "kind",
            postgresql_where=text("state = 'dead'"),
            sqlite_where=text("state = 'dead'"),
        ),
        Index("ix_outbox_subject", "subject_kind", "subject_ref"),
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be put: `kind` names the handler, `subject` what it is about, `due_at` the
    earliest moment."""

    kind: str
    subject: tuple[str, str]
    payload: dict[str, Any]
    due_at: datetime | None = None
    dedupe_key: str | None = None

    def values(self, now: datetime) -> dict[str, Any]:
        """The row's columns."""
        return {
            "kind": self.kind,
            "subject_kind": self.subject[0],
            "subject_ref": self.subject[1],
            "payload": self.payload,
            "state": PUT.target,
            "due_at": self.due_at or now,
            "created_at": now,
            "attempts": 0,
            "dedupe_key": self.dedupe_key,
        }


def put_many(session: Session, entries: Sequence[Entry]) -> None:
    """All of them; nothing for none."""
    now = clock.now()
    rows = [entry.values(now) for entry in entries]
    add_rows(session, OutboxRow.__table__, rows)  # type: ignore[arg-type]


def put(
    session: Session,
    kind: str,
    *,
    subject: tuple[str, str],
    payload: dict[str, Any],
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> None:
    """One INSERT: `kind` names the handler, `subject` what it is about, `due_at` the
    earliest moment."""
    put_many(session, [Entry(kind, subject, payload, due_at, dedupe_key)])
