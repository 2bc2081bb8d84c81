"""Tables of the settlement: prices, lines, statements."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core import append_only
from vipclub.core.column_classes import Health, Internal
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime


class ContractPrice(Base):
    """What a visit costs from a day on, in minor units. `noshow_percent` and `late_percent` are the
    shares of it that a missed visit and a late cancellation are worth; 0 charges nothing."""

    __tablename__ = "contract_price"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey("partner.id"), index=True)
    offering_id: Mapped[Internal[int]] = mapped_column(ForeignKey("offering.id"))
    from_day: Mapped[Internal[date]] = mapped_column(Date)
    amount_minor: Mapped[Internal[int]] = mapped_column(BigInteger)
    currency: Mapped[Internal[str]] = mapped_column(String(3))
    noshow_percent: Mapped[Internal[int]] = mapped_column(Integer)
    late_percent: Mapped[Internal[int]] = mapped_column(Integer)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("offering_id", "from_day"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("noshow_percent BETWEEN 0 AND 100", name="noshow_share"),
        CheckConstraint("late_percent BETWEEN 0 AND 100", name="late_share"),
    )


class SettlementStatement(Base):
    """A month of a partner, issued. Never changed; its totals are the sum of its lines."""

    __tablename__ = "settlement_statement"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey("partner.id"))
    month: Mapped[Internal[date]] = mapped_column(Date)
    issued_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("partner_id", "month"),)


class SettlementLine(Base):
    """A chargeable appointment, or the reversal of one (`correction` of `corrects_id`). `month` is
    its first day; `version` is the appointment's when the line was made, so that one step makes one
    line. Amount, currency and share are empty while no price is on record, the statement until
    issuing claims the line; each is filled once, and nothing else ever changes."""

    __tablename__ = "settlement_line"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey("partner.id"))
    month: Mapped[Internal[date]] = mapped_column(Date)
    appointment_id: Mapped[Internal[int]] = mapped_column(ForeignKey("appointment.id"))
    version: Mapped[Internal[int]] = mapped_column(Integer)
    offering_id: Mapped[Health[int]] = mapped_column(ForeignKey("offering.id"), index=True)
    service_day: Mapped[Internal[date]] = mapped_column(Date)
    kind: Mapped[Internal[str]] = mapped_column(String(20))
    percent: Mapped[Internal[int | None]] = mapped_column(Integer)
    amount_minor: Mapped[Internal[int | None]] = mapped_column(BigInteger)
    currency: Mapped[Internal[str | None]] = mapped_column(String(3))
    corrects_id: Mapped[Internal[int | None]] = mapped_column(
        ForeignKey("settlement_line.id"), unique=True
    )
    statement_id: Mapped[Internal[int | None]] = mapped_column(
        ForeignKey("settlement_statement.id"), index=True
    )
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("appointment_id", "version"),
        CheckConstraint(
            "kind IN ('visit', 'late_cancellation', 'noshow', 'correction')", name="kind_known"
        ),
        CheckConstraint("(kind = 'correction') = (corrects_id IS NOT NULL)", name="corrects_one"),
        CheckConstraint(
            "(amount_minor IS NULL) = (currency IS NULL)"
            " AND (amount_minor IS NULL) = (percent IS NULL)",
            name="priced_whole",
        ),
        CheckConstraint(
            "amount_minor IS NULL OR (kind = 'correction' AND amount_minor <= 0)"
            " OR (kind <> 'correction' AND amount_minor >= 0)",
            name="sign_of_its_kind",
        ),
        CheckConstraint(
            "statement_id IS NULL OR amount_minor IS NOT NULL", name="stated_with_amount"
        ),
        Index(
            "ix_settlement_line_open",
            "partner_id",
            "month",
            sqlite_where=text("statement_id IS NULL"),
            postgresql_where=text("statement_id IS NULL"),
        ),
    )


append_only.protect(SettlementStatement.__table__)  # type: ignore[arg-type]
append_only.protect(
    SettlementLine.__table__,  # type: ignore[arg-type]
    once=("percent", "amount_minor", "currency", "statement_id"),
)
