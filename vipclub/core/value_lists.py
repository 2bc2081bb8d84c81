"""Lists of values in a condition. Long ones are one value of the statement: a text with thousands
of places takes the drivers longer than the database its look-ups, and each number of places is
another text, planned anew. Those that the code itself says are part of the text. SQLite and
PostgreSQL differ in how."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Self

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    SQLColumnExpression,
    Text,
    bindparam,
    literal,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class _Written(UserDefinedType[str]):
    """PostgreSQL's array of integers or days, as text: the driver takes ten times as long to write
    it from a list, one by one."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, of: str) -> None:
        self.of = of

    def get_col_spec(self, **_options: object) -> str:
        return f"{self.of}[]"


class _ListOf(TypeDecorator[list[Any]]):
    """A list of integers, days or texts: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(Text())
        return _Written(self._plain) if self._plain else dialect.type_descriptor(ARRAY(self.of))

    @property
    def _plain(self) -> str | None:
        """What PostgreSQL calls it, where nothing of it needs quotes."""
        affinity = self.of._type_affinity
        return "BIGINT" if affinity is Integer else "DATE" if affinity is Date else None

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401
        if value is None or dialect.name != "postgresql":
            return json.dumps(value, default=str)
        return "{" + ",".join(map(str, value)) + "}" if self._plain else value


class among(FunctionElement[bool]):  # noqa: N801 - reads as SQL's own functions do
    """Whether a column of integers, days or texts is one of these values, or of those that a
    statement is asked with under a parameter's name: looked up by its index.

    Of a named list PostgreSQL's planner isn't shown the values: a plan for just these looks better
    to it by their number than one for whatever list comes, so that it would plan at every turn what
    takes longer to plan than to do."""

    inherit_cache = True
    type = Boolean()

    def __init__(
        self,
        column: SQLColumnExpression[int] | SQLColumnExpression[date] | SQLColumnExpression[str],
        values: Iterable[int] | Iterable[date] | Iterable[str] | BindParameter[Any],
    ) -> None:
        kind = _ListOf(column.type)  # type: ignore[union-attr]
        asked: BindParameter[Any]
        self.named = isinstance(values, BindParameter)
        if isinstance(values, BindParameter):
            asked = bindparam(values.key, type_=kind)
        else:
            asked = literal(list(values), kind)
        super().__init__(column, asked)

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it is: with `= 1` behind it no index is used."""
        return self


def one_of(
    column: SQLColumnExpression[str] | SQLColumnExpression[str | None], words: Iterable[str]
) -> ColumnElement[bool]:
    """Whether a column is one of some words of the code: states, kinds. They stand in the text, so
    that a statement that is built once is also written once, and the database sees which index of
    some states alone fits."""
    found = sorted(words)
    if not all(word.replace("-", "").replace("_", "").isalnum() for word in found):
        raise ValueError(f"not words of the code: {found}")
    kind: TypeEngine[Any] = column.type  # type: ignore[union-attr]
    told = [literal_column(f"'{word}'", kind) for word in found]
    return column == told[0] if len(told) == 1 else column.in_(told)


@compiles(among)
def _any(element: among, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    if element.named:
        kind = [*element.clauses][1].type
        values = f"(SELECT {values})::{compiler.dialect.type_compiler_instance.process(kind)}"
    return f"({column} = ANY({values}))"


@compiles(among, "sqlite")
def _each(element: among, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"
