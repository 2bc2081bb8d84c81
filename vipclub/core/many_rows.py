"""Many rows into one table in one statement's time: COPY on PostgreSQL, executemany on SQLite.

Measured (docs/decisions.md 69): COPY takes half of what the same rows take by executemany. Both
ways stand behind `write_rows`, and the same tests run on both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, FromClause, TypeDecorator, event
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.orm import Session

from vipclub.core.reference_data import refuse_watched

COPIED = "vipclub_copied_rows"
_BETWEEN = "\x1f"
"""Between the texts of a list: the driver writes one text much faster than a list of them."""
Converter = Callable[[Any], Any]


def write_rows(
    session: Session,
    table: FromClause,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    written: Sequence[str] = (),
) -> None:
    """Insert rows, each a sequence of values in the order of `columns`. The columns `written` hold
    JSON as text already. What the database refuses is raised as by any statement."""
    if not rows:
        return
    refuse_watched(table)
    connection = session.connection()
    statement, convert = _writing(table, tuple(columns), tuple(written), connection.dialect)
    prepared = rows if convert is None else [convert(row) for row in rows]
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(statement, execution_options={COPIED: prepared})
    else:
        connection.exec_driver_sql(statement, [tuple(row) for row in prepared])


def write_missing(
    session: Session, table: FromClause, columns: Sequence[str], rows: Sequence[tuple[str, ...]]
) -> None:
    """Insert those rows of texts alone whose key isn't there yet, in one order, so that two who
    write the same wait for each other in no circle."""
    if not rows:
        return
    refuse_watched(table)
    connection = session.connection()
    ordered = sorted(rows)
    statement = _adding(table, tuple(columns), connection.dialect)
    if connection.dialect.name == "postgresql":
        lists = tuple([_BETWEEN.join(values) for values in zip(*ordered, strict=True)])
        if any(one.count(_BETWEEN) >= len(ordered) for one in lists):
            raise ValueError("a text holds what stands between texts")
        connection.exec_driver_sql(statement, lists)
    else:
        connection.exec_driver_sql(statement, ordered)


@lru_cache(maxsize=16)
def _adding(table: FromClause, columns: tuple[str, ...], dialect: Dialect) -> str:
    prepare = dialect.identifier_preparer
    named = ", ".join(prepare.quote(column) for column in columns)
    start = f"INSERT INTO {prepare.format_table(table)} ({named})"
    if dialect.name == "postgresql":
        lists = ", ".join(f"string_to_array(%s, E'\\x{ord(_BETWEEN):x}')" for _ in columns)
        return f"{start} SELECT * FROM unnest({lists}) ON CONFLICT DO NOTHING"
    return f"{start} VALUES ({', '.join('?' * len(columns))}) ON CONFLICT DO NOTHING"


def copy_rows_by(engine: Engine) -> None:
    """Have an engine for PostgreSQL send the rows that `write_rows` hands it."""
    event.listen(engine, "do_execute", _copied)


def _copied(
    cursor: DBAPICursor, statement: str, _parameters: object, context: ExecutionContext
) -> bool | None:
    rows = context.execution_options.get(COPIED)
    if rows is None:
        return None
    with cursor.copy(statement) as copy:
        write = copy.write_row
        for row in rows:
            write(row)
    return True


@lru_cache(maxsize=256)
def _writing(
    table: FromClause, columns: tuple[str, ...], written: tuple[str, ...], dialect: Dialect
) -> tuple[str, Converter | None]:
    """The statement, and what makes a row's values those of the driver."""
    prepare = dialect.identifier_preparer
    named = ", ".join(prepare.quote(column) for column in columns)
    target = prepare.format_table(table)
    copied = dialect.name == "postgresql"
    if copied:
        statement = f"COPY {target} ({named}) FROM STDIN"
    else:
        statement = f"INSERT INTO {target} ({named}) VALUES ({', '.join('?' * len(columns))})"
    converters = []
    for place, column in enumerate(columns):
        kind = table.c[column].type
        if column in written or (copied and not isinstance(kind, TypeDecorator)):
            continue  # COPY takes the values of Python as they are
        converter = kind.dialect_impl(dialect).bind_processor(dialect)
        if converter is not None:
            converters.append((place, converter))
    return statement, _converting(converters) if converters else None


def _converting(converters: Sequence[tuple[int, Converter]]) -> Converter:
    def convert(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, converter in converters:
            values[place] = converter(values[place])
        return values

    return convert
