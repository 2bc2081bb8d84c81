"""Which keys this club has, by their check values, and which of each kind is written with: in the
database, so that all processes agree and a club with other keys doesn't start.

A key is first held (processes know it, nothing is written with it), then in force (one of each
kind), then an older one is held again while rows need it, and in the end retired. `secret` is
VIPCLUB_SECRET_KEY, the others are those of VIPCLUB_FIELD_KEYS (docs/decisions.md 72).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core.column_classes import Internal
from vipclub.core.db import Base
from vipclub.core.types import UtcDateTime

SECRET = "secret"
HELD, IN_FORCE, RETIRED = "held", "in force", "retired"


class ClubKey(Base):
    """A key by its check value, never the key. `sealed_at` is when the last row that needed an
    older one was sealed anew with this one."""

    __tablename__ = "club_key"

    kind: Mapped[Internal[str]] = mapped_column(String(12), primary_key=True)
    number: Mapped[Internal[int]] = mapped_column(Integer, primary_key=True, autoincrement=False)
    check_value: Mapped[Internal[str]] = mapped_column(String(12))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    held_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    in_force_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    sealed_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    retired_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("kind IN ('encryption', 'index', 'mac', 'secret')", name="kind_known"),
        CheckConstraint("state IN ('held', 'in force', 'retired')", name="state_known"),
        CheckConstraint("number BETWEEN 1 AND 255", name="number_in_a_byte"),
        CheckConstraint(
            "(state = 'retired') = (retired_at IS NOT NULL)"
            " AND (state <> 'in force' OR in_force_at IS NOT NULL)",
            name="state_since",
        ),
        Index(
            "uq_club_key_in_force",
            "kind",
            unique=True,
            sqlite_where=text("state = 'in force'"),
            postgresql_where=text("state = 'in force'"),
        ),
    )


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A row of the register."""

    kind: str
    number: int
    check_value: str
    state: str
    held_at: datetime
    in_force_at: datetime | None
    sealed_at: datetime | None

    @property
    def needed(self) -> bool:
        """Whether rows may be written with it: a club without it doesn't start."""
        return self.state != RETIRED and self.in_force_at is not None


def registered(session: Session) -> list[RegisteredKey]:
    """All keys that this club ever had, by kind and number. One statement."""
    columns = (
        ClubKey.kind,
        ClubKey.number,
        ClubKey.check_value,
        ClubKey.state,
        ClubKey.held_at,
        ClubKey.in_force_at,
        ClubKey.sealed_at,
    )
    rows = session.execute(select(*columns).order_by(ClubKey.kind, ClubKey.number))
    return [RegisteredKey(*row) for row in rows]
