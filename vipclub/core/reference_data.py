"""What people edit and everybody reads: kept in each process, and read anew once it has changed
(docs/decisions.md 49).

A part declares a `Source`: its tables, and how they become one immutable object. The one row of
`reference_version` is raised by triggers in the transaction of whoever changes one of the tables,
so that no writer can forget it. A statement that runs anyway brings the number along (`VERSION`,
then `learn`); `reference` gives what is kept under that number, or reads it. A transaction that
changes such a table itself sees its own changes and shares them with nobody.

Never in it: what use changes (seats taken, units, states), and who may do what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Generic, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    Delete,
    Engine,
    FromClause,
    Insert,
    Label,
    Table,
    Update,
    column,
    event,
    select,
    table,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Session

T = TypeVar("T")
_LEARNT, _OWN = "reference_version", "reference_of_this_transaction"
_WRITTEN, _ONE_MOMENT = "reference_written", "reference_of_one_moment"
WATCHED = "reference_columns"
"""What the `info` of a table says whose changes raise the version (`reference_version`)."""


_version = select(column("version", BigInteger)).select_from(table("reference_version"))
VERSION: Label[int] = _version.scalar_subquery().label("reference_version")
"""A column for statements that run anyway. What they give is handed to `learn`."""


@dataclass(frozen=True, slots=True, eq=False)
class Source(Generic[T]):
    """What of some tables is kept. `load` reads it, in one statement where rows of several tables
    must fit together, and gives values that nobody can change."""

    name: str
    tables: tuple[FromClause, ...]
    load: Callable[[Session], T] = field(repr=False)


class Kept:
    """What a process keeps of one database: of each source the newest that was read."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, object]] = {}
        self._reading = RLock()  # one source may read another

    def under(self, session: Session, source: Source[T], version: int) -> T:
        """The source's object under this number; who comes while it is read waits for it."""
        found = self._found.get(source.name)
        if found is None or found[0] != version:
            with self._reading:
                kept = self._found  # of before a change that comes while it is read: forgotten then
                found = kept.get(source.name)
                if found is None or found[0] != version:
                    # read after the number: at least as new, and newer only until the next request
                    found = (version, source.load(session))
                    kept[source.name] = found
        return cast(T, found[1])

    def forget(self) -> None:
        """What this process has just changed it reads anew, whatever number it is asked under."""
        self._found = {}


def forget_if_changed(session: Session) -> Callable[[], None]:
    """To be asked before a transaction commits and called once it has: what it changed is not kept
    any longer in this process, also for the rest of the request, which still has the old number."""
    kept: Kept = session.info["reference_data"]
    return kept.forget if _changes_of(session) else lambda: None


def learn(session: Session, version: int) -> None:
    """The number as a statement of this session has just given it."""
    session.info[_LEARNT] = version


def see_one_moment(session: Session) -> None:
    """All statements of this session see one moment, and so does what it is given here."""
    session.info[_ONE_MOMENT] = -1


def look_again(session: Session) -> None:
    """Ask for the number anew: a row says something that what is kept doesn't know yet."""
    session.info.pop(_LEARNT, None)


def reference(session: Session, source: Source[T]) -> T:
    """The source's object as it stands in this transaction. No statement where a statement before
    has brought the number along and nothing has changed, else one for the number and what `load`
    needs. What sees one moment only (`see_one_moment`) reads its own, and shares it with nobody."""
    changed = _changes_of(session) or session.info.get(_ONE_MOMENT, 0)
    if changed:
        counted, own = session.info.get(_OWN, (0, {}))
        if counted != changed:
            own = {}
            session.info[_OWN] = changed, own
        if source.name not in own:
            own[source.name] = source.load(session)
        return cast(T, own[source.name])
    version: int | None = session.info.get(_LEARNT)
    if version is None:
        version = session.execute(_version).scalar_one()
        session.info[_LEARNT] = version
    kept: Kept = session.info["reference_data"]
    return kept.under(session, source, version)


def _changes_of(session: Session) -> int:
    """How many statements of this transaction wrote to a watched table."""
    if not session.info.get("writes"):
        return 0
    connection = session.connection()
    transaction, count = connection.info.get(_WRITTEN, (None, 0))
    return count if transaction is connection.get_transaction() else 0


def mind_writes(engine: Engine) -> None:
    """Count on each connection what its transaction writes to watched tables."""

    @event.listens_for(engine, "before_cursor_execute")
    def count(
        connection: Connection,
        _cursor: object,
        text: str,
        _values: object,
        context: DefaultExecutionContext,
        _many: bool,
    ) -> None:
        if not (context.isinsert or context.isupdate or context.isdelete):
            return
        statement = cast(Insert | Update | Delete, context.invoked_statement)
        if isinstance(statement.table, Table) and _counts(statement.table, text, context):
            running = connection.get_transaction()
            transaction, counted = connection.info.get(_WRITTEN, (None, 0))
            connection.info[_WRITTEN] = running, counted + 1 if transaction is running else 1


def refuse_watched(table: FromClause) -> None:
    """For ways of writing that `mind_writes` doesn't see. Raises TypeError for a table that it
    would have to."""
    if WATCHED in getattr(table, "info", {}):
        raise TypeError(f"{table}: what each process keeps is not written past `mind_writes`")


def _counts(table: Table, text: str, context: DefaultExecutionContext) -> bool:
    """Whether the statement changes what raises the version: of some tables an update of other
    columns doesn't, like when a webhook was last received."""
    columns: tuple[str, ...] | None = table.info.get(WATCHED)
    if not columns or not context.isupdate:
        return columns is not None
    return any(f"{name}=" in text for name in columns)  # so it stands in SET alone
