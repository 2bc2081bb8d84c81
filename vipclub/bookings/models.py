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

from vipclub.core.column_classes import Health, Internal, Personal, Secret
from vipclub.core.db import Base
from vipclub.core.reference_version import watch
from vipclub.core.types import BigId, JsonDocument, PublicRefType, UtcDateTime


class BookingPolicy(Base):
    """The rules of a service, or of one offering where they differ: exactly one of the two is set.
    `document` is what `policies.document.read_policy` reads."""

    __tablename__ = "booking_policy"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    benefit_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("benefit.id"), unique=True)
    offering_id: Mapped[Internal[int | None]] = mapped_column(
        ForeignKey("offering.id"), unique=True
    )
    name: Mapped[Internal[str]] = mapped_column(String(60))
    document: Mapped[Internal[Any]] = mapped_column(JsonDocument)
    changed_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("(benefit_id IS NULL) <> (offering_id IS NULL)", name="of_one_thing"),
    )


class SeatHold(Base):
    """A time that a member has chosen and not confirmed yet: seat and unit are set aside. It ends
    exactly once: `consumed`, `released` or `expired`. `ticket` is the booking ticket by which the
    time was chosen."""

    __tablename__ = "seat_hold"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    slot_id: Mapped[Health[int]] = mapped_column(ForeignKey("slot.id"))
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[Health[int]] = mapped_column(ForeignKey("entitlement_account.id"))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    ticket: Mapped[Internal[str | None]] = mapped_column(PublicRefType)

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
        Index(
            "ix_seat_hold_ticket",
            "ticket",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class Appointment(Base):
    """A visit of a beneficiary, booked by or for a member who pays with a unit of `account_id`.

    `version` grows with every step and is the calendar's SEQUENCE. `starts_at`, `ends_at`,
    `local_day` and `department` are the slot's and offering's, kept here for the overlap rule and
    the limits. `consumed` says that the unit is used (a visit, or a late cancellation).

    While `proposed`, `proposed_slot_id` is the other time, whose seat is taken too, and
    `answer_by` when the service desk asks the member. `answer_kind` is why the partner declined or
    proposed. `moves` counts changes of time by the member's side along the whole chain;
    `reminded_for` is the beginning that the member was reminded of.
    """

    __tablename__ = "appointment"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    beneficiary_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    slot_id: Mapped[Health[int]] = mapped_column(ForeignKey("slot.id"))
    offering_id: Mapped[Health[int]] = mapped_column(ForeignKey("offering.id"))
    account_id: Mapped[Health[int]] = mapped_column(ForeignKey("entitlement_account.id"))
    state: Mapped[Internal[str]] = mapped_column(String(20))
    version: Mapped[Internal[int]] = mapped_column(Integer)
    starts_at: Mapped[Personal[datetime]] = mapped_column(UtcDateTime)
    ends_at: Mapped[Personal[datetime]] = mapped_column(UtcDateTime)
    local_day: Mapped[Personal[date]] = mapped_column(Date)
    department: Mapped[Health[str | None]] = mapped_column(String(40))
    promised_by: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    answered_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    consumed: Mapped[Internal[bool]] = mapped_column(Boolean, default=False)
    reason_code: Mapped[Internal[str | None]] = mapped_column(String(20))
    reason: Mapped[Health[str | None]] = mapped_column(Text)
    previous_state: Mapped[Internal[str | None]] = mapped_column(String(20))
    note: Mapped[Health[bytes | None]] = mapped_column(LargeBinary)
    channel: Mapped[Internal[str]] = mapped_column(String(10))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    proposed_slot_id: Mapped[Health[int | None]] = mapped_column(ForeignKey("slot.id"), index=True)
    answer_by: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    answer_kind: Mapped[Health[str | None]] = mapped_column(String(20))
    moves: Mapped[Internal[int]] = mapped_column(Integer, default=0, server_default=text("0"))
    reminded_for: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

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
        Index("ix_appointment_starts_at", "starts_at", "id"),
        Index(
            "ix_appointment_coming",
            "starts_at",
            sqlite_where=text("state = 'booked'"),
            postgresql_where=text("state = 'booked'"),
        ),
        Index(
            "ix_appointment_proposed",
            "starts_at",
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        Index(
            "ix_appointment_promised",
            "promised_by",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )


class CalendarFeed(Base):
    """A person's private calendar address: of its secret the row keeps the SHA-256. Renewing
    replaces it, switching off deletes the row."""

    __tablename__ = "calendar_feed"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), unique=True)
    token_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)


class Closure(Base):
    """Times of a partner that were closed in one act: a day, single hours, or by a new week
    (`kind`). It is finished when nobody in `closure_displaced` is left without another time."""

    __tablename__ = "closure"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    kind: Mapped[Internal[str]] = mapped_column(String(10))
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey("partner.id"), index=True)
    first_day: Mapped[Internal[date]] = mapped_column(Date)
    last_day: Mapped[Internal[date]] = mapped_column(Date)
    reason: Mapped[Internal[str | None]] = mapped_column(Text)
    by: Mapped[Internal[str]] = mapped_column(String(80))
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    reopened_by: Mapped[Internal[str | None]] = mapped_column(String(80))
    reopened_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("kind IN ('day', 'hours', 'week')", name="kind_known"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by IS NULL)", name="reopened_by_somebody"
        ),
    )


class ClosureDay(Base):
    """A local day of an offering that a closure closed whole."""

    __tablename__ = "closure_day"

    closure_id: Mapped[Internal[int]] = mapped_column(ForeignKey("closure.id"), primary_key=True)
    offering_id: Mapped[Internal[int]] = mapped_column(ForeignKey("offering.id"), primary_key=True)
    day: Mapped[Internal[date]] = mapped_column(Date, primary_key=True)


class ClosureSlot(Base):
    """A time that a closure closed: reopening opens these, and none that was closed before."""

    __tablename__ = "closure_slot"

    closure_id: Mapped[Internal[int]] = mapped_column(ForeignKey("closure.id"), primary_key=True)
    slot_id: Mapped[Internal[int]] = mapped_column(ForeignKey("slot.id"), primary_key=True)


class ClosureDisplaced(Base):
    """An appointment in a time that a closure closed. `state` is what the partner's side knows:
    waiting for a proposal, with the service desk (nothing free at the partner), or kept (served
    all the same). Whether it has moved, is proposed or cancelled is asked of the appointment
    itself, so that it is never out of date. `tried_at` is when a proposal was last looked for."""

    __tablename__ = "closure_displaced"

    closure_id: Mapped[Internal[int]] = mapped_column(ForeignKey("closure.id"), primary_key=True)
    appointment_id: Mapped[Internal[int]] = mapped_column(
        ForeignKey("appointment.id"), primary_key=True, index=True
    )
    slot_id: Mapped[Health[int]] = mapped_column(ForeignKey("slot.id"))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    tried_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'desk', 'kept')", name="state_known"),
        Index("ix_closure_displaced_state", "state"),
    )


NEVER_TWICE = (
    "ALTER TABLE appointment ADD CONSTRAINT ex_appointment_never_twice_at_one_time "
    "EXCLUDE USING gist (int8range(beneficiary_id, beneficiary_id, '[]') WITH &&, "
    "tstzrange(starts_at, ends_at) WITH &&) "
    "WHERE (state IN ('proposed', 'pending', 'booked', 'arrived'))"
)
"""The net below the overlap rule, on PostgreSQL (docs/decisions.md 39)."""

_appointment: Table = Appointment.__table__  # type: ignore[assignment]
event.listen(
    _appointment,
    "after_create",
    DDL(NEVER_TWICE).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)
watch(BookingPolicy.__table__)
