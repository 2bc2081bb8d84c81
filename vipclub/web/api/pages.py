"""A page of a list as the API says it."""

from __future__ import annotations

from datetime import date
from typing import Any

from vipclub.bookings import Page
from vipclub.core.errors import Malformed


def days_in_order(first: date | None, last: date | None) -> None:
    """Raises Malformed when a range of days ends before it begins."""
    if first and last and last < first:
        raise Malformed("to", problem="lies before from")


def page_of(page: Page[Any]) -> dict[str, Any]:
    """`items` and the cursor to the next ones."""
    return {"items": page.items, "next": page.next}
