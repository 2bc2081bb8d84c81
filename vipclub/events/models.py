"""The tables of events: what takes place, what it costs, who has a seat or waits for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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

from vipclub.core.column_classes import Health, Internal, Personal, Public, Secret
from vipclub.core.db import Base
from vipclub.core.types import (
    BigId,
    JsonDocument,
    Localized,
    LocalizedText,
    PublicRefType,
    UtcDateTime,
    localized_check,
)

KINDS = ("wealth_salon", "health_seminar", "private_visit")
WAITS = ("waitlisted", "offered", "registered")
"""States of a registration in which it stands in the queue or has a seat."""


class Event(Base):
    """A salon, a seminar or a private visit.

    A seat is `taken` by a registration, or `reserved` by an offer that waits for its answer;
    `taken + reserved` never exceeds `seats`. Moments are on the wall of `time_zone`. `agenda` is a
    list of {"at": "14:00", "title": {...}, "speaker": "..."}; `languages` are codes of what is
    spoken; `tiers` are those that it is for, empty for all. `benefit_id` is what a seat draws on,
    none for an event that costs no units. With `open` every member sees it, else who is invited.
    """

    __tablename__ = "event"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    version: Mapped[Internal[int]] = mapped_column(Integer)
    kind: Mapped[Public[str]] = mapped_column(String(20))
    state: Mapped[Internal[str]] = mapped_column(String(12))
    series: Mapped[Internal[str | None]] = mapped_column(String(60))
    title: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    summary: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    agenda: Mapped[Public[Any]] = mapped_column(JsonDocument)
    dress: Mapped[Public[Localized | None]] = mapped_column(LocalizedText)
    languages: Mapped[Public[Any]] = mapped_column(JsonDocument)
    picture: Mapped[Public[str | None]] = mapped_column(String(60))
    venue: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    address: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    travel: Mapped[Public[Localized | None]] = mapped_column(LocalizedText)
    city_code: Mapped[Public[str]] = mapped_column(String(6))
    time_zone: Mapped[Public[str]] = mapped_column(String(40))
    map_url: Mapped[Public[str | None]] = mapped_column(String(300))
    starts_at: Mapped[Public[datetime]] = mapped_column(UtcDateTime)
    ends_at: Mapped[Public[datetime]] = mapped_column(UtcDateTime)
    doors_at: Mapped[Public[datetime]] = mapped_column(UtcDateTime)
    register_until: Mapped[Public[datetime]] = mapped_column(UtcDateTime)
    cancel_until: Mapped[Public[datetime]] = mapped_column(UtcDateTime)
    seats: Mapped[Public[int]] = mapped_column(Integer)
    taken: Mapped[Internal[int]] = mapped_column(Integer)
    reserved: Mapped[Internal[int]] = mapped_column(Integer)
    guests_at_most: Mapped[Public[int]] = mapped_column(Integer)
    guest_age_from: Mapped[Public[int | None]] = mapped_column(Integer)
    waitlist: Mapped[Public[bool]] = mapped_column(Boolean)
    open: Mapped[Public[bool]] = mapped_column(Boolean)
    tiers: Mapped[Public[Any]] = mapped_column(JsonDocument)
    benefit_id: Mapped[Public[int | None]] = mapped_column(ForeignKey("benefit.id"), index=True)
    late_cancel_uses: Mapped[Public[bool]] = mapped_column(Boolean)
    absence_uses: Mapped[Public[bool]] = mapped_column(Boolean)
    host_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("account.id"), index=True)
    submitted_by_id: Mapped[Internal[int | None]] = mapped_column(
        ForeignKey("account.id"), index=True
    )
    copied_from_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("event.id"), index=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint("seats >= 1 AND taken >= 0 AND reserved >= 0", name="seats_counted"),
        CheckConstraint("taken + reserved <= seats", name="seats_not_oversold"),
        CheckConstraint("guests_at_most BETWEEN 0 AND 9", name="guests_few"),
        CheckConstraint("doors_at <= starts_at AND starts_at < ends_at", name="hours_in_order"),
        CheckConstraint(
            "register_until <= starts_at AND cancel_until <= starts_at", name="before_the_start"
        ),
        localized_check("title"),
        localized_check("summary"),
        localized_check("venue"),
        localized_check("address"),
        Index("ix_event_state_start", "state", "starts_at"),
        Index("ix_event_series", "series"),
    )


class EventCost(Base):
    """What an event costs: a line of its budget, quoted and then actual, in minor units."""

    __tablename__ = "event_cost"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[Internal[int]] = mapped_column(ForeignKey("event.id"), index=True)
    what: Mapped[Internal[str]] = mapped_column(String(80))
    quoted_minor: Mapped[Internal[int]] = mapped_column(BigId)
    actual_minor: Mapped[Internal[int | None]] = mapped_column(BigId)
    currency: Mapped[Internal[str]] = mapped_column(String(3))
    note: Mapped[Internal[str]] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("quoted_minor >= 0 AND actual_minor >= 0", name="amounts_counted"),
    )


class Registration(Base):
    """A party for an event: a member and guests, `size` people who stay together. One row in the
    queue of its event, by `tier_rank` (the highest tier first), `wave` and `queued_at`.

    `due_at` is when the state that waits ends. `account_id` and `units` are what is held of the
    member's entitlement while there is a seat; `ticket_secret` is sealed.
    """

    __tablename__ = "registration"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    version: Mapped[Internal[int]] = mapped_column(Integer)
    event_id: Mapped[Internal[int]] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[Personal[str]] = mapped_column(String(12))
    size: Mapped[Personal[int]] = mapped_column(Integer)
    tier_rank: Mapped[Personal[int]] = mapped_column(Integer)
    wave: Mapped[Internal[int]] = mapped_column(Integer)
    queued_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    due_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    account_id: Mapped[Internal[int | None]] = mapped_column(
        ForeignKey("entitlement_account.id"), index=True
    )
    units: Mapped[Internal[int]] = mapped_column(Integer)
    consumed: Mapped[Internal[bool]] = mapped_column(Boolean)
    ticket_secret: Mapped[Secret[bytes | None]] = mapped_column(LargeBinary)
    reason_code: Mapped[Internal[str | None]] = mapped_column(String(20))
    channel: Mapped[Internal[str]] = mapped_column(String(12))
    came_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("size BETWEEN 1 AND 10", name="size_counted"),
        CheckConstraint("units >= 0", name="units_counted"),
        Index(
            "uq_registration_person",
            "event_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_registration_queue", "event_id", "state", "tier_rank", "wave", "queued_at"),
        Index(
            "ix_registration_due",
            "state",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )


class PartyMember(Base):
    """Somebody of a party; the member is at position 0, without a name of their own here. `needs`
    are what they eat and what access they need, sealed."""

    __tablename__ = "registration_party"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    registration_id: Mapped[Internal[int]] = mapped_column(ForeignKey("registration.id"))
    position: Mapped[Internal[int]] = mapped_column(Integer)
    name: Mapped[Personal[str]] = mapped_column(String(120))
    age: Mapped[Personal[int | None]] = mapped_column(Integer)
    needs: Mapped[Health[bytes | None]] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("registration_id", "position"),
        CheckConstraint("position BETWEEN 0 AND 9", name="position_counted"),
        CheckConstraint("age BETWEEN 0 AND 130", name="age_counted"),
    )


class EventScan(Base):
    """A ticket that was scanned, and the verdict: the answer to the same scan sent again."""

    __tablename__ = "event_scan"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[Internal[int]] = mapped_column(ForeignKey("event.id"))
    nonce: Mapped[Internal[str]] = mapped_column(String(64))
    registration_id: Mapped[Internal[int | None]] = mapped_column(
        ForeignKey("registration.id"), index=True
    )
    verdict: Mapped[Internal[str]] = mapped_column(String(10))
    first_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    scanned_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    received_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    device: Mapped[Internal[str]] = mapped_column(String(60))
    account_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("account.id"), index=True)

    __table_args__ = (
        UniqueConstraint("event_id", "nonce"),
        CheckConstraint(
            "verdict IN ('welcome', 'already', 'cancelled', 'foreign', 'unknown')",
            name="verdict_known",
        ),
    )


event_table: Table = Event.__table__  # type: ignore[assignment]
registration_table: Table = Registration.__table__  # type: ignore[assignment]
party_table: Table = PartyMember.__table__  # type: ignore[assignment]
scan_table: Table = EventScan.__table__  # type: ignore[assignment]
cost_table: Table = EventCost.__table__  # type: ignore[assignment]
