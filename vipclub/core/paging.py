"""Pages of a list: some items, and a cursor to those that follow.

A cursor names the last row that was shown by what the list is sorted by and by its id, so that rows
that come or go in between are neither repeated nor lost. It is a word of ours in a stranger's hand:
whatever isn't one, or is of a list sorted by something else, is refused as Malformed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_

from vipclub.core.errors import Malformed
from vipclub.core.rows import AnyRow

T = TypeVar("T")
Key = TypeVar("Key", str, int, date, datetime)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS: dict[type, str] = {datetime: "", date: "d", int: "n", str: "t"}
_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_MOST = 2**63


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list; `next` is the cursor to those that follow, None at the end."""

    items: list[T]
    next: str | None


def cursor_of(key: str | int | date | datetime, row_id: int) -> str:
    """A cursor after the row with this key and id.

    >>> cursor_of(datetime(2026, 11, 28, 8, tzinfo=UTC), 7)
    'MTc5NTg1MjgwMDAwMDAwMC43'
    """
    said = str((key - _EPOCH) // timedelta(microseconds=1)) if isinstance(key, datetime) else key
    text = f"{_KINDS[type(key)]}{said}.{row_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str, kind: type[Key]) -> tuple[Key, int]:
    """Key and id of the row that a cursor stands after, in a list sorted by keys of this kind.
    Raises Malformed.

    >>> place_of("MTc5NTg1MjgwMDAwMDAwMC43", datetime)
    (datetime.datetime(2026, 11, 28, 8, 0, tzinfo=datetime.timezone.utc), 7)
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
        said, _, row_id = text.rpartition(".")
        if not said.startswith(_KINDS[kind]) or "\0" in said:
            raise Malformed("cursor")
        last = _number(row_id)
        if last < 0:
            raise Malformed("cursor")
        return cast(Key, _key(said.removeprefix(_KINDS[kind]), kind)), last
    except (ValueError, OverflowError):
        raise Malformed("cursor") from None


def _key(said: str, kind: type[Key]) -> str | int | date:
    if kind is datetime:
        return _EPOCH + timedelta(microseconds=_number(said))
    if kind is date:
        return date.fromisoformat(said)
    return _number(said) if kind is int else said


def _number(text: str) -> int:
    """A number that a column can hold. Raises ValueError."""
    if not _NUMBER.fullmatch(text) or not -_MOST <= int(text) < _MOST:
        raise ValueError("no number of a row")
    return int(text)


def beyond(
    cursor: str,
    key: SQLColumnExpression[Any],
    row_id: SQLColumnExpression[int],
    kind: type[Key],
    *,
    backwards: bool = False,
) -> ColumnElement[bool]:
    """What follows a cursor in a list sorted by `key`, then `row_id`, both descending when
    `backwards`. Raises Malformed."""
    value, last = place_of(cursor, kind)
    if backwards:
        return or_(key < value, and_(key == value, row_id < last))
    return or_(key > value, and_(key == value, row_id > last))


def cursor_after(rows: Sequence[AnyRow], limit: int, key: str) -> str | None:
    """The cursor to what follows the first `limit` rows, sorted by the column `key` and `id`, of
    which one more was asked for; None when that is all."""
    if len(rows) <= limit:
        return None
    return cursor_of(getattr(rows[limit - 1], key), rows[limit - 1].id)
