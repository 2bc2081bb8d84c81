"""The inbox: what the club wrote to the member, readable in the app."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import messages
from vipclub.core import clock
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.member.door import member, own_ref

SHOWN, LEAD = 50, 2


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: its first lines, and the rest folded away."""

    ref: str
    at: str
    title: str
    lines: list[str]
    rest: list[str]
    href: str
    read: bool


@member.get("/inbox")
def inbox() -> str:
    """The newest first. Three statements."""
    language, now = current_language(), clock.now()
    with read() as session:
        found = messages.inbox(
            session,
            current_actor(),
            member=own_ref(),
            limit=SHOWN,
            language=str(language),
        )
    return render_template(
        "member/inbox.html",
        unread=any(not item.read for item in found),
        letters=[
            _letter(item, day_and_hour(language, item.at, now, clock.club_zone())) for item in found
        ],
    )


def _letter(item: messages.InboxItem, at: str) -> Letter:
    lines = [line.strip() for line in item.text.splitlines() if line.strip()]
    return Letter(item.ref, at, item.title, lines[:LEAD], lines[LEAD:], item.href, item.read)


@member.post("/inbox/read")
def read_all() -> ResponseReturnValue:
    """Mark all of the member's messages read."""
    run(messages.mark_read, member=own_ref())
    return redirect(url_for("member.inbox"), code=303)


@member.post("/inbox/<ref>")
def open_letter(ref: str) -> ResponseReturnValue:
    """Mark one message read and lead to the page that it is about, else to the inbox."""
    with read() as session:
        found = messages.inbox(session, current_actor(), member=own_ref(), limit=SHOWN)
    run(messages.mark_read, member=own_ref(), message=ref)
    href = next((item.href for item in found if item.ref == ref), "")
    return redirect(href or url_for("member.inbox"), code=303)
