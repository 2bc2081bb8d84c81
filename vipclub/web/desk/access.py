"""Accesses in an emergency: for who leads the desk those to review, for others their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import desk as records
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.desk import AccessView
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.names import person_name

STATES = {
    "open": N_("to review"),
    "overdue": N_("review overdue"),
    "justified": N_("justified"),
    "unjustified": N_("not justified"),
}
MOODS = {"open": "soon", "overdue": "late", "justified": "calm", "unjustified": "late"}


@dataclass(frozen=True, slots=True)
class AccessLine:
    """An access; the member's name masked."""

    ref: str
    state: str
    mood: str
    at: str
    name: str
    member: str
    by: str
    reason: str
    due: str
    verdict: str
    reviewer: str
    reviews: bool


@desk.get("/access")
def access() -> str:
    """One statement beside the sign-in."""
    return _page()


@desk.post("/access/<ref>/review")
def review_access(ref: str) -> ResponseReturnValue:
    """Justified or not, and why."""
    verdict, text = request.form.get("verdict", ""), request.form.get("text", "")[:2000]
    if verdict not in {"justified", "unjustified"}:
        said = gettext(current_language(), N_("Please choose one of these."))
        return _page(ref, said, verdict, text), 422
    with shown(403) as refusal:
        run(records.review, access=ref, justified=verdict == "justified", text=text)
        flash(gettext(current_language(), N_("The review is on record.")), "done")
        return redirect(url_for("desk.access"), code=303)
    return _page(ref, refusal.said, verdict, text), refusal.status


def _page(ref: str = "", refused: str = "", verdict: str = "", text: str = "") -> str:
    language, now = current_language(), clock.now()
    with read() as session:
        found = records.accesses(session, current_actor())
    return render_template(
        "desk/access.html",
        lines=[_line(language, each, now) for each in found],
        refused=refused,
        about=ref,
        verdict=verdict,
        text=text,
        verdicts=[(code, gettext(language, STATES[code])) for code in ("justified", "unjustified")],
    )


def _line(language: str, found: AccessView, now: datetime) -> AccessLine:
    zone = clock.club_zone()
    return AccessLine(
        ref=found.ref,
        state=gettext(language, STATES[found.state]),
        mood=MOODS[found.state],
        at=day_and_hour(language, found.at, now, zone),
        name=person_name(language, found.name, "masked"),
        member=found.member,
        by=found.by,
        reason=found.reason,
        due=before(language, found.due, now, zone) if found.due and found.state == "open" else "",
        verdict=found.verdict,
        reviewer=found.reviewer,
        reviews=found.reviews,
    )
