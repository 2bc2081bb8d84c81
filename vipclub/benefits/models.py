"""Tables of the benefits: the catalogue, what each tier gets, the accounts and their ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core import append_only
from vipclub.core.column_classes import Health, Internal, Personal, Public
from vipclub.core.db import Base
from vipclub.core.reference_version import watch
from vipclub.core.types import (
    BigId,
    JsonDocument,
    Localized,
    LocalizedText,
    UtcDateTime,
    localized_check,
)


class Benefit(Base):
    """Something a member may use. `code` is also the service's code. `who` lists member, family,
    guest.

    `expected_use` is per 1,000 of what is given (unlimited: of members), for the trial run of a
    policy.
    """

    __tablename__ = "benefit"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    code: Mapped[Public[str]] = mapped_column(String(40), unique=True)
    position: Mapped[Internal[int]] = mapped_column(Integer)
    name: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    summary: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    unit: Mapped[Public[str]] = mapped_column(String(10))
    use: Mapped[Public[str]] = mapped_column(String(10))
    who: Mapped[Public[Any]] = mapped_column(JsonDocument)
    icon: Mapped[Public[str]] = mapped_column(String(40))
    unit_cost_minor: Mapped[Internal[int]] = mapped_column(BigId)
    currency: Mapped[Internal[str]] = mapped_column(String(3))
    expected_use: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (
        localized_check("name"),
        localized_check("summary"),
        CheckConstraint("unit IN ('times', 'people', 'money', 'unlimited')", name="unit_known"),
        # "use" is a word of SQL in other databases, not in ours
        CheckConstraint("use IN ('slot', 'request', 'event', 'case')", name="use_known"),
        CheckConstraint("unit_cost_minor >= 0", name="cost_not_negative"),
    )


class BenefitQuantity(Base):
    """What a tier gets of a benefit in a calendar year, from `from_year` on until a later
    catalogue.

    Unlimited benefits have 0 here: the row says that the tier has it at all.
    """

    __tablename__ = "benefit_quantity"

    benefit_id: Mapped[Internal[int]] = mapped_column(ForeignKey("benefit.id"), primary_key=True)
    tier: Mapped[Public[str]] = mapped_column(String(10), primary_key=True)
    from_year: Mapped[Public[int]] = mapped_column(Integer, primary_key=True)
    quantity: Mapped[Public[int]] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_not_negative"),)


class EntitlementAccount(Base):
    """A person's units of a benefit in a calendar year. Always the sum of its ledger entries.

    `tier_granted` is the part of `granted` that the tier gave. An unlimited account gives itself
    what is held.
    """

    __tablename__ = "entitlement_account"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    benefit_id: Mapped[Internal[int]] = mapped_column(ForeignKey("benefit.id"))
    year: Mapped[Internal[int]] = mapped_column(Integer)
    granted: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    held: Mapped[Personal[int]] = mapped_column(Integer, default=0)
    used: Mapped[Personal[int]] = mapped_column(Integer, default=0)
    tier_granted: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    unlimited: Mapped[Internal[bool]] = mapped_column(Boolean, default=False)
    opened_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("person_id", "benefit_id", "year"),
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("used >= 0", name="used_not_negative"),
        CheckConstraint("granted - held - used >= 0", name="remaining_not_negative"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year_plausible"),
    )

    @hybrid_property
    def remaining(self) -> int:
        """What is left, in Python and in SQL; of an unlimited account it says nothing."""
        return self.granted - self.held - self.used


_SHAPES = """
CASE kind
WHEN 'grant' THEN granted >= 0 AND held = 0 AND used = 0
WHEN 'adjust' THEN granted <> 0 AND held = 0 AND used = 0
WHEN 'hold' THEN held > 0 AND used = 0 AND granted IN (0, held)
WHEN 'release' THEN held < 0 AND used = 0 AND granted IN (0, held)
WHEN 'consume' THEN used > 0 AND held = -used AND granted = 0
WHEN 'reverse' THEN used < 0 AND (held = -used AND granted = 0 OR held = 0 AND granted IN (0, used))
WHEN 'expire' THEN granted < 0 AND held = 0 AND used = 0
ELSE 1 = 0 END
"""


class LedgerEntry(Base):
    """One change of an account, as differences; never edited. `subject` is what it was for (an
    appointment, a rating run). Each kind has its own shape.
    """

    __tablename__ = "ledger_entry"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[Internal[int]] = mapped_column(ForeignKey("entitlement_account.id"))
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    kind: Mapped[Internal[str]] = mapped_column(String(10))
    granted: Mapped[Internal[int]] = mapped_column(Integer)
    held: Mapped[Personal[int]] = mapped_column(Integer)
    used: Mapped[Personal[int]] = mapped_column(Integer)
    subject_kind: Mapped[Internal[str]] = mapped_column(String(40))
    subject_ref: Mapped[Internal[str]] = mapped_column(String(64))
    actor_kind: Mapped[Internal[str]] = mapped_column(String(20))
    actor_ref: Mapped[Internal[str]] = mapped_column(String(80))
    reason: Mapped[Health[str | None]] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(" ".join(_SHAPES.split()), name="shape_of_its_kind"),
        Index("ix_ledger_entry_account", "account_id", "id"),
        Index("ix_ledger_entry_subject", "subject_kind", "subject_ref"),
    )


append_only.protect(LedgerEntry.__table__)  # type: ignore[arg-type]
watch(Benefit.__table__)
