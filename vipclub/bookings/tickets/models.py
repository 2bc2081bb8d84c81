"""The table of the booking tickets."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Health, Internal, Personal
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime


class BookingTicket(Base):
    """The right of a person to book a service until `ends_at`: anywhere and for whoever may use it,
    or at one offering, in one city, on some days, for one beneficiary. `used_by` is the reference
    of the appointment that used it; why it was given is in the trail."""

    __tablename__ = "booking_ticket"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    beneficiary_id: Mapped[Internal[int | None]] = mapped_column(
        ForeignKey("person.id"), index=True
    )
    benefit_id: Mapped[Health[int]] = mapped_column(ForeignKey("benefit.id"), index=True)
    offering_id: Mapped[Health[int | None]] = mapped_column(ForeignKey("offering.id"), index=True)
    city: Mapped[Personal[str | None]] = mapped_column(String(6))
    first_day: Mapped[Personal[date | None]] = mapped_column(Date)
    last_day: Mapped[Personal[date | None]] = mapped_column(Date)
    state: Mapped[Internal[str]] = mapped_column(String(10))
    ends_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    used_by: Mapped[Internal[str | None]] = mapped_column(PublicRefType, unique=True)
    given_by_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'used', 'expired', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'used') = (used_by IS NOT NULL)", name="used_by_a_booking"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_once"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        Index("ix_booking_ticket_person", "person_id", "state"),
        Index(
            "ix_booking_ticket_open",
            "ends_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


ticket_table: Table = BookingTicket.__table__  # type: ignore[assignment]
