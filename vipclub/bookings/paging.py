"""Pages of a list: items, and a cursor to the next.

A cursor names the last row by moment and id, so that rows that come or go in between are neither
repeated nor lost.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from vipclub.core.errors import Malformed

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list; `next` is the cursor to those that follow, None at the end."""

    items: list[T]
    next: str | None


def cursor_of(moment: datetime, row_id: int) -> str:
    """A cursor after this row."""
    micros = (moment - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}.{row_id}".encode()).decode().rstrip("=")


def place_of_cursor(cursor: str) -> tuple[datetime, int]:
    """The row that a cursor stands after. Raises Malformed."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        micros, _, row_id = text.partition(".")
        found = int(row_id)
        if not 0 <= found < 2**63:
            raise Malformed("cursor")
        return _EPOCH + timedelta(microseconds=int(micros)), found
    except (ValueError, OverflowError):
        raise Malformed("cursor") from None
