"""The addresses that both doors have below `/members/<ref>`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response

from vipclub.web.frame import Door
from vipclub.web.staff import behalf, member_page, visits
from vipclub.web.staff.on_record import is_on_record

ROUTES: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("", "show", member_page.show, "GET"),
    ("/notes", "note", member_page.note, "POST"),
    ("/calls", "call", member_page.call, "POST"),
    ("/reveal", "reveal", member_page.reveal, "POST"),
    ("/book", "services", behalf.services, "GET"),
    ("/book/<service>", "choose", behalf.choose, "GET"),
    ("/book/<service>/hold", "hold", behalf.hold, "POST"),
    ("/book/<service>", "book", behalf.book, "POST"),
    ("/holds/<hold>", "held", behalf.held, "GET"),
    ("/holds/<hold>/release", "release", behalf.release, "POST"),
    ("/appointments/<visit>", "visit", visits.visit, "GET"),
    ("/appointments/<visit>/cancel", "cancel", visits.cancel, "POST"),
    ("/appointments/<visit>/accept", "accept", visits.accept, "POST"),
    ("/appointments/<visit>/time", "choose_move", visits.choose_move, "GET"),
    ("/appointments/<visit>/time", "ask_move", visits.ask_move, "POST"),
    ("/appointments/<visit>/move", "move", visits.move, "POST"),
)
"""Rule below the member's page, endpoint, view, method."""


def install(door: Door) -> None:
    """The same views at a door, each for that door's audience."""
    for rule, endpoint, view, method in ROUTES:
        door.add_url_rule(
            f"/members/<ref>{rule}", endpoint, view_func=_of_this_door(view), methods=[method]
        )


def _of_this_door(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of its own: the mark of its audience is the door's. A page about the member is
    not sent unless it is on record; who is sent on sees nothing yet."""

    @wraps(view)
    def shown(**arguments: str) -> Response:
        answer = make_response(view(**arguments))
        if not 300 <= answer.status_code < 400 and not is_on_record():
            raise RuntimeError(f"{view.__name__} shows a member and isn't on record")
        return answer

    return shown
