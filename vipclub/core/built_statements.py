"""Statements that are built once, at import or behind a cache, and run with nothing but what they
are asked with: most of what SQLAlchemy does at each execution need be done once.

A statement that comes back is written out for its database, with what turns each value into the
driver's and back; from then on the driver is asked directly. PostgreSQL's text has `$1`, which
psycopg takes as it is. Who listens to a statement's events is told, and errors are SQLAlchemy's.
For that it asks SQLAlchemy's inner parts, as the locked version has them; its tests tell when they
move.
"""

from __future__ import annotations

import copy
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias, cast
from weakref import WeakKeyDictionary, WeakSet

import psycopg
from sqlalchemy import Connection, Delete, Executable, Insert, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import MultipleResultsFound, NoResultFound, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from vipclub.core.rows import AnyRow

Values: TypeAlias = Mapping[str, Any]
Process: TypeAlias = Callable[[Any], Any]
_CURSOR = "built_cursor"
"""In a connection's `info`."""
MANY_ROWS = 1_000
"""A cursor holds what came last until it is asked again: one with more than these is given up."""
_met: WeakSet[Executable] = WeakSet()
"""Statements that have run once: one that never comes back isn't worth the writing."""


class Answer:
    """What a statement gave: its rows, and how many it changed."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Sequence[AnyRow], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[AnyRow]:
        return iter(self._rows)

    def all(self) -> Sequence[AnyRow]:
        """Every row."""
        return self._rows

    def first(self) -> AnyRow | None:
        """The first row, if there is any."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> AnyRow | None:
        """The only row. Raises MultipleResultsFound when there are more."""
        if len(self._rows) > 1:
            raise MultipleResultsFound("one row was expected, and there are more")
        return self.first()

    def one(self) -> AnyRow:
        """The only row. Raises NoResultFound and MultipleResultsFound."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("one row was expected, and there is none")
        return row

    def scalar_one_or_none(self) -> Any:  # noqa: ANN401 - whatever the column holds
        """The first column of the only row. Raises MultipleResultsFound."""
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:  # noqa: ANN401
        """The first column of the only row. Raises NoResultFound and MultipleResultsFound."""
        return self.one()[0]


def run_built(session: Session, statement: Executable, values: Values) -> Answer:
    """Run a statement that is built once, in the session's transaction. `values` may hold more than
    a SELECT asks for; of an INSERT or UPDATE a name that is a column is written. Raises what
    SQLAlchemy raises."""
    return run_built_on(session.connection(), statement, values)


def run_built_on(connection: Connection, statement: Executable, values: Values) -> Answer:
    """The same on a connection."""
    written = None
    if statement in _met:
        columns = tuple(values) if isinstance(statement, Insert | Update) else None
        written = _written(statement, connection.dialect, columns)
    else:
        _met.add(statement)
    if written is None or not connection.in_transaction():  # which SQLAlchemy begins, or refuses
        found = connection.execute(statement, values)
        return Answer(found.all() if found.returns_rows else (), found.rowcount)
    return written.run(connection, values)


class _Written:
    """A statement as one database is sent it. For listeners it is the context of its execution."""

    def __init__(self, statement: Executable, compiled: SQLCompiler) -> None:
        self.invoked_statement = statement
        self.isinsert = isinstance(statement, Insert)
        self.isupdate = isinstance(statement, Update)
        self.isdelete = isinstance(statement, Delete)
        self.text = str(compiled)
        self._compiled = compiled
        self._values = [_value_of(compiled, name) for name in compiled.positiontup or ()]
        self._in_dollars = compiled.dialect.name == "postgresql"
        self._make: Callable[[Sequence[Any]], AnyRow] | None = None

    def run(self, connection: Connection, values: Values) -> Answer:
        listened = connection._has_events or connection.engine._has_events
        told = connection.dispatch if listened else None
        for listener in told.before_execute if told else ():
            listener(connection, self.invoked_statement, (), values, {})
        try:
            asked = tuple([value(values) for value in self._values])
        except Exception as error:  # what can't be said to the driver, or is missing
            said = f"({type(error).__name__}) {error}"
            raise StatementError(said, self.text, None, error) from error
        driver: Any = connection.connection.dbapi_connection
        kept = connection.info
        cursor = self._cursor_on(driver, kept)
        if connection._echo:
            connection._log_info(self.text)
        for listener in told.before_cursor_execute if told else ():
            listener(connection, cursor, self.text, asked, self, False)
        try:
            cursor.execute(self.text, asked)
            rows = cursor.fetchall() if cursor.description else []
        except BaseException as error:
            kept.pop(_CURSOR, None)  # it is closed there
            connection._handle_dbapi_exception(error, self.text, asked, cursor, None)
            raise
        for listener in told.after_cursor_execute if told else ():
            listener(connection, cursor, self.text, asked, self, False)
        if rows:
            if self._make is None:
                self._make = _maker_of(self._compiled, cursor.description)
            rows = list(map(self._make, rows))
        changed = cursor.rowcount
        if len(rows) > MANY_ROWS:
            kept.pop(_CURSOR).close()
        return Answer(rows, changed)

    def _cursor_on(self, driver: Any, kept: dict[str, Any]) -> Any:  # noqa: ANN401
        """The one that all these statements of a connection run on: making one takes as long as
        reading a row."""
        cursor = kept.get(_CURSOR)
        if cursor is None or cursor.connection is not driver:
            cursor = psycopg.RawCursor(driver) if self._in_dollars else driver.cursor()
            kept[_CURSOR] = cursor
        return cursor


@lru_cache(maxsize=2048)
def _written(
    statement: Executable, dialect: Dialect, columns: tuple[str, ...] | None
) -> _Written | None:
    """The statement for this database; None for one that is another text at each execution, or has
    values that Python works out."""
    sent = _in_dollars(dialect) if dialect.name == "postgresql" else dialect
    keys = None if columns is None else list(columns)
    compiled = cast(ClauseElement, statement).compile(dialect=sent, column_keys=keys)
    assert isinstance(compiled, SQLCompiler)
    varies = compiled.post_compile_params or compiled.literal_execute_params
    if varies or compiled.prefetch or compiled.implicit_returning:
        return None
    return _Written(statement, compiled)


@lru_cache(maxsize=16)
def _in_dollars(dialect: Dialect) -> Dialect:
    """A dialect that writes `$1` for the first value, and keeps its own of what it derives."""
    other: Any = copy.copy(dialect)
    other.paramstyle, other.positional = "numeric_dollar", True
    other.identifier_preparer = other.preparer(other)
    other._type_memos = WeakKeyDictionary()
    return cast(Dialect, other)


def _value_of(compiled: SQLCompiler, name: str) -> Callable[[Values], object]:
    """What finds a value among those that a statement is asked with, as the driver takes it."""
    bound = compiled.binds[name]
    process = cast(Process | None, compiled._bind_processors.get(name))
    key, own = bound.key, bound.effective_value
    if bound.required:
        if process is None:
            return itemgetter(key)
        return lambda values: process(values[key])
    fixed = own if process is None else process(own)
    if bound.unique:
        return lambda values: fixed
    return lambda values: (
        fixed if key not in values else values[key] if process is None else process(values[key])
    )


def _maker_of(
    compiled: SQLCompiler, description: Sequence[Any]
) -> Callable[[Sequence[Any]], AnyRow]:
    """What makes a row of what the driver gives: a tuple with names."""
    columns = compiled._result_columns
    names = [column.keyname for column in columns] or [told[0] for told in description]
    kind = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    plain = cast(Callable[[Sequence[Any]], AnyRow], kind._make)
    if not columns:
        return plain
    processes = [
        (number, process)
        for number, (column, told) in enumerate(zip(columns, description, strict=True))
        if (process := column.type._cached_result_processor(compiled.dialect, told[1]))
    ]
    if not processes:
        return plain

    def make(row: Sequence[Any]) -> AnyRow:
        values = list(row)
        for number, process in processes:
            values[number] = process(values[number])
        return plain(values)

    return make
