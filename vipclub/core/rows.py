"""What a statement gives, as classes: a row that travels from one function to another is a frozen
dataclass, built by the names of its columns."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, FromClause, Row, Select

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A statement of whatever columns."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of whatever columns, read where it was asked for."""


def columns_of(cls: type[DataclassInstance], table: FromClause) -> list[ColumnElement[Any]]:
    """The columns of a table that a dataclass has fields for, in their order."""
    return [table.c[field.name] for field in fields(cls)]


def row_as(cls: type[T], row: AnyRow) -> T:
    """The row as a `cls`, whose fields have the names of the columns."""
    return cls(**row._asdict())
