"""Tables of the partners: companies, sites, what they offer, when, and the slots that follow."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Time,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Internal, Public
from vipclub.core.db import Base
from vipclub.core.reference_version import watch
from vipclub.core.types import (
    BigId,
    Localized,
    LocalizedText,
    PublicRefType,
    UtcDateTime,
    localized_check,
)


class Partner(Base):
    """A company that serves members. `key` is what the club calls it in its files
    (`catalogue/keys.py`); that of sites and offerings likewise."""

    __tablename__ = "partner"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    key: Mapped[Internal[str | None]] = mapped_column(String(40), unique=True, index=True)
    name: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (localized_check("name"),)


class Site(Base):
    """An address of a partner. All wall-clock rules of a visit are in its `time_zone`; `region`
    names its calendar of working days; `city_code` is GB/T 2260, or 99 and the UN number abroad."""

    __tablename__ = "site"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    key: Mapped[Internal[str | None]] = mapped_column(String(40), unique=True, index=True)
    partner_id: Mapped[Internal[int]] = mapped_column(ForeignKey("partner.id"), index=True)
    name: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    address: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    city_code: Mapped[Public[str]] = mapped_column(String(6), index=True)
    time_zone: Mapped[Public[str]] = mapped_column(String(40))
    region: Mapped[Public[str]] = mapped_column(String(8))

    __table_args__ = (localized_check("name"), localized_check("address"))


class Offering(Base):
    """A service at a site. `minutes` is how long a visit takes; `department` groups offerings for
    the limits of a booking policy."""

    __tablename__ = "offering"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    key: Mapped[Internal[str | None]] = mapped_column(String(40), unique=True, index=True)
    site_id: Mapped[Internal[int]] = mapped_column(ForeignKey("site.id"), index=True)
    benefit_id: Mapped[Internal[int]] = mapped_column(ForeignKey("benefit.id"), index=True)
    name: Mapped[Public[Localized]] = mapped_column(LocalizedText)
    preparation: Mapped[Public[Localized | None]] = mapped_column(LocalizedText)
    minutes: Mapped[Public[int]] = mapped_column(Integer)
    department: Mapped[Public[str | None]] = mapped_column(String(40))
    on_holidays: Mapped[Public[bool]] = mapped_column(Boolean, default=False)
    active: Mapped[Internal[bool]] = mapped_column(Boolean, default=True)

    __table_args__ = (
        localized_check("name"),
        localized_check("preparation"),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes_plausible"),
    )


class WeeklyCapacity(Base):
    """Opening hours of an offering on a weekday (1 Monday to 7 Sunday), by the site's clock: a
    visit begins every `every` minutes from `opens`, and must end by `closes`."""

    __tablename__ = "weekly_capacity"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    offering_id: Mapped[Internal[int]] = mapped_column(ForeignKey("offering.id"))
    weekday: Mapped[Public[int]] = mapped_column(Integer)
    opens: Mapped[Public[time]] = mapped_column(Time)
    closes: Mapped[Public[time]] = mapped_column(Time)
    every: Mapped[Public[int]] = mapped_column(Integer)
    capacity: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("offering_id", "weekday", "opens"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_known"),
        CheckConstraint("closes > opens", name="closes_after_it_opens"),
        CheckConstraint("every BETWEEN 5 AND 1440", name="every_plausible"),
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="capacity_plausible"),
    )


class Week(Base):
    """A week of an offering that holds from a local day on, in place of `weekly_capacity` and of
    the weeks before it."""

    __tablename__ = "week"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    offering_id: Mapped[Internal[int]] = mapped_column(ForeignKey("offering.id"))
    from_day: Mapped[Public[date]] = mapped_column(Date)

    __table_args__ = (UniqueConstraint("offering_id", "from_day"),)


class WeekHours(Base):
    """Opening hours within a `Week`; read as `WeeklyCapacity` is."""

    __tablename__ = "week_hours"

    week_id: Mapped[Internal[int]] = mapped_column(ForeignKey("week.id"), primary_key=True)
    weekday: Mapped[Public[int]] = mapped_column(Integer, primary_key=True)
    opens: Mapped[Public[time]] = mapped_column(Time, primary_key=True)
    closes: Mapped[Public[time]] = mapped_column(Time)
    every: Mapped[Public[int]] = mapped_column(Integer)
    capacity: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_known"),
        CheckConstraint("closes > opens", name="closes_after_it_opens"),
        CheckConstraint("every BETWEEN 5 AND 1440", name="every_plausible"),
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="capacity_plausible"),
    )


class CapacityException(Base):
    """A day that differs: `capacity` 0 is closed, another number replaces the weekly one."""

    __tablename__ = "capacity_exception"

    offering_id: Mapped[Internal[int]] = mapped_column(ForeignKey("offering.id"), primary_key=True)
    day: Mapped[Public[date]] = mapped_column(Date, primary_key=True)
    capacity: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("capacity BETWEEN 0 AND 1000", name="capacity_plausible"),)


class Slot(Base):
    """A time of an offering, with its seats (docs/decisions.md 33). A seat is taken by `taken <
    capacity` in the UPDATE, never by counting; the CHECK stands behind it. `local_day` is the
    site's. `planned` is false for a time that the week doesn't have any more: a week that has it
    again opens it again, but never one that the partner closed."""

    __tablename__ = "slot"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    offering_id: Mapped[Internal[int]] = mapped_column(ForeignKey("offering.id"))
    starts_at: Mapped[Public[datetime]] = mapped_column(UtcDateTime)
    ends_at: Mapped[Public[datetime]] = mapped_column(UtcDateTime)
    local_day: Mapped[Public[date]] = mapped_column(Date)
    capacity: Mapped[Internal[int]] = mapped_column(Integer)
    taken: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    reserved: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    open: Mapped[Public[bool]] = mapped_column(Boolean, default=True)
    planned: Mapped[Internal[bool]] = mapped_column(
        Boolean, default=True, server_default=text("true")
    )

    __table_args__ = (
        UniqueConstraint("offering_id", "starts_at"),
        Index("ix_slot_day", "offering_id", "local_day"),
        CheckConstraint("taken + reserved <= capacity", name="never_oversold"),
        CheckConstraint("taken >= 0 AND reserved >= 0", name="seats_not_negative"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_begins"),
    )


for _kept in (Partner, Site, Offering):
    watch(_kept.__table__)
