"""The same request twice has one effect and one answer.

The key's row is the first write of the transaction that does the work, so that it lives and dies
with it: a refusal rolls it back and may succeed later (docs/decisions.md 10). Kept 400 days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import JSON, Integer, LargeBinary, String, Table, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import clock
from vipclub.core.added_rows import change_along
from vipclub.core.column_classes import Internal
from vipclub.core.db import Base, Database, insert_ignore
from vipclub.core.errors import IdempotencyMismatch
from vipclub.core.types import Json, UtcDateTime
from vipclub.core.use_case_log import logged

KEPT_DAYS = 400
P = ParamSpec("P")
T = TypeVar("T")


class IdempotencyRow(Base):
    """A key that was used, and the answer that was given."""

    __tablename__ = "idempotency"

    owner: Mapped[Internal[str]] = mapped_column(String(64), primary_key=True)
    route: Mapped[Internal[str]] = mapped_column(String(120), primary_key=True)
    key: Mapped[Internal[str]] = mapped_column(String(255), primary_key=True)
    body_hash: Mapped[Internal[bytes]] = mapped_column(LargeBinary(32))
    status: Mapped[Internal[int | None]] = mapped_column(Integer)
    # not JSONB, which reorders the members; a type that names itself can't carry its class
    body: Mapped[Json] = mapped_column(JSON, nullable=True, info={"class": "health"})
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime, index=True)


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
    body: Json


_table: Table = IdempotencyRow.__table__  # type: ignore[assignment]
_mine = (
    (_table.c.owner == bindparam("o"))
    & (_table.c.route == bindparam("r"))
    & (_table.c.key == bindparam("k"))
)
_stored = select(_table.c.body_hash, _table.c.status, _table.c.body).where(_mine)
_answer = update(_table).where(_mine).values(status=bindparam("s"), body=bindparam("b", type_=JSON))


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


def keep(session: Session, key: IdempotencyKey, status: int, body: Json) -> None:
    """Store the answer beside the work, in the same transaction."""
    asked = {"o": key.owner, "r": key.route, "k": key.key, "s": status, "b": body}
    change_along(session, _answer, asked)


def run_once(
    database: Database,
    key: IdempotencyKey,
    response: Callable[[T], tuple[int, Json]],
    use_case: Callable[Concatenate[Session, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T | Replayed:
    """`Database.run`, of which a repeated call with the same key does nothing and gives the stored
    answer; `response` makes that answer, (status, JSON body), of the result. A connection lost in
    COMMIT is tried again too: the key tells what became of it."""

    def work(session: Session) -> T | Replayed:
        replayed = claim(session, key)
        if replayed is not None:
            line.outcome = "replayed"
            return replayed
        result = use_case(session, *args, **kwargs)
        keep(session, key, *response(result))
        return result

    with logged(use_case, args, kwargs) as line:
        return database.attempt(work, harmless_again=True)


def forget_old(session: Session) -> int:
    """Remove the answers that are older than KEPT_DAYS; gives how many."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    return (
        session.connection()
        .execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < before))
        .rowcount
    )
