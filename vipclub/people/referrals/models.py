"""The table of the referrals."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Internal, Personal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime

SUBJECTS = ("insurance", "wealth", "banking", "trust", "other")


class Referral(Base):
    """A person who is handed on to a company, about something. `made_by` and `handler` are accounts
    by reference, since accounts come later, with their names as they were then. Until `answer_by`
    the company accepts it, then says how it ended; `wording` is the version of the sentence by
    which the consent was asked for at that moment."""

    __tablename__ = "referral"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), index=True)
    subsidiary_id: Mapped[Internal[int]] = mapped_column(ForeignKey("subsidiary.id"))
    subject: Mapped[Personal[str]] = mapped_column(String(20))
    words: Mapped[Personal[bytes | None]] = mapped_column(EncryptedText)
    outcome: Mapped[Personal[bytes | None]] = mapped_column(EncryptedText)
    state: Mapped[Internal[str]] = mapped_column(String(12))
    wording: Mapped[Internal[str | None]] = mapped_column(String(20))
    made_by: Mapped[Internal[str]] = mapped_column(String(80))
    made_by_name: Mapped[Internal[str]] = mapped_column(String(120))
    handler: Mapped[Internal[str | None]] = mapped_column(String(80))
    handler_name: Mapped[Internal[str | None]] = mapped_column(String(120))
    answer_by: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    version: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint(
            "state IN ('made', 'accepted', 'won', 'lost', 'unanswered', 'withdrawn')",
            name="state_known",
        ),
        CheckConstraint("(state IN ('made', 'accepted')) = (ended_at IS NULL)", name="ended_once"),
        CheckConstraint("state <> 'accepted' OR handler IS NOT NULL", name="handled_by_somebody"),
        CheckConstraint(
            f"subject IN ({', '.join(repr(subject) for subject in SUBJECTS)})",
            name="subject_known",
        ),
        Index("ix_referral_subsidiary", "subsidiary_id", "state"),
        Index(
            "ix_referral_open",
            "answer_by",
            sqlite_where=text("state IN ('made', 'accepted')"),
            postgresql_where=text("state IN ('made', 'accepted')"),
        ),
    )


referral_table: Table = Referral.__table__  # type: ignore[assignment]
