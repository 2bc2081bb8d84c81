"""Tables of the desk: notes on a member, calls taken, checks of callers, which are append-only; and
what staff opened in an emergency."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.accounts import Account
from vipclub.core import append_only
from vipclub.core.column_classes import Health, Internal, Personal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.people import Person
from vipclub.people.emergency_contacts import EmergencyContact


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


class CallerCheck(Base):
    """An attempt to know who calls about a member, by an agent: whom the caller says to be, which
    facts were asked, how many were wrong, and what came of it. What was said is never kept. The
    newest row of an agent and a member counts until `valid_until`."""

    __tablename__ = "caller_check"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Person.id))
    account_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    contact_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(EmergencyContact.id))
    who: Mapped[Internal[str]] = mapped_column(String(10))
    outcome: Mapped[Internal[str]] = mapped_column(String(12))
    facts: Mapped[Internal[str]] = mapped_column(String(120))
    wrong: Mapped[Internal[int]] = mapped_column(Integer)
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    valid_until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("who IN ('member', 'contact', 'other')", name="who_known"),
        CheckConstraint("(who = 'contact') = (contact_id IS NOT NULL)", name="contact_named"),
        CheckConstraint(
            "outcome IN ('verified', 'called_back', 'nobody', 'wrong', 'ended', 'calling')",
            name="outcome_known",
        ),
        CheckConstraint(
            "(outcome IN ('verified', 'called_back', 'nobody')) = (valid_until IS NOT NULL)",
            name="holds_until",
        ),
        Index("ix_caller_check_person", "person_id", "at"),
        Index("ix_caller_check_account", "account_id", "person_id", "id"),
        Index("ix_caller_check_contact", "contact_id"),
    )


class BreakGlass(Base):
    """Somebody of the desk saw a member's numbers without knowing who calls and without a case, in
    an emergency: why, and what a second person said of it. `reason` and `verdict` are sealed; at
    `due_at` somebody is told that nobody has reviewed it."""

    __tablename__ = "break_glass"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Person.id))
    account_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    state: Mapped[Internal[str]] = mapped_column(String(12))
    reason: Mapped[Health[bytes]] = mapped_column(EncryptedText)
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    due_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    reviewer_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    reviewed_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    verdict: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)

    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'overdue', 'justified', 'unjustified')", name="state_known"
        ),
        CheckConstraint("reviewer_id <> account_id", name="second_person"),
        CheckConstraint(
            "(state IN ('justified', 'unjustified')) = (reviewer_id IS NOT NULL)",
            name="reviewed_by_somebody",
        ),
        Index("ix_break_glass_person", "person_id"),
        Index("ix_break_glass_account", "account_id", "id"),
        Index("ix_break_glass_reviewer", "reviewer_id"),
        Index("ix_break_glass_state", "state", "due_at"),
    )


append_only.protect(Note.__table__, sealed="body")  # type: ignore[arg-type]
append_only.protect(Interaction.__table__)  # type: ignore[arg-type]
append_only.protect(CallerCheck.__table__)  # type: ignore[arg-type]
