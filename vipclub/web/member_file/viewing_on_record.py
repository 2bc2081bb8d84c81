"""A page about a member is on record before anything of it is read (docs/decisions.md 13)."""

from __future__ import annotations

from flask import g, request

from vipclub import people
from vipclub.people import Viewed
from vipclub.web.frame import run


def on_record(ref: str) -> Viewed:
    """The trail's row that this page of the member is shown, and its receipt; one a page. What
    fails here shows nothing. One statement. Raises MalformedRef, NotFound, Forbidden."""
    if not is_on_record():
        page = (request.endpoint or "").rpartition(".")[2]
        g.viewed = run(people.record_view, member=ref, page=page)
    viewed: Viewed = g.viewed
    return viewed


def is_on_record() -> bool:
    """Whether this request has its row."""
    return "viewed" in g
