"""Searching by prefix: text that begins so, found by an index; SQLite and PostgreSQL differ in
how."""

from __future__ import annotations

import re
from typing import Self

from sqlalchemy import Boolean, SQLColumnExpression, and_, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType


class begins_with(FunctionElement[bool]):  # noqa: N801 - reads as SQL's own functions do
    """Whether a text column begins with these characters, by an index on the column: on SQLite
    LIKE can't use one, on PostgreSQL the index has the `PREFIXES` of its operators."""

    inherit_cache = True
    type = Boolean()

    def __init__(
        self, column: SQLColumnExpression[str] | SQLColumnExpression[str | None], start: str
    ) -> None:
        pattern = re.sub(r"([/%_])", r"/\1", start) + "%"
        super().__init__(column, literal(start), literal(start + "\U0010ffff"), literal(pattern))

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it is: with `= 1` behind it no index is used."""
        return self


PREFIXES = "text_pattern_ops"


@compiles(begins_with)
def _like(element: begins_with, compiler: SQLCompiler, **options: object) -> str:
    column, _, _, pattern = element.clauses
    return f"({compiler.process(column.like(pattern, escape='/'), **options)})"


@compiles(begins_with, "sqlite")
def _between(element: begins_with, compiler: SQLCompiler, **options: object) -> str:
    column, first, last, _ = element.clauses
    return f"({compiler.process(and_(column >= first, column <= last), **options)})"
