"""What a process noticed about its surroundings or did to them, kept once for all processes: when
first and when last, and never of whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.column_classes import Internal
from vipclub.core.db import Base, upsert_of
from vipclub.core.types import UtcDateTime

UNCOUNTED_PROXY = "uncounted_proxy"
BACKUP_TAKEN = "backup_taken"


class Notice(Base):
    """`name` says what."""

    __tablename__ = "notice"

    name: Mapped[Internal[str]] = mapped_column(String(40), primary_key=True)
    first_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    last_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)


def note(session: Session, name: str) -> None:
    """It was so at this moment. One statement."""
    now = clock.now()
    session.execute(
        upsert_of(session)(Notice)
        .values(name=name, first_at=now, last_at=now)
        .on_conflict_do_update(index_elements=["name"], set_={"last_at": now})
    )


def last_noted(session: Session, names: Collection[str]) -> dict[str, datetime]:
    """When each was last so, of those that ever were. One statement."""
    rows = session.execute(select(Notice.name, Notice.last_at).where(Notice.name.in_(names)))
    return {row.name: row.last_at for row in rows}
