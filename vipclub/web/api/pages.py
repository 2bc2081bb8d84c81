"""A page of a list as the API says it."""

from __future__ import annotations

from typing import Any

from vipclub.bookings import Page


def page_of(page: Page[Any]) -> dict[str, Any]:
    """`items` and the cursor to the next ones."""
    return {"items": page.items, "next": page.next}
