"""What a statement gives, as classes: a row that travels from one function to another is a frozen
dataclass, built by the names of its columns."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Row, Select

T = TypeVar("T")

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A statement of whatever columns."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of whatever columns, read where it was asked for."""


def row_as(cls: type[T], row: AnyRow) -> T:
    """The row as a `cls`, whose fields have the names of the columns."""
    return cls(**row._asdict())
