"""The table of the thread between a member and the relationship manager."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.accounts import Account
from vipclub.core.column_classes import Health, Internal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.messages.threads.steps import STATES
from vipclub.people import Person


class ThreadMessage(Base):
    """A message in the thread. `account_id` is who of the staff wrote it, nobody where the member
    did; the member's own waits until `answer_by`. `case_ref` is the case in which it went on.
    `read_at` is when the other side saw it."""

    __tablename__ = "thread_message"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Person.id))
    account_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    body: Mapped[Health[bytes]] = mapped_column(EncryptedText)
    written_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    answer_by: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    case_ref: Mapped[Internal[str | None]] = mapped_column(String(20))
    read_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(STATES))!r}", name="state_known"),
        CheckConstraint("(state = 'waiting') = (answer_by IS NOT NULL)", name="waits_until"),
        CheckConstraint("state = 'sent' OR account_id IS NULL", name="member_waits"),
        CheckConstraint("(state = 'passed_on') = (case_ref IS NOT NULL)", name="goes_on_in_a_case"),
        Index("ix_thread_message_person", "person_id", "id"),
        Index("ix_thread_message_account", "account_id"),
        Index(
            "ix_thread_message_waiting",
            "answer_by",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
