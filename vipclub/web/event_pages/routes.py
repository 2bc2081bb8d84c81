"""The addresses that both doors have below `/events`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from vipclub.web.event_pages import check_in, editing, event_list, event_page, steps
from vipclub.web.frame import Door

ROUTES: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("", "events", event_list.list_events, "GET"),
    ("/new", "new_event", editing.new_event, "GET"),
    ("/new", "add_event", editing.add_event, "POST"),
    ("/<event>", "event", event_page.show_event, "GET"),
    ("/<event>/check-in", "check_in_page", check_in.check_in_page, "GET"),
    ("/<event>/check-in", "scan_ticket", check_in.scan_ticket, "POST"),
    ("/<event>/preview", "preview_event", event_page.preview_event, "GET"),
    ("/<event>/change", "edit_event", editing.edit_event, "GET"),
    ("/<event>/change", "change_event", editing.change_event, "POST"),
    ("/<event>/copy", "copy_event", steps.copy_event, "POST"),
    ("/<event>/submit", "submit_event", steps.submit_event, "POST"),
    ("/<event>/publish", "publish_event", steps.publish_event, "POST"),
    ("/<event>/return", "return_event", steps.return_event, "POST"),
    ("/<event>/cancel", "cancel_event", steps.cancel_event, "POST"),
)
"""Rule below the list, endpoint, view, method."""


def install(door: Door) -> None:
    """The same views at a door, each for that door's audience."""
    for rule, endpoint, view, method in ROUTES:
        door.add_url_rule(f"/events{rule}", endpoint, view_func=_as_its_own(view), methods=[method])


def _as_its_own(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of this door's: the mark of its audience is its own."""

    @wraps(view)
    def shown(**arguments: str) -> Any:  # noqa: ANN401
        return view(**arguments)

    return shown
