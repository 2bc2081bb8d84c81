"""Rows that a use case adds and doesn't look at again: on PostgreSQL they go together, in one
statement, before whatever is asked next; on SQLite, which no network lies before, one by one.

A booking adds a ledger entry, the appointment, a row of the trail, a letter and an event, takes its
seat under a guard and keeps its answer: one way to the database instead of seven. What fails, fails
there, and ends the transaction as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn, TypeAlias

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Insert,
    RootTransaction,
    Table,
    Update,
    bindparam,
    event,
    insert,
    select,
    union_all,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from vipclub.core.built_statements import Values, run_built_on
from vipclub.core.reference_data import refuse_watched

Shape: TypeAlias = tuple[tuple[Table, tuple[str, ...], int], ...]
"""The tables of some rows, each with the columns that are given and how many rows."""

ByTable: TypeAlias = Mapping[Table, Sequence[Values]]

AT_MOST = 8
"""Rows in one statement: a use case about one thing adds fewer, and a loop over hundreds makes
no statement that is as long."""
_WAITING = "added_rows"
"""In a connection's `info`."""


@dataclass(slots=True)
class _Guard:
    """A change that must find its row, and what is raised when it doesn't."""

    statement: Update
    values: Values
    refuse: Callable[[], NoReturn]


@dataclass(slots=True)
class _Waiting:
    """What a transaction has added since its last statement, what it changes along with that, and
    the guard that decides whether it may."""

    transaction: RootTransaction | None
    columns: dict[Table, tuple[str, ...]] = field(default_factory=dict)
    rows: list[tuple[Table, Values]] = field(default_factory=list)
    changes: list[tuple[Update, Values]] = field(default_factory=list)
    guard: _Guard | None = None


def add_rows(session: Session, table: Table, rows: Sequence[Values]) -> None:
    """Add rows of one table, in their order, with a value for each column that has a default in
    Python, and all with the same columns. They are there for every later statement of the
    transaction. Raises TypeError for a column without, and for a table of the reference data."""
    if not rows:
        return
    connection, columns = session.connection(), tuple(rows[0])
    if connection.dialect.name != "postgresql":
        if len(rows) == 1:
            run_built_on(connection, _alone(table, columns), rows[0])
        else:
            connection.execute(_alone(table, columns), rows)
        return
    if len(rows) > AT_MOST:
        send_added(connection)
        connection.execute(_alone(table, columns), rows)
        return
    waiting = _waiting_on(connection)
    if len(waiting.rows) + len(rows) > AT_MOST or waiting.columns.get(table, columns) != columns:
        send_added(connection)
        waiting = _waiting_on(connection)
    waiting.columns[table] = columns
    waiting.rows.extend((table, row) for row in rows)


def guard_last(
    session: Session, statement: Update, values: Values, refuse: Callable[[], NoReturn]
) -> None:
    """A change whose condition decides whether the transaction may commit: where it finds no row,
    `refuse` raises. On PostgreSQL it goes, in one statement, with all that was added, before
    whatever is asked next or the commit: what is done until then is done before anybody knows, and
    nobody may catch the refusal within the transaction. It is built once, reads none of the tables
    that rows are added to, and its values are called as no column is."""
    refuse_watched(statement.table)
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        if run_built_on(connection, statement, values).rowcount == 0:
            refuse()
        return
    waiting = _waiting_on(connection)
    if waiting.guard is not None:
        send_added(connection)
        waiting = _waiting_on(connection)
    waiting.guard = _Guard(statement, values, refuse)


def change_along(session: Session, statement: Update, values: Values) -> None:
    """A change that nobody looks at, built once, of a row that nothing else here touches: where a
    guard waits, it goes along with it. Its values are called as no column is, nor as another's."""
    refuse_watched(statement.table)
    connection = session.connection()
    waiting: _Waiting | None = connection.info.get(_WAITING)
    here = waiting is not None and waiting.transaction is connection.get_transaction()
    if waiting is None or waiting.guard is None or not here:
        run_built_on(connection, statement, values)
    else:
        waiting.changes.append((statement, values))


def _waiting_on(connection: Connection) -> _Waiting:
    running = connection.get_transaction()
    found: _Waiting | None = connection.info.get(_WAITING)
    if found is None or found.transaction is not running:
        found = connection.info[_WAITING] = _Waiting(running)
    return found


def send_added(connection: Connection) -> None:
    """What has been added so far goes to the database now."""
    waiting: _Waiting | None = connection.info.pop(_WAITING, None)
    if waiting is None or waiting.transaction is not connection.get_transaction():
        return
    by_table = {
        table: [row for of, row in waiting.rows if of is table] for table in waiting.columns
    }
    shape = tuple((table, waiting.columns[table], len(rows)) for table, rows in by_table.items())
    guard, asked = waiting.guard, _numbered(by_table)
    if guard is None:
        run_built_on(connection, _together(shape), asked)
        return
    for _, values in (*waiting.changes, (guard.statement, guard.values)):
        if twice := asked.keys() & values.keys():
            raise TypeError(f"values of one name in one statement: {', '.join(sorted(twice))}")
        asked.update(values)
    statement = _guarded(guard.statement, tuple(change for change, _ in waiting.changes), shape)
    if run_built_on(connection, statement, asked).rowcount == 0:
        guard.refuse()


def send_before_the_next(engine: Engine) -> None:
    """For all connections of this engine: nobody asks a database that is behind."""

    def ask(connection: Connection, *_asked: object) -> None:
        if _WAITING in connection.info:
            send_added(connection)

    event.listen(engine, "before_execute", ask)
    event.listen(engine, "before_cursor_execute", ask)  # of what goes to the driver as a text
    event.listen(engine, "commit", send_added)

    @event.listens_for(engine, "checkin")
    def forget(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info.pop(_WAITING, None)  # of a transaction that was rolled back


def _numbered(by_table: ByTable) -> dict[str, Any]:
    return {
        f"{table.name}_{number}_{name}": value
        for table, rows in by_table.items()
        for number, row in enumerate(rows)
        for name, value in row.items()
    }


@lru_cache(maxsize=512)
def _alone(table: Table, columns: tuple[str, ...]) -> Insert:
    _check(table, columns)
    return insert(table).inline()


@lru_cache(maxsize=512)
def _together(shape: Shape) -> Executable:
    *others, last = (_of_one_table(*one) for one in shape)
    return last.add_cte(*(one.cte(f"added_{number}") for number, one in enumerate(others)))


@lru_cache(maxsize=512)
def _guarded(statement: Update, changes: tuple[Update, ...], shape: Shape) -> Update:
    rows = (_of_one_table(*one) for one in shape)
    return statement.add_cte(
        *(one.cte(f"changed_{number}") for number, one in enumerate(changes)),
        *(one.cte(f"added_{number}") for number, one in enumerate(rows)),
    )


def _of_one_table(table: Table, columns: tuple[str, ...], count: int) -> Insert:
    """Its rows in one INSERT: of several, PostgreSQL doesn't say which it does first, and ids are
    an order. (VALUES of several rows would be compiled anew each time that it runs.)"""
    _check(table, columns)
    first, *more = (
        [bindparam(f"{table.name}_{number}_{name}", type_=table.c[name].type) for name in columns]
        for number in range(count)
    )
    if not more:
        return insert(table).values(dict(zip(columns, first, strict=True))).inline()
    rows = union_all(select(*first), *(select(*row) for row in more))
    return insert(table).from_select(columns, rows, include_defaults=False)


def _check(table: Table, columns: tuple[str, ...]) -> None:
    refuse_watched(table)  # of several tables `mind_writes` sees one alone
    missing = [c.name for c in table.c if c.default is not None and c.name not in columns]
    if missing:  # a default in Python is worked out for the outermost statement alone
        raise TypeError(f"{table.name}: no value for {', '.join(missing)}")
