"""What of a table is sealed, so that it can be sealed anew with another key: each part lists its
own in `sealed_columns.py`, `vipclub/wiring.py` all.

A field is a column of bytes, or a member of a JSON document where it stands as text. Beside a
sealed field stands its blind index where it is searched by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, SQLColumnExpression
from sqlalchemy.orm import InstrumentedAttribute

from vipclub.core.db import Base


@dataclass(frozen=True, slots=True)
class BlindIndex:
    """Where the blind index of a field stands, and of which kind it is: `kind`, or what the row
    says in `kind_in`. With `folded` capitals make no difference; with `last` it is of so many last
    characters."""

    name: str
    kind: str = ""
    kind_in: str = ""
    folded: bool = False
    last: int = 0

    def of(self, plain: str) -> str:
        """What of the field's text is looked for."""
        text = plain.lower() if self.folded else plain
        return text[-self.last :] if self.last else text


@dataclass(frozen=True, slots=True)
class SealedField:
    """`name` is the column, or the member of the document; `place` what `Cipher.seal` is given.
    `also` is a second index of it."""

    name: str
    place: str
    index: BlindIndex | None = None
    also: BlindIndex | None = None

    @property
    def indexes(self) -> tuple[BlindIndex, ...]:
        """All indexes of it."""
        return tuple(index for index in (self.index, self.also) if index is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTable:
    """The sealed fields of a table. `row_name` is SQL for what `Cipher.seal` is given as the row,
    over the table and what `joins` bring to it. With `document`, a JSON column, the fields are its
    members, written as `written` says."""

    model: type[Base]
    row_name: SQLColumnExpression[str]
    fields: Sequence[SealedField]
    joins: Sequence[tuple[type[Base], ColumnElement[bool]]] = ()
    document: InstrumentedAttribute[Any] | None = None
    written: Literal["bytes", "hex", "base64"] = "bytes"

    @property
    def name(self) -> str:
        name: str = self.model.__tablename__
        return name


@dataclass(frozen=True, slots=True)
class EndingIndex:
    """A blind index without the sealed text that it is of: its rows end by themselves. `counts` is
    SQL for those that are still looked at."""

    model: type[Base]
    name: str
    counts: Any
