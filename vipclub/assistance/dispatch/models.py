"""Tables of the dispatch: what partners offer in need, and each asking."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.assistance.dispatch.steps import SERVICES, STATES, WAYS
from vipclub.assistance.models import Case
from vipclub.core.column_classes import Health, Internal, Personal, Secret
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.partners import Partner


def _one_of(column: str, known: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(name) for name in known)})"


class AssistanceCover(Base):
    """What a partner does in need, and where: in a `country` (ISO 3166), perhaps in one `city_code`
    of it (as a site has it), or everywhere. It answers within so many `minutes`; `email` gets the
    letter with the link, in `language`, `phone` is for the desk. One that isn't `active` is asked
    no more and stays for what it was asked."""

    __tablename__ = "assistance_cover"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Partner.id), index=True)
    kind: Mapped[Internal[str]] = mapped_column(String(12))
    country: Mapped[Internal[str | None]] = mapped_column(String(2))
    city_code: Mapped[Internal[str | None]] = mapped_column(String(6))
    phone: Mapped[Internal[str]] = mapped_column(String(40))
    email: Mapped[Internal[str]] = mapped_column(String(200))
    language: Mapped[Internal[str]] = mapped_column(String(10))
    minutes: Mapped[Internal[int]] = mapped_column(Integer)
    active: Mapped[Internal[bool]] = mapped_column(Boolean)

    __table_args__ = (
        CheckConstraint(_one_of("kind", SERVICES), name="kind_known"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_plausible"),
        CheckConstraint("city_code IS NULL OR country IS NOT NULL", name="city_in_a_country"),
        Index("ix_assistance_cover_kind", "kind", "active", "country"),
    )


class Dispatch(Base):
    """One partner who is asked, or is to be asked, to help in a case.

    Those of a `chain` are asked one after another by their `number`. `area` is what the partner is
    told before it accepts, `note` the desk's words for it afterwards, `said` the partner's own.
    `token_hash` is of the link's secret, where a letter with one went out. Of a chain one at a time
    is asked, and one alone accepts: the two unique indexes have the last word.
    """

    __tablename__ = "dispatch"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Case.id), index=True)
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Partner.id))
    cover_id: Mapped[Internal[int]] = mapped_column(
        BigId, ForeignKey("assistance_cover.id"), index=True
    )
    chain: Mapped[Internal[str]] = mapped_column(PublicRefType)
    number: Mapped[Internal[int]] = mapped_column(Integer)
    kind: Mapped[Internal[str]] = mapped_column(String(12))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    country: Mapped[Personal[str | None]] = mapped_column(String(2))
    area: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    note: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    minutes: Mapped[Internal[int]] = mapped_column(Integer)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    asked_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    answer_by: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    answered_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    way: Mapped[Internal[str | None]] = mapped_column(String(4))
    reason: Mapped[Internal[str | None]] = mapped_column(String(20))
    said: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    arrives_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    token_hash: Mapped[Secret[bytes | None]] = mapped_column(LargeBinary(32), unique=True)

    __table_args__ = (
        CheckConstraint(_one_of("kind", SERVICES), name="kind_known"),
        CheckConstraint(_one_of("state", STATES), name="state_known"),
        CheckConstraint(_one_of("way", WAYS), name="way_known"),
        CheckConstraint("(asked_at IS NULL) = (answer_by IS NULL)", name="asked_with_a_clock"),
        CheckConstraint("state <> 'listed' OR asked_at IS NULL", name="listed_is_not_asked"),
        CheckConstraint(
            "state IN ('listed', 'withdrawn') OR asked_at IS NOT NULL", name="asked_before"
        ),
        CheckConstraint("(answered_at IS NULL) = (way IS NULL)", name="answered_by_a_way"),
        UniqueConstraint("chain", "number"),
        Index("ix_dispatch_partner", "partner_id", "state"),
        Index("ix_dispatch_due", "state", "answer_by"),
        Index(
            "uq_dispatch_chain_asked",
            "chain",
            unique=True,
            postgresql_where=text("state = 'asked'"),
            sqlite_where=text("state = 'asked'"),
        ),
        Index(
            "uq_dispatch_chain_accepted",
            "chain",
            unique=True,
            postgresql_where=text("state IN ('accepted', 'done')"),
            sqlite_where=text("state IN ('accepted', 'done')"),
        ),
    )


cover_table: Table = AssistanceCover.__table__  # type: ignore[assignment]
dispatch_table: Table = Dispatch.__table__  # type: ignore[assignment]
