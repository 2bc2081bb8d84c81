"""Messages that were sent, skipped or given up: whom, what about, when; and what they told, sealed,
for the reader's own eyes. What a gateway says became of an SMS, and by which ways a member wants to
be written to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

import vipclub.accounts  # noqa: F401 - its table is referred to
from vipclub.core.column_classes import Health, Internal, Personal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.people import Person


class Message(Base):
    """`state` is sent, skipped (with the reason) or failed (given up, with the reason).

    `told` is the letter's data, sealed with the message's reference: its template and these make
    the inbox item again. It is empty for what belongs in no inbox: what was never true or allowed,
    and what opens a door.
    """

    __tablename__ = "message"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    template: Mapped[Internal[str]] = mapped_column(String(60))
    channel: Mapped[Internal[str]] = mapped_column(String(20))
    language: Mapped[Personal[str]] = mapped_column(String(10))
    person_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Person.id))
    account_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey("account.id"))
    subject_kind: Mapped[Internal[str]] = mapped_column(String(40))
    subject_ref: Mapped[Internal[str]] = mapped_column(String(64))
    subject_version: Mapped[Internal[int]] = mapped_column(Integer)
    state: Mapped[Internal[str]] = mapped_column(String(10))
    reason: Mapped[Internal[str | None]] = mapped_column(String(200))
    queued_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    finished_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    attempts: Mapped[Internal[int]] = mapped_column(Integer)
    told: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    read_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('sent', 'skipped', 'failed')", name="state_known"),
        CheckConstraint("state = 'sent' OR reason IS NOT NULL", name="reason_given"),
        Index("ix_message_subject", "subject_kind", "subject_ref"),
        Index("ix_message_person", "person_id", "finished_at"),
        Index("ix_message_account", "account_id"),
    )


class SmsSending(Base):
    """An SMS that a gateway took: its number there, how many parts it had, and what the gateway
    said of it afterwards (`code`, its own word). `receipt_by` is until when a receipt is waited
    for; `accepted` is one of which the gateway says nothing more. `message_ref` is the message's,
    whose row says to whom."""

    __tablename__ = "sms_sending"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    message_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    gateway_id: Mapped[Internal[str | None]] = mapped_column(String(100), index=True)
    segments: Mapped[Internal[int]] = mapped_column(Integer)
    state: Mapped[Internal[str]] = mapped_column(String(10))
    code: Mapped[Internal[str | None]] = mapped_column(String(40))
    sent_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    receipt_by: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    settled_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'accepted', 'delivered', 'failed', 'unheard')",
            name="state_known",
        ),
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled_or_waiting"),
        CheckConstraint("state <> 'waiting' OR receipt_by IS NOT NULL", name="waits_until"),
    )


class NotificationChoice(Base):
    """By which ways a member wants letters of a kind; the inbox has them anyway. Of a person who
    is several rows the newest word counts."""

    __tablename__ = "notification_choice"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Person.id))
    kind: Mapped[Internal[str]] = mapped_column(String(12))
    by_mail: Mapped[Personal[bool]] = mapped_column(Boolean)
    by_sms: Mapped[Personal[bool]] = mapped_column(Boolean)
    changed_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        CheckConstraint(
            "kind IN ('visits', 'reminders', 'cases', 'membership', 'events')", name="kind_known"
        ),
    )
