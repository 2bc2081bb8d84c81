"""Rows in which something sealed opens with no key, as sealing anew found them: noted once, so that
nobody waits for them, and looked at again now and then, for they may be mended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    SQLColumnExpression,
    String,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.column_classes import Internal
from vipclub.core.db import Base, insert_ignore
from vipclub.core.types import UtcDateTime


class UnreadableRow(Base):
    """A row of a table; `place` is the first field of it that doesn't open."""

    __tablename__ = "unreadable_row"

    table_name: Mapped[Internal[str]] = mapped_column(String(60), primary_key=True)
    row_id: Mapped[Internal[int]] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[Internal[str]] = mapped_column(String(80))
    found_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    looked_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)


def note_unreadable(session: Session, table: str, row_id: int, place: str) -> bool:
    """It doesn't open now; True when nobody had noted it yet."""
    now = clock.now()
    row = {
        "table_name": table,
        "row_id": row_id,
        "place": place,
        "found_at": now,
        "looked_at": now,
    }
    if insert_ignore(session, UnreadableRow.__table__, row, conflict=["table_name", "row_id"]):
        return True
    session.execute(
        update(UnreadableRow)
        .where(UnreadableRow.table_name == table, UnreadableRow.row_id == row_id)
        .values(looked_at=now, place=place)
        .execution_options(synchronize_session=False)
    )
    return False


def forget_readable(session: Session, table: str, ids: Collection[int]) -> None:
    """These open, or are no more."""
    session.execute(
        delete(UnreadableRow)
        .where(UnreadableRow.table_name == table, UnreadableRow.row_id.in_(ids))
        .execution_options(synchronize_session=False)
    )


def noted(table: str, row_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """SQL: whether a row of the table is noted."""
    return exists().where(UnreadableRow.table_name == table, UnreadableRow.row_id == row_id)


def noted_before(session: Session, moment: datetime) -> list[str]:
    """Tables with rows that were not looked at since. One statement."""
    names = select(UnreadableRow.table_name).where(UnreadableRow.looked_at < moment).distinct()
    return list(session.scalars(names.order_by(UnreadableRow.table_name)))


def noted_ids(
    session: Session, table: str, *, before: datetime, after: int, some: int
) -> list[int]:
    """The next of a table after an id that were not looked at since a moment."""
    ids = select(UnreadableRow.row_id).where(
        UnreadableRow.table_name == table,
        UnreadableRow.looked_at < before,
        UnreadableRow.row_id > after,
    )
    return list(session.scalars(ids.order_by(UnreadableRow.row_id).limit(some)))


def in_words(ids: Mapping[str, Collection[int]], *, most: int = 20) -> str:
    """Tables with the ids of their rows, as an operator looks for them.

    >>> in_words({"person": [7, 9], "note": range(1, 30)}, most=3)
    'person 7, 9; note 1, 2, 3 and 26 more'
    """
    parts = []
    for table, rows in ids.items():
        more = f" and {len(rows) - most:,} more" if len(rows) > most else ""
        parts.append(f"{table} {', '.join(str(row) for row in list(rows)[:most])}{more}")
    return "; ".join(parts)
