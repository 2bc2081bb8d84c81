"""Tables of the assistance: cases, their timeline, clocks and alarms; who is on duty when."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.accounts import Account
from vipclub.assistance.clocks.promises import KINDS, SEVERITIES
from vipclub.assistance.steps import STATES
from vipclub.core import append_only
from vipclub.core.column_classes import Health, Identity, Internal, Personal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.people import Person

CHANNELS = ("phone", "web", "counter", "agent", "partner", "api", "club")
"""By which way somebody came, or the club acted: `web` the person's own page, `agent` a company's,
`api` a system of the group, `club` the club by itself."""


def _one_of(column: str, known: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(name) for name in known)})"


class Case(Base):
    """Somebody needs help, or asks, or complains. Whose case it is may not be known yet: then there
    is a number to ring back, or nothing but the words.

    `phone` is in E.164, `country` an ISO 3166 code; `region` and `time_zone` are the case's own
    calendar. `tap` is the random key of a red button, so that the same tap is one case.
    `unverified` says that nobody knows yet who calls; `address` is where a tap came from, `flooded`
    one of more than come from one place in need. Who a complaint is about (`against_id`) never sees
    it. `due_at` is the earliest promise that runs, `alarm_at` when the next level of one of them is
    reached, `close_at` when a resolved case closes, `last_at` the moment of its newest entry.
    """

    __tablename__ = "assistance_case"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    kind: Mapped[Personal[str]] = mapped_column(String(20))
    state: Mapped[Internal[str]] = mapped_column(String(20))
    severity: Mapped[Internal[str]] = mapped_column(String(10))
    person_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey(Person.id), index=True)
    owner_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    against_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    caller: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    phone: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    phone_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    what: Mapped[Health[bytes]] = mapped_column(EncryptedText)
    place: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    country: Mapped[Personal[str | None]] = mapped_column(String(2))
    region: Mapped[Internal[str]] = mapped_column(String(8))
    time_zone: Mapped[Internal[str]] = mapped_column(String(40))
    channel: Mapped[Internal[str]] = mapped_column(String(10))
    tap: Mapped[Internal[str | None]] = mapped_column(String(64), unique=True)
    unverified: Mapped[Internal[bool]] = mapped_column(Boolean)
    address: Mapped[Personal[str | None]] = mapped_column(String(45))
    flooded: Mapped[Internal[bool]] = mapped_column(Boolean)
    opened_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    due_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    alarm_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime, index=True)
    wait_until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    close_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[Internal[int | None]] = mapped_column(
        BigId, ForeignKey("assistance_case.id")
    )
    last_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    version: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind_known"),
        CheckConstraint(_one_of("state", STATES), name="state_known"),
        CheckConstraint(_one_of("severity", SEVERITIES), name="severity_known"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel_known"),
        CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name="phone_findable"),
        CheckConstraint("(state = 'waiting') = (wait_until IS NOT NULL)", name="waits_until"),
        Index("ix_assistance_case_state", "state", "due_at"),
        Index("ix_assistance_case_owner", "owner_id", "state"),
        Index("ix_assistance_case_against", "against_id"),
        Index("ix_assistance_case_merged", "merged_into_id"),
        Index("ix_assistance_case_address", "address", "opened_at"),
    )


class CaseEntry(Base):
    """An entry of a case's timeline, never changed: what happened, when, by whom and by which way.

    `severity`, `reason`, `until`, `since`, `days`, `level` and `other_ref` come with what has them
    (`cases/timeline.py`); `body` is what was said, `for_member` whether whose case it is may read
    it.
    """

    __tablename__ = "case_entry"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey("assistance_case.id"))
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    what: Mapped[Internal[str]] = mapped_column(String(20))
    actor_kind: Mapped[Internal[str]] = mapped_column(String(20))
    account_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))
    channel: Mapped[Internal[str]] = mapped_column(String(10))
    severity: Mapped[Internal[str | None]] = mapped_column(String(10))
    reason: Mapped[Internal[str | None]] = mapped_column(String(20))
    until: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    since: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    days: Mapped[Internal[int | None]] = mapped_column(Integer)
    level: Mapped[Internal[int | None]] = mapped_column(Integer)
    other_ref: Mapped[Internal[str | None]] = mapped_column(String(64))
    body: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)
    for_member: Mapped[Internal[bool]] = mapped_column(Boolean)

    __table_args__ = (
        CheckConstraint(_one_of("channel", CHANNELS), name="channel_known"),
        Index("ix_case_entry_case", "case_id", "id"),
        Index("ix_case_entry_account", "account_id"),
    )


class CaseClock(Base):
    """A round of a clock as `clocks.running` works it out: a copy, that it may be looked for.
    `level` is the last alarm that was raised."""

    __tablename__ = "case_clock"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey("assistance_case.id"))
    clock: Mapped[Internal[str]] = mapped_column(String(20))
    round: Mapped[Internal[int]] = mapped_column(Integer)
    started_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    due_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    paused: Mapped[Internal[bool]] = mapped_column(Boolean)
    done_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    stopped_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    level: Mapped[Internal[int]] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("case_id", "clock", "round"),
        Index("ix_case_clock_due", "clock", "due_at"),
    )


class CaseAlarm(Base):
    """A level that a clock has reached, once; `account_id` is who was told, nobody where there was
    nobody to tell."""

    __tablename__ = "case_alarm"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey("assistance_case.id"))
    clock: Mapped[Internal[str]] = mapped_column(String(20))
    round: Mapped[Internal[int]] = mapped_column(Integer)
    level: Mapped[Internal[int]] = mapped_column(Integer)
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    account_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))

    __table_args__ = (
        UniqueConstraint("case_id", "clock", "round", "level"),
        Index("ix_case_alarm_account", "account_id"),
    )


class Shift(Base):
    """Somebody is on duty from a moment until another. `leads` is who is told when a promise is
    missed. A shift that was called off stays, marked."""

    __tablename__ = "duty_shift"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    account_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    starts_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ends_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    leads: Mapped[Internal[bool]] = mapped_column(Boolean)
    cancelled_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_duty_shift_ends", "ends_at"),
        Index("ix_duty_shift_account", "account_id", "starts_at"),
    )


class Absence(Base):
    """A break within a shift, or leave: who is away takes no case, and `stand_in_id` takes those
    that are there, where somebody is named who is on duty then."""

    __tablename__ = "duty_absence"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    account_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    kind: Mapped[Internal[str]] = mapped_column(String(10))
    starts_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ends_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    stand_in_id: Mapped[Internal[int | None]] = mapped_column(BigId, ForeignKey(Account.id))

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("kind IN ('break', 'leave')", name="kind_known"),
        CheckConstraint("stand_in_id <> account_id", name="somebody_else_stands_in"),
        Index("ix_duty_absence_account", "account_id", "ends_at"),
        Index("ix_duty_absence_stand_in", "stand_in_id"),
    )


class OnCall(Base):
    """Who is the leader on call from a moment on, until the next row: reached when nobody is on
    duty, at any hour."""

    __tablename__ = "duty_on_call"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey(Account.id))
    from_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (Index("ix_duty_on_call_account", "account_id"),)


case_table: Table = Case.__table__  # type: ignore[assignment]
entry_table: Table = CaseEntry.__table__  # type: ignore[assignment]
clock_table: Table = CaseClock.__table__  # type: ignore[assignment]
alarm_table: Table = CaseAlarm.__table__  # type: ignore[assignment]

append_only.protect(entry_table, sealed="body")
append_only.protect(alarm_table)
