"""Tables of the webhooks: where a partner wants to be told, and what was told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Health, Internal, Secret
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.reference_version import watch
from vipclub.core.types import BigId, JsonDocument, PublicRefType, UtcDateTime
from vipclub.partners.models import Partner


class WebhookEndpoint(Base):
    """An address of a partner. `events` are exact names. `state` is on or off; off says why: the
    partner's own wish (partner), the address answered 410 (gone), or failed for days (failing).
    `failing_since` is the first failure after the last success; while it rests (`resting_until`)
    nobody calls it. The secret before a rotation signs along until `previous_until`."""

    __tablename__ = "webhook_endpoint"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Partner.id))
    url: Mapped[Internal[str]] = mapped_column(String(500))
    events: Mapped[Internal[list[str]]] = mapped_column(JsonDocument)
    secret: Mapped[Secret[bytes]] = mapped_column(EncryptedText)
    previous_secret: Mapped[Secret[bytes | None]] = mapped_column(EncryptedText)
    previous_until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    state: Mapped[Internal[str]] = mapped_column(String(3))
    off_reason: Mapped[Internal[str | None]] = mapped_column(String(10))
    off_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    failing_since: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    failures: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    resting_until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("partner_id", "url"),
        CheckConstraint("state IN ('on', 'off')", name="state_known"),
        CheckConstraint("(state = 'off') = (off_reason IS NOT NULL)", name="off_says_why"),
        CheckConstraint("off_reason IN ('partner', 'gone', 'failing')", name="off_reason_known"),
        CheckConstraint(
            "(previous_secret IS NULL) = (previous_until IS NULL)", name="previous_ends"
        ),
        Index(
            "ix_webhook_endpoint_on",
            "partner_id",
            postgresql_where=text("state = 'on'"),
            sqlite_where=text("state = 'on'"),
        ),
    )


class WebhookDelivery(Base):
    """One event for one address, whatever many attempts it took. `event_id` and `body` are the same
    in each attempt and each replay; `answer` is the HTTP status of the last attempt, `problem` what
    was wrong with it."""

    __tablename__ = "webhook_delivery"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    endpoint_id: Mapped[Internal[int]] = mapped_column(ForeignKey(WebhookEndpoint.id))
    event_id: Mapped[Internal[str]] = mapped_column(String(64))
    event: Mapped[Internal[str]] = mapped_column(String(60))
    subject_ref: Mapped[Internal[str | None]] = mapped_column(String(64))
    body: Mapped[Health[str]] = mapped_column(Text)
    state: Mapped[Internal[str]] = mapped_column(String(10))
    attempts: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    answer: Mapped[Internal[int | None]] = mapped_column(Integer)
    problem: Mapped[Internal[str | None]] = mapped_column(String(20))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    attempted_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    next_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    finished_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (finished_at IS NULL)", name="finished_when_over"),
        Index("ix_webhook_delivery_created", "endpoint_id", "created_at"),
        Index("ix_webhook_delivery_finished", "finished_at"),
    )


watch(WebhookEndpoint.__table__, columns=["partner_id", "state"])
