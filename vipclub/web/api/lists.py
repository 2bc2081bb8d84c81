"""A page of a list as the API says it."""

from __future__ import annotations

from datetime import date
from typing import Any

from vipclub import bookings
from vipclub.core.errors import Malformed
from vipclub.core.paging import Page

FHIR = {"checked-in": "arrived"}
"""Statuses that other systems know by another name."""


def days_in_order(first: date | None, last: date | None) -> None:
    """Raises Malformed when a range of days ends before it begins."""
    if first and last and last < first:
        raise Malformed("to", problem="lies before from")


def statuses_of(text: str | None) -> list[str]:
    """The statuses of a filter, by commas; FHIR's `checked-in` is ours `arrived`. Raises Malformed.

    >>> statuses_of("checked-in,booked")
    ['arrived', 'booked']
    """
    sent = [part.strip() for part in (text or "").split(",") if part.strip()]
    found = list(dict.fromkeys(FHIR.get(name, name) for name in sent))
    unknown = set(found) - bookings.STATES
    if unknown:
        raise Malformed("status", problem=f"unknown: {', '.join(sorted(unknown))[:100]}")
    return found


def page_of(page: Page[Any]) -> dict[str, Any]:
    """`items` and the cursor to the next ones."""
    return {"items": page.items, "next": page.next}
