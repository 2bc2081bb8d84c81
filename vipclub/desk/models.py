"""Tables of the desk: notes on a member, calls taken. Both are append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.accounts import Account
from vipclub.core import append_only
from vipclub.core.column_classes import Health, Internal, Personal
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.people import Person


class Note(Base):
    """What somebody wrote about a member. `body` is sealed; `corrects_id` is the note that this
    one puts right. Notes of the kind `care` are health narrative."""

    __tablename__ = "note"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Person.id))
    account_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    corrects_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("note.id"))
    kind: Mapped[Personal[str]] = mapped_column(String(20))
    body: Mapped[Health[bytes]] = mapped_column(LargeBinary)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("kind IN ('general', 'wish', 'follow-up', 'care')", name="kind_known"),
        Index("ix_note_person", "person_id", "created_at"),
        Index("ix_note_account", "account_id"),
    )


class Interaction(Base):
    """A word with a member: who took it, by which channel, about what, and what came of it."""

    __tablename__ = "interaction"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Person.id))
    account_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    channel: Mapped[Internal[str]] = mapped_column(String(10))
    about: Mapped[Personal[str]] = mapped_column(String(20))
    outcome: Mapped[Personal[str]] = mapped_column(String(20))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("channel IN ('phone', 'counter', 'mail', 'chat')", name="channel_known"),
        CheckConstraint(
            "about IN ('appointment', 'benefit', 'membership', 'details', 'complaint', 'other')",
            name="about_known",
        ),
        CheckConstraint("outcome IN ('settled', 'follow-up', 'passed-on')", name="outcome_known"),
        Index("ix_interaction_person", "person_id", "created_at"),
        Index("ix_interaction_account", "account_id"),
    )


append_only.protect(Note.__table__, sealed="body")  # type: ignore[arg-type]
append_only.protect(Interaction.__table__)  # type: ignore[arg-type]
