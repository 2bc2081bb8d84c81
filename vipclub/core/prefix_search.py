"""Searching by prefix: text that begins so, found by an index; SQLite and PostgreSQL differ in
how."""

from __future__ import annotations

from typing import Self

from sqlalchemy import (
    BindParameter,
    Boolean,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType


class begins_with(FunctionElement[bool]):  # noqa: N801 - reads as SQL's own functions do
    """Whether a text column begins with these characters, by an index on the column. A statement
    that is built once names the beginning (`bindparam("begins")`) and is asked with `beginning`.

    LIKE uses no index on SQLite, and none on PostgreSQL either where a plan is made for whatever
    may be asked: so it is the text's place in the order by code points, there by the operators of
    the index, `PREFIXES`."""

    inherit_cache = True
    type = Boolean()

    def __init__(
        self,
        column: SQLColumnExpression[str] | SQLColumnExpression[str | None],
        start: str | BindParameter[str],
    ) -> None:
        if isinstance(start, str):
            super().__init__(column, literal(start), literal(start + _LAST))
        else:  # unseen by the planner, as of a named list of values (`value_lists.among`)
            names = (bindparam(name, type_=String()) for name in beginning(start.key, ""))
            super().__init__(column, *(select(name).scalar_subquery() for name in names))

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it is: with `= 1` behind it no index is used."""
        return self


PREFIXES = "text_pattern_ops"


_LAST = "\U0010ffff"


def beginning(name: str, start: str) -> dict[str, str]:
    """What a statement is asked with that has `begins_with(column, bindparam(name))`."""
    return {name: start, f"{name}_last": start + _LAST}


@compiles(begins_with)
def _in_order(element: begins_with, compiler: SQLCompiler, **options: object) -> str:
    column, first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} ~>=~ {first} AND {column} ~<=~ {last})"


@compiles(begins_with, "sqlite")
def _between(element: begins_with, compiler: SQLCompiler, **options: object) -> str:
    column, first, last = element.clauses
    return f"({compiler.process(and_(column >= first, column <= last), **options)})"


class prefix_order(FunctionElement[str]):  # noqa: N801
    """A text column to order by as the index of prefixes has it: whoever wants a few of those that
    begin so reads no more of them, where the planner would else gather all first."""

    inherit_cache = True
    type = String()


@compiles(prefix_order)
def _by_index(element: prefix_order, compiler: SQLCompiler, **options: object) -> str:
    (column,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} USING ~<~"


@compiles(prefix_order, "sqlite")
def _plain(element: prefix_order, compiler: SQLCompiler, **options: object) -> str:
    (column,) = (compiler.process(clause, **options) for clause in element.clauses)
    return column
