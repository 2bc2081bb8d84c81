"""The same request twice has one effect and one answer.

The key's row is the first write of the transaction that does the work, so that it lives and dies
with it: a refusal rolls it back and may succeed later (`decisions` 10). Kept 400 days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Integer, LargeBinary, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.db import Base, insert_ignore
from vipclub.core.errors import IdempotencyMismatch
from vipclub.core.types import UtcDateTime

KEPT_DAYS = 400


class IdempotencyRow(Base):
    __tablename__ = "idempotency"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    route: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[Any] = mapped_column(JSON, nullable=True)  # not JSONB: it reorders the members
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Whose key, for which method and route, and the SHA-256 of the body."""

    owner: str
    route: str
    key: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer that was given the first time."""

    status: int
    body: Any


_table = IdempotencyRow.__table__
_mine = (
    (_table.c.owner == bindparam("o"))
    & (_table.c.route == bindparam("r"))
    & (_table.c.key == bindparam("k"))
)
_stored = select(_table.c.body_hash, _table.c.status, _table.c.body).where(_mine)
_answer = (
    update(IdempotencyRow)
    .where(_mine)
    .values(status=bindparam("s"), body=bindparam("b", type_=JSON))
    .execution_options(synchronize_session=False)
)


def claim(session: Session, key: IdempotencyKey) -> Replayed | None:
    """Insert the key's row; None when it is new, the stored answer when it is not.

    Raises IdempotencyMismatch when the stored body was another one.
    """
    values = {
        "owner": key.owner,
        "route": key.route,
        "key": key.key,
        "body_hash": key.body_hash,
        "created_at": clock.now(),
    }
    if insert_ignore(session, _table, values, conflict=["owner", "route", "key"]):
        return None
    row = session.execute(_stored, {"o": key.owner, "r": key.route, "k": key.key}).one()
    if bytes(row.body_hash) != key.body_hash:
        raise IdempotencyMismatch()
    return Replayed(status=row.status, body=row.body)


def keep(
    session: Session,
    key: IdempotencyKey,
    response: Callable[[Any], tuple[int, Any]] | None,
    result: Any,
) -> None:
    """Store the answer beside the work."""
    status, body = response(result) if response else (200, result)
    session.connection().execute(
        _answer, {"o": key.owner, "r": key.route, "k": key.key, "s": status, "b": body}
    )


def forget_old(session: Session) -> int:
    """Remove the answers that are older than KEPT_DAYS; gives how many."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    return (
        session.connection()
        .execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < before))
        .rowcount
    )
