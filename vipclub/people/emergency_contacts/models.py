"""The table of emergency contacts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Identity, Internal, Personal
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.types import BigId, PublicRefType, UtcDateTime
from vipclub.people.emergency_contacts.steps import LEVELS, RELATIONS, STATES
from vipclub.people.models import Person


def _one_of(column: str, known: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(name) for name in known)})"


class EmergencyContact(Base):
    """Somebody whom a member named, by her word alone: no person of the club's. `phone` is in
    E.164. `may_be_told` is what the club may say of her; a `delegate` may be told all and may act
    for her until the day `delegate_until` is over. Removed, never deleted: who was told what stays.
    """

    __tablename__ = "emergency_contact"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey(Person.id))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    name: Mapped[Personal[str]] = mapped_column(String(120))
    relation: Mapped[Personal[str]] = mapped_column(String(10))
    phone: Mapped[Identity[bytes]] = mapped_column(EncryptedText)
    phone_index: Mapped[Identity[bytes]] = mapped_column(LargeBinary(16), index=True)
    language: Mapped[Personal[str]] = mapped_column(String(10))
    may_be_told: Mapped[Personal[str]] = mapped_column(String(10))
    delegate_until: Mapped[Personal[date | None]] = mapped_column(Date)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    removed_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state_known"),
        CheckConstraint(_one_of("relation", tuple(RELATIONS)), name="relation_known"),
        CheckConstraint(_one_of("may_be_told", tuple(LEVELS)), name="level_known"),
        CheckConstraint("language IN ('zh-Hans', 'zh-Hant', 'en')", name="language_known"),
        CheckConstraint(
            "(state = 'delegate') = (delegate_until IS NOT NULL)", name="delegate_has_an_end"
        ),
        CheckConstraint("(state = 'removed') = (removed_at IS NOT NULL)", name="removed_at_known"),
        Index("ix_emergency_contact_person", "person_id", "state"),
        Index("ix_emergency_contact_state", "state", "delegate_until"),
    )
