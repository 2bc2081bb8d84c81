"""Tables of the callbacks: what is to be done by when, and each call that was tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.accounts import Account
from vipclub.assistance import Case
from vipclub.core import append_only
from vipclub.core.column_classes import Health, Identity, Internal, Personal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.people import Person


class Callback(Base):
    """Somebody is to be called back between `from_at` and `due_at`: a person, or whoever answers at
    a number. Without a `phone` it is the person's own mobile as it is known when the call is made.

    `tries` counts the calls that reached nobody; `level` is the last alarm that was raised,
    `alarm_at` when the next one is. `asked_by_id` is who of the staff planned it, nobody where the
    person asked.
    """

    __tablename__ = "callback"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey(Person.id), index=True)
    case_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Case.id), index=True)
    owner_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    asked_by_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    about: Mapped[Personal[str]] = mapped_column(String(20))
    channel: Mapped[Internal[str]] = mapped_column(String(10))
    caller: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    phone: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    words: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    from_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    due_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    alarm_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime, index=True)
    level: Mapped[Internal[int]] = mapped_column(Integer)
    tries: Mapped[Internal[int]] = mapped_column(Integer)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    version: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint(
            "state IN ('due', 'reached', 'unreached', 'cancelled')", name="state_known"
        ),
        CheckConstraint("(state = 'due') = (ended_at IS NULL)", name="ended_once"),
        CheckConstraint("person_id IS NOT NULL OR phone IS NOT NULL", name="can_be_called"),
        CheckConstraint("due_at >= from_at", name="due_after_it_may_begin"),
        Index(
            "ix_callback_due",
            "due_at",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
        Index("ix_callback_owner", "owner_id", "state"),
        Index("ix_callback_asked_by", "asked_by_id"),
    )


class CallbackTry(Base):
    """A call that was made for a callback, and whether it reached anybody. Never changed."""

    __tablename__ = "callback_try"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    callback_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey("callback.id"))
    number: Mapped[Internal[int]] = mapped_column(Integer)
    account_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    reached: Mapped[Internal[bool]] = mapped_column(Boolean)
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("callback_id", "number"),
        Index("ix_callback_try_account", "account_id"),
    )


callback_table: Table = Callback.__table__  # type: ignore[assignment]
try_table: Table = CallbackTry.__table__  # type: ignore[assignment]
append_only.protect(try_table)
