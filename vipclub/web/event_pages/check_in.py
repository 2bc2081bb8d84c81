"""Check-in at the door: a ticket is scanned into the one field of the page, by a reader that types
or by hand, and the verdict is there at once. The next scan needs no tap."""

from __future__ import annotations

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import events
from vipclub.core import clock
from vipclub.core.i18n import N_, NN_, format_time, gettext, ngettext
from vipclub.events import Scan
from vipclub.web.event_face import event_face
from vipclub.web.frame import current_actor, current_language, read, run, shown

LONGEST = 120
WELCOME = NN_("Welcome: %(num)s person.", "Welcome: %(num)s people.")
SAID = {
    "already": N_("Already checked in at %(time)s."),
    "cancelled": N_("This registration has no seat: it was cancelled, or waits."),
    "foreign": N_("This is a ticket for another event."),
    "unknown": N_("This is no ticket of the club."),
}


def check_in_page(event: str) -> str:
    """The field, and how many are there. Two statements beside the sign-in."""
    return _page(event)


def _page(event: str, refused: str = "", code: str = "") -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        view = events.event(session, actor, event)
        counts = events.counts_of(session, actor, event=event)
    return render_template(
        "event_pages/check_in.html",
        face=event_face(language, view, now),
        there=counts.get("attended", (0, 0))[1],
        expected=counts.get("registered", (0, 0))[1],
        nonce=secrets.token_urlsafe(16),
        refused=refused,
        code=code,
    )


def scan_ticket(event: str) -> ResponseReturnValue:
    """The verdict, and the field for the next."""
    language, code = current_language(), request.form.get("code", "")[:LONGEST]
    with shown() as refusal:
        scan = run(
            events.check_in,
            event=event,
            code=code,
            nonce=request.form.get("nonce", "")[:64],
            device="page",
        )
        flash(_said(language, scan), "done" if scan.verdict == "welcome" else "refused")
        return redirect(url_for(".check_in_page", event=event), code=303)
    return _page(event, refusal.said, code), refusal.status


def _said(language: str, scan: Scan) -> str:
    """The verdict in a sentence, with the reference to compare."""
    if scan.verdict == "welcome":
        said = ngettext(language, *WELCOME, scan.size)
    else:
        time = format_time(language, scan.first_at, clock.club_zone()) if scan.first_at else ""
        said = gettext(language, SAID[scan.verdict], time=time)
    return f"{said} {scan.registration}" if scan.registration else said
