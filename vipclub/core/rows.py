"""What a statement gives, as classes: a row that travels from one function to another is a frozen
dataclass, built by the names of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, FromClause, Row, Select

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A statement of whatever columns."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of whatever columns, read where it was asked for."""


def columns_of(cls: type[DataclassInstance], table: FromClause) -> list[ColumnElement[Any]]:
    """The columns of a table that a dataclass has fields for, in their order."""
    return [table.c[field.name] for field in fields(cls)]


def row_as(cls: type[D], row: AnyRow) -> D:
    """The row as a `cls`: each field from the column of its name, in whatever order they stand.
    Raises TypeError for a column too many or too few."""
    return cls(*_in_order(cls, row._fields)(row))


def rows_as(cls: type[D], rows: Iterable[AnyRow]) -> list[D]:
    """All rows of one statement, each as `row_as` makes it."""
    found = list(rows)
    if not found:
        return []
    order = _in_order(cls, found[0]._fields)
    return [cls(*order(row)) for row in found]


@cache
def _in_order(
    cls: type[DataclassInstance], columns: tuple[str, ...]
) -> Callable[[AnyRow], Sequence[Any]]:
    """Takes a row's values in the order of the fields: worked out once, since building by keywords
    takes twice as long as by place."""
    names = [field.name for field in fields(cls)]
    if sorted(names) != sorted(columns):
        odd = ", ".join(sorted({*names} ^ {*columns})) or "a name twice"
        raise TypeError(f"{cls.__name__} and the columns differ: {odd}")
    places = [columns.index(name) for name in names]
    if places == list(range(len(places))):
        return tuple
    return itemgetter(*places)
