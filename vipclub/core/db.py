"""`run()`: one transaction around one use case. SQLite and PostgreSQL differ here, in `engines` and
what they call, and in how rows are sought and sent (`prefix_search`, `value_lists`, `many_rows`,
`added_rows`)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Executable,
    FromClause,
    MetaData,
    String,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction

from vipclub.core import database_address, stopping
from vipclub.core.added_rows import send_added, send_before_the_next
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import Cipher, FieldKeys, KeyNotHeld
from vipclub.core.database_errors import away, is_busy, is_full, may_repeat, was_taken
from vipclub.core.engines import postgresql_engine, sqlite_engine
from vipclub.core.errors import Busy, OutcomeUnknown, StorageFull
from vipclub.core.facts import Reactions
from vipclub.core.key_numbers import AWAY_SECONDS, LOOK_SECONDS, ask_in_force
from vipclub.core.reference_data import Kept, forget_if_changed, mind_writes, see_one_moment
from vipclub.core.rows import AnySelect
from vipclub.core.types import BigId
from vipclub.core.use_case_log import logged

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import CoreExecuteOptionsParameter
    from sqlalchemy.orm.session import _BindArguments

__all__ = [
    "Base",
    "BigId",
    "Database",
    "db_now",
    "end_reading",
    "for_no_key_update",
    "insert_ignore",
    "new_ids",
    "upsert_of",
]

log = structlog.get_logger("vipclub.use_case")
P = ParamSpec("P")
S = TypeVar("S", bound=AnySelect)
T = TypeVar("T")
Item = TypeVar("Item")

TRIES = 3
ENGINES = {"sqlite": sqlite_engine, "postgresql": postgresql_engine}
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all models: one metadata, constraints named by one convention."""

    metadata = MetaData(naming_convention=NAMING)


class ClubSession(Session):
    """SQLAlchemy's, that finds its connection once a transaction: it is asked for with every
    statement, and the way there takes a tenth of what a statement does."""

    _found: tuple[SessionTransaction, Connection] | None = None

    def connection(
        self,
        bind_arguments: _BindArguments | None = None,
        execution_options: CoreExecuteOptionsParameter | None = None,
    ) -> Connection:
        begun = self.get_transaction()
        if self._found is not None and self._found[0] is begun and not execution_options:
            return self._found[1]
        found = super().connection(bind_arguments, execution_options)
        begun = self.get_transaction()
        if begun is not None:
            self._found = begun, found
        return found


class Database:
    """A database of the club: its engines, its keys, and the table of reactions.

    `run` writes, `read` reads. Make one a process, after any fork.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        keys: FieldKeys,
        reactions: Reactions | None = None,
        pool_size: int = 4,
        echo: bool = False,
    ) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self.cipher = Cipher(keys)
        self._learnt_at = -inf
        self._info: dict[str, Any] = {
            "cipher": self.cipher,
            "reactions": reactions or {},
            "reference_data": Kept(),
        }
        if self.dialect not in ENGINES:
            raise ValueError(f"{self.dialect}: the club runs on SQLite and PostgreSQL")
        engine = ENGINES[self.dialect]
        self.engine = engine(self.url, pool_size, echo, writes=True)
        self._read_engine = engine(self.url, pool_size, echo, writes=False)
        self._read_in_transaction = self._read_engine
        if self.dialect == "postgresql":
            self._read_in_transaction = self._read_engine.execution_options(
                isolation_level="READ COMMITTED"
            )
        mind_writes(self.engine)
        send_before_the_next(self.engine)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self._read_engine.dispose()

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Those with a pool of their own."""
        return self.engine, self._read_engine

    def session(self) -> Session:
        """A session for writing that the caller ends. For `run` and for tests."""
        self.learn_keys()
        info = {**self._info, "writes": True}
        return ClubSession(self.engine, expire_on_commit=False, info=info)

    @contextmanager
    def read(self, *, one_snapshot: bool = False) -> Iterator[Session]:
        """A read-only transaction; with `one_snapshot` all its statements see one moment, as they
        do on SQLite anyway. Raises Busy when the database can't be had in time."""
        with self._reading_on(self._read_in_transaction) as session, self.reading():
            if one_snapshot and self.dialect == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                see_one_moment(session)
            yield session
            end_reading(session)

    def reading_session(self) -> Session:
        """A session that can't write, for a page, to be used within `reading`; the caller ends it
        by `end_reading`, or closes it when something failed. On PostgreSQL its statements stand
        alone: no rows stream, and nothing is set for what comes after."""
        return self._reading_on(self._read_engine)

    def _reading_on(self, engine: Engine) -> Session:
        with suppress(KeyNotHeld):  # nothing is written
            self.learn_keys()
        return ClubSession(engine, expire_on_commit=False, info=dict(self._info))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What the driver says while something is read, in the club's words: Busy."""
        try:
            yield
        except PoolTimeout as error:
            raise Busy(retry_after=2) from error
        except DBAPIError as error:
            if is_busy(error) or error.connection_invalidated:
                raise self._busy(error) from error
            raise

    def learn_keys(self, *, at_once: bool = False) -> None:
        """Ask the register which keys are written with, when that is half a minute ago or more; of
        a database that is away not with each session. Raises KeyNotHeld when it says one that this
        process hasn't."""
        now = time.monotonic()
        if not at_once and 0 <= now - self._learnt_at < LOOK_SECONDS:
            return
        try:
            with self._read_engine.connect() as connection:
                found = ask_in_force(connection)
        except PoolTimeout:
            self._learn_later()
            return
        except DBAPIError as error:
            if not (is_busy(error) or error.connection_invalidated):
                raise  # a register that we may not read is told at once
            self._learn_later()
            return
        if found is not None:
            self.cipher.settle(found)
        self._learnt_at = now

    def _learn_later(self) -> None:
        """Whoever asked for a session meets the same, and says so."""
        if self._learnt_at > -inf:
            self._learnt_at = time.monotonic() - LOOK_SECONDS + AWAY_SECONDS

    @property
    def place(self) -> str:
        """Which database this is, and where, without the password."""
        return database_address.place_of(self.url)

    def _busy(self, error: DBAPIError) -> Busy:
        why = database_address.cannot_reach(self.url, error) if away(error) else None
        return Busy(retry_after=2, away=why)

    def run(
        self, use_case: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One write transaction: `use_case(session, *args, **kwargs)`; commit on return, rollback
        on any exception.

        Repeated up to three times on a deadlock, a serialization failure, a busy SQLite, and a
        connection lost before COMMIT was sent (docs/decisions.md 7); once where another transaction
        took what only one may have, so that the use case sees it and refuses. Raises Busy and
        OutcomeUnknown beside what the use case refuses. `idempotency.run_once` is this with a key.
        """
        with logged(use_case, args, kwargs):
            return self.attempt(lambda session: use_case(session, *args, **kwargs))

    def each(
        self,
        items: Iterable[Item],
        use_case: Callable[Concatenate[Session, Item, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> list[T]:
        """A loop of runs, `use_case(session, item, ...)` for each item in a transaction of its own
        (docs/decisions.md 11): one that fails is logged and doesn't stop the rest. What the others
        gave, in order. A loop whose next step needs the last one (a cursor, a chunk that was worked
        in) is none of these: it stops where it fails. Raises Stopped between two items when the
        process was asked to end."""
        given = []
        for item in items:
            stopping.here()
            try:
                given.append(self.run(use_case, item, *args, **kwargs))
            except Exception:
                log.exception("one_failed", of=getattr(use_case, "__name__", str(use_case)))
        return given

    def attempt(self, work: Callable[[Session], T], *, harmless_again: bool = False) -> T:
        """`work` in one transaction, tried again where that is safe; after a connection lost in
        COMMIT it is only when a second time does no harm. For `run` and `run_once`."""
        for attempt in range(1, TRIES + 1):
            committing = False
            try:
                with self.session() as session:
                    session.begin()
                    result = work(session)
                    session.flush()
                    send_added(session.connection())
                    committing, forget = True, forget_if_changed(session)
                    session.commit()
                    forget()
                    return result
            except PoolTimeout as error:
                raise Busy(retry_after=2) from error
            except DBAPIError as error:
                if is_full(error):
                    raise StorageFull(retry_after=60) from error
                lost = error.connection_invalidated
                if lost and committing and not harmless_again:
                    raise OutcomeUnknown() from error
                second = attempt == 1 and was_taken(error)
                if not (lost or second or may_repeat(error)):
                    if is_busy(error):
                        raise self._busy(error) from error
                    raise
                if attempt == TRIES:
                    raise self._busy(error) from error
                time.sleep(random.uniform(0.005, 0.05) * attempt)
        raise AssertionError("unreachable")


def end_reading(session: Session) -> None:
    """The end of reading. All was read: a database that is gone by now does no harm."""
    with suppress(DBAPIError):
        session.close()


def insert_ignore(
    session: Session, table: FromClause, values: Mapping[str, object], *, conflict: Sequence[str]
) -> bool:
    """INSERT ... ON CONFLICT (columns) DO NOTHING. True when the row is new."""
    statement = _ignoring(session.get_bind().dialect.name, table, tuple(conflict))
    return run_built(session, statement, values).rowcount == 1


@lru_cache(maxsize=256)
def _ignoring(dialect: str, table: FromClause, conflict: tuple[str, ...]) -> Executable:
    return (
        _insert_of(dialect)(table)
        .on_conflict_do_nothing(index_elements=list(conflict))
        .execution_options(preserve_rowcount=True)  # psycopg's INSERTs have none otherwise
    )


def upsert_of(session: Session) -> Callable[[FromClause | type[Base]], postgresql.Insert]:
    """The dialect's `insert`, which knows ON CONFLICT."""
    return _insert_of(session.get_bind().dialect.name)


def _insert_of(dialect: str) -> Callable[[FromClause | type[Base]], postgresql.Insert]:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return cast(Callable[[FromClause | type[Base]], postgresql.Insert], insert)


def for_no_key_update(statement: S, *, of: Table | None = None) -> S:
    """FOR NO KEY UPDATE: plain FOR UPDATE blocks every insert that refers to the row. Nothing on
    SQLite, where a writer is alone anyway."""
    return statement.with_for_update(key_share=True, of=of)


def new_ids(session: Session, table: str, count: int) -> range | list[int]:
    """Ids for rows that must know their own before they are inserted, in this transaction."""
    if count <= 0:
        return []
    if session.get_bind().dialect.name == "postgresql":
        statement = text(
            "SELECT nextval((SELECT CAST(pg_get_serial_sequence(:t, 'id') AS regclass)))"
            " FROM generate_series(1, :n)"
        )
        return list(session.execute(statement, {"t": table, "n": count}).scalars())
    last = session.execute(text(f"SELECT coalesce(max(id), 0) FROM {table}")).scalar_one()
    return range(last + 1, last + 1 + count)


def db_now(session: Session) -> datetime:
    """The database's own clock, for leases: hosts' clocks differ."""
    return moment_of(session.execute(select(clock_of(session))).scalar_one())


def clock_of(session: Session) -> ColumnElement[Any]:
    """The database's own clock as a column beside others; `moment_of` reads what it gives."""
    if session.get_bind().dialect.name == "postgresql":
        return func.clock_timestamp()
    return func.strftime("%Y-%m-%d %H:%M:%f", "now", type_=String)


def moment_of(told: datetime | str) -> datetime:
    """What `clock_of` gave, in UTC."""
    if isinstance(told, datetime):
        return told.astimezone(UTC)
    return datetime.strptime(told, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
