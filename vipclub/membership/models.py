"""Tables of the memberships: policies with their versions, rating runs and their results, terms,
cards.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Internal, Personal
from vipclub.core.db import Base
from vipclub.core.types import BigId, JsonDocument, PublicRefType, UtcDateTime

_TIERS = "'gold', 'platinum', 'diamond', 'black'"


class TierPolicyRow(Base):
    """A version of the tier policy, as its document. Never changed; the one in force is the last to
    have begun.
    """

    __tablename__ = "tier_policy"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    version: Mapped[Internal[str]] = mapped_column(String(40), unique=True)
    in_force_from: Mapped[Internal[date]] = mapped_column(Date, unique=True)
    document: Mapped[Internal[str]] = mapped_column(Text)
    loaded_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    loaded_by: Mapped[Internal[str]] = mapped_column(String(80))


class TierPolicyDraft(Base):
    """A policy that is tried on everybody, and may be put in force by two people.

    `tally` is what the trial found up to person `cursor`; `finished_at` when it has seen all.
    States: `trial`, `submitted` (by one), `approved` (by another: it is a version now), `returned`
    (with a reason).
    """

    __tablename__ = "tier_policy_draft"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    version: Mapped[Internal[str]] = mapped_column(String(40))
    in_force_from: Mapped[Internal[date]] = mapped_column(Date)
    document: Mapped[Internal[str]] = mapped_column(Text)
    as_of: Mapped[Internal[date]] = mapped_column(Date)
    cursor: Mapped[Internal[int]] = mapped_column(BigId, default=0)
    tally: Mapped[Internal[Any]] = mapped_column(JsonDocument)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    created_by: Mapped[Internal[str]] = mapped_column(String(80))
    finished_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    state: Mapped[Internal[str]] = mapped_column(String(10))
    submitted_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    submitted_by: Mapped[Internal[str | None]] = mapped_column(String(80))
    decided_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    decided_by: Mapped[Internal[str | None]] = mapped_column(String(80))
    reason: Mapped[Internal[str | None]] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(
            "state IN ('trial', 'submitted', 'approved', 'returned')", name="state_known"
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> submitted_by", name="second_person"),
        CheckConstraint("state <> 'approved' OR decided_by IS NOT NULL", name="approved_by_one"),
    )


class RatingRun(Base):
    """One rating of everybody: its cursor, so that it goes on after a stop, and its lease, so that
    it is alone.

    `cursor` is the last person rated; `counts` has movements and how many; `leased_until` is
    database time.
    """

    __tablename__ = "rating_run"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    policy_id: Mapped[Internal[int]] = mapped_column(ForeignKey("tier_policy.id"))
    as_of: Mapped[Internal[date]] = mapped_column(Date)
    state: Mapped[Internal[str]] = mapped_column(String(10))
    cursor: Mapped[Internal[int]] = mapped_column(BigId, default=0)
    counts: Mapped[Internal[Any]] = mapped_column(JsonDocument)
    leased_by: Mapped[Internal[str | None]] = mapped_column(String(80))
    leased_until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    started_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    finished_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('running', 'done')", name="state_known"),
        Index(
            "uq_rating_run_running",
            "state",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )


class Rating(Base):
    """What a rating found for a person, with its explanation. Written when it differs from the one
    before, so the rating of a day is the newest row up to that day.
    """

    __tablename__ = "rating"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[Internal[int]] = mapped_column(ForeignKey("rating_run.id"))
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    policy_id: Mapped[Internal[int]] = mapped_column(ForeignKey("tier_policy.id"))
    as_of: Mapped[Internal[date]] = mapped_column(Date)
    tier_met: Mapped[Personal[str | None]] = mapped_column(String(10))
    tier: Mapped[Personal[str | None]] = mapped_column(String(10))
    movement: Mapped[Personal[str]] = mapped_column(String(12))
    explanation: Mapped[Personal[Any]] = mapped_column(JsonDocument)
    digest: Mapped[Personal[bytes]] = mapped_column(LargeBinary(16))

    __table_args__ = (UniqueConstraint("person_id", "run_id"), Index("ix_rating_run_id", "run_id"))


class MembershipCard(Base):
    """A person's card number, which stays through all terms."""

    __tablename__ = "membership_card"

    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), primary_key=True)
    card_no: Mapped[Personal[str]] = mapped_column(String(16), unique=True)
    issued_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_membership_card_end", text("substr(card_no, 13)")),)


card_end = func.substr(MembershipCard.card_no, literal_column("13"), type_=String())
"""SQL: the last four digits of a card's number, as they are indexed."""


class Membership(Base):
    """One term of a person's membership. A new term is a new row; an upgrade changes the tier
    inside the term.

    States: `invited` (already effective), `active`, `lapsed`, `declined`, `closed`. `reason` says
    why it was opened (`first`, `return`, `renewal`, `upgrade`, `downgrade`), `end_reason` why it
    ended. `end_told_at` is when its last day was told ahead. Days are the club's.
    """

    __tablename__ = "membership"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    tier: Mapped[Personal[str]] = mapped_column(String(10))
    tier_since: Mapped[Personal[date]] = mapped_column(Date)
    effective_day: Mapped[Internal[date]] = mapped_column(Date)
    last_day: Mapped[Internal[date]] = mapped_column(Date)
    state: Mapped[Internal[str]] = mapped_column(String(10))
    in_grace: Mapped[Personal[bool]] = mapped_column(Boolean, default=False)
    card_no: Mapped[Personal[str]] = mapped_column(ForeignKey("membership_card.card_no"))
    policy_id: Mapped[Internal[int]] = mapped_column(ForeignKey("tier_policy.id"))
    reason: Mapped[Internal[str]] = mapped_column(String(12))
    end_reason: Mapped[Internal[str | None]] = mapped_column(String(12))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    answered_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    end_told_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("person_id", "effective_day"),
        CheckConstraint(f"tier IN ({_TIERS})", name="tier_known"),
        CheckConstraint(
            "state IN ('invited', 'active', 'lapsed', 'declined', 'closed')", name="state_known"
        ),
        CheckConstraint("last_day >= effective_day", name="ends_after_it_begins"),
        Index("ix_membership_card_no", "card_no"),
    )
