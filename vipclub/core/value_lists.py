"""Long lists of values in a condition, as one value of the statement: a text with thousands of
places takes the drivers longer than the database its look-ups. SQLite and PostgreSQL differ in
how."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Self

from sqlalchemy import Boolean, SQLColumnExpression, Text, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine


class _ListOf(TypeDecorator[list[Any]]):
    """A list of integers or of texts: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = ARRAY(self.of) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401
        return value if dialect.name == "postgresql" else json.dumps(value)


class among(FunctionElement[bool]):  # noqa: N801 - reads as SQL's own functions do
    """Whether a column of integers or texts is one of these values: looked up by its index."""

    inherit_cache = True
    type = Boolean()

    def __init__(
        self,
        column: SQLColumnExpression[int] | SQLColumnExpression[str],
        values: Iterable[int] | Iterable[str],
    ) -> None:
        kind: TypeEngine[Any] = column.type  # type: ignore[union-attr]
        super().__init__(column, literal(list(values), _ListOf(kind)))

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it is: with `= 1` behind it no index is used."""
        return self


@compiles(among)
def _any(element: among, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} = ANY({values}))"


@compiles(among, "sqlite")
def _each(element: among, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"
