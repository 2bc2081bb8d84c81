"""Tables of the bookings: policies, holds, appointments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.db import Base
from vipclub.core.types import BigId, JsonDocument, PublicRefType, UtcDateTime


class BookingPolicy(Base):
    """The rules of a service, or of one offering where they differ: exactly one of the two is set.
    `document` is what `policy_document.read_policy` reads."""

    __tablename__ = "booking_policy"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    benefit_id: Mapped[int | None] = mapped_column(ForeignKey("benefit.id"), unique=True)
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    document: Mapped[Any] = mapped_column(JsonDocument)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("(benefit_id IS NULL) <> (offering_id IS NULL)", name="of_one_thing"),
    )


class SeatHold(Base):
    """A time that a member has chosen and not confirmed yet: seat and unit are set aside. It ends
    exactly once: `consumed`, `released` or `expired`."""

    __tablename__ = "seat_hold"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[str] = mapped_column(PublicRefType, unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("entitlement_account.id"))
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'consumed', 'released', 'expired')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_once"),
        Index(
            "ix_seat_hold_open",
            "slot_id",
            "expires_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_seat_hold_person",
            "person_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class Appointment(Base):
    """A visit of a beneficiary, booked by or for a member who pays with a unit of `account_id`.

    `version` grows with every step and is the calendar's SEQUENCE. `starts_at`, `ends_at`,
    `local_day` and `department` are the slot's and offering's, kept here for the overlap rule and
    the limits. `consumed` says that the unit is used (a visit, or a late cancellation).
    """

    __tablename__ = "appointment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[str] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    beneficiary_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("entitlement_account.id"))
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    local_day: Mapped[date] = mapped_column(Date)
    department: Mapped[str | None] = mapped_column(String(40))
    promised_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consumed: Mapped[bool] = mapped_column(Boolean, default=False)
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    previous_state: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'pending', 'booked', 'arrived', 'fulfilled', 'cancelled', "
            "'noshow', 'waitlist', 'entered-in-error')",
            name="state_known",
        ),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_begins"),
        Index("ix_appointment_person", "person_id", "starts_at"),
        Index("ix_appointment_beneficiary", "beneficiary_id", "starts_at"),
        Index("ix_appointment_offering", "offering_id", "starts_at"),
        Index("ix_appointment_slot", "slot_id"),
        Index(
            "ix_appointment_promised",
            "promised_by",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )


NEVER_TWICE = (
    "ALTER TABLE appointment ADD CONSTRAINT ex_appointment_never_twice_at_one_time "
    "EXCLUDE USING gist (int8range(beneficiary_id, beneficiary_id, '[]') WITH &&, "
    "tstzrange(starts_at, ends_at) WITH &&) "
    "WHERE (state IN ('proposed', 'pending', 'booked', 'arrived'))"
)
"""The net below the overlap rule, on PostgreSQL (`decisions` 39)."""

_appointment: Table = Appointment.__table__  # type: ignore[assignment]
event.listen(
    _appointment,
    "after_create",
    DDL(NEVER_TWICE).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)
