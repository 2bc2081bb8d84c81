"""Tables of the desk's work in its cases: handovers of a shift, tasks, who looks at a case now,
drafts of what is being written, and what members say of a case afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.accounts import Account
from vipclub.assistance.cases.task_steps import TASK_STATES
from vipclub.assistance.duty.handover_steps import HANDOVER_STATES
from vipclub.assistance.models import Case, CaseEntry
from vipclub.core.column_classes import Health, Internal, Personal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime

DRAFT_BOXES = ("answer", "note", "write", "wait", "extend", "resolve", "triage")
"""Where on the page of a case something longer is written."""


def _states(known: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(name) for name in known)})"


class Handover(Base):
    """Somebody who ends a shift gives one list of all open clocks of their cases to somebody else,
    who reads and accepts it. `ends_at` is when it is over by itself; `ended_at` when it was."""

    __tablename__ = "duty_handover"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    giver_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    receiver_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    given_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ends_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(_states(HANDOVER_STATES), name="state_known"),
        CheckConstraint("giver_id <> receiver_id", name="two_people"),
        CheckConstraint("(state = 'given') = (ended_at IS NULL)", name="ended_once"),
        Index(
            "uq_duty_handover_giver",
            "giver_id",
            unique=True,
            sqlite_where=text("state = 'given'"),
            postgresql_where=text("state = 'given'"),
        ),
        Index("ix_duty_handover_giver", "giver_id", "id"),
        Index("ix_duty_handover_receiver", "receiver_id", "state"),
        Index("ix_duty_handover_ends", "state", "ends_at"),
    )


class HandoverCase(Base):
    """A case on the list; `entry_id` is the entry of its timeline that has the giver's word."""

    __tablename__ = "duty_handover_case"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    handover_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Handover.id))
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Case.id))
    entry_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(CaseEntry.id))

    __table_args__ = (
        UniqueConstraint("handover_id", "case_id"),
        Index("ix_duty_handover_case_case", "case_id"),
        Index("ix_duty_handover_case_entry", "entry_id"),
    )


class CaseTask(Base):
    """Something to be done in a case until `due_at`, by `owner_id`."""

    __tablename__ = "case_task"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Case.id))
    owner_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    what: Mapped[Health[bytes]] = mapped_column(EncryptedText)
    due_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    added_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(_states(TASK_STATES), name="state_known"),
        CheckConstraint("(state IN ('open', 'due')) = (ended_at IS NULL)", name="ended_once"),
        Index("ix_case_task_case", "case_id", "state"),
        Index("ix_case_task_owner", "owner_id", "state"),
        Index("ix_case_task_due", "state", "due_at"),
    )


class CasePresence(Base):
    """When somebody of the staff had a case before them last."""

    __tablename__ = "case_presence"

    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Case.id), primary_key=True)
    account_id: Mapped[Internal[int]] = mapped_column(
        BigId, ForeignKey(Account.id), primary_key=True
    )
    seen_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_case_presence_account", "account_id"),
        Index("ix_case_presence_seen", "seen_at"),
    )


class CaseDraft(Base):
    """What somebody is writing in a box of a case and hasn't sent, until it is sent or too old."""

    __tablename__ = "case_draft"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Case.id))
    account_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    box: Mapped[Internal[str]] = mapped_column(String(10))
    body: Mapped[Health[bytes]] = mapped_column(EncryptedText)
    saved_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (
        CheckConstraint(
            f"box IN ({', '.join(repr(box) for box in DRAFT_BOXES)})", name="box_known"
        ),
        UniqueConstraint("case_id", "account_id", "box"),
        Index("ix_case_draft_account", "account_id"),
    )


class CaseRating(Base):
    """What whom a case was for says of it afterwards: 1 to 5, and words. `first_at` is when it was
    said first, `rated_at` last."""

    __tablename__ = "case_rating"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Case.id), unique=True)
    score: Mapped[Personal[int]] = mapped_column(Integer)
    body: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    first_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    rated_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="one_to_five"),)


handover_table: Table = Handover.__table__  # type: ignore[assignment]
handover_case_table: Table = HandoverCase.__table__  # type: ignore[assignment]
task_table: Table = CaseTask.__table__  # type: ignore[assignment]
presence_table: Table = CasePresence.__table__  # type: ignore[assignment]
draft_table: Table = CaseDraft.__table__  # type: ignore[assignment]
rating_table: Table = CaseRating.__table__  # type: ignore[assignment]
