"""One case at the desk: what is promised, what happened, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.assistance import CaseView
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.callback_words import due_options
from vipclub.web.case_words import (
    ClockLine,
    EntryLine,
    clock_lines,
    entry_line,
    kind_name,
    severity_name,
    state_name,
)
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read, run, shown

WAITS = {
    "1": N_("1 hour"),
    "4": N_("4 hours"),
    "24": N_("1 day"),
    "72": N_("3 days"),
    "168": N_("7 days"),
}
"""Hours -> word: for how long a case waits."""
DONE = {
    "answer": N_("The answer is on record."),
    "note": N_("The note is on record."),
    "write": N_("The message is on record."),
    "severity": N_("The severity is set."),
    "start": N_("The case is in progress."),
    "wait": N_("The case waits."),
    "resume": N_("The case is in progress."),
    "partner": N_("The partner is on record."),
    "extend": N_("The deadline is extended."),
    "resolve": N_("The case is resolved."),
    "close": N_("The case is closed."),
    "reopen": N_("The case is open again."),
    "merge": N_("The cases are merged."),
}
PARTNER_WORDS = {
    "partner_asked": N_("asked"),
    "partner_found": N_("found and confirmed"),
    "partner_lost": N_("no longer available"),
    "no_partner": N_("no partner needed"),
}


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that the page shows."""

    ref: str
    kind: str
    severity: str
    severe: bool
    state: str
    open: bool
    complaint: bool
    member: str
    member_href: str
    name: str
    unverified: bool
    owner: str
    caller: str
    phone: str
    place: str
    opened: str
    wait: str
    merged_into: str
    clocks: list[ClockLine]
    entries: list[EntryLine]
    steps: tuple[str, ...]


@desk.get("/cases/<ref>")
def case(ref: str) -> str:
    """Three statements beside the sign-in and the record of the viewing."""
    return _page(ref)


def _page(ref: str, refused: str = "", typed: dict[str, str] | None = None) -> str:
    language, now = current_language(), clock.now()
    viewed = run(assistance.record_view, case=ref, page="case")
    with read() as session:
        found = assistance.case(session, current_actor(), ref, viewed=viewed)
    return render_template(
        "desk/case.html",
        page=_shown(language, found, now),
        refused=refused,
        typed=typed or {},
        severities=[(code, severity_name(language, code)) for code in assistance.SEVERITIES],
        reasons=[(code, gettext(language, word)) for code, word in assistance.WAIT_REASONS.items()],
        waits=[(hours, gettext(language, word)) for hours, word in WAITS.items()],
        callback_dues=due_options(language),
        partner_events=[(code, gettext(language, word)) for code, word in PARTNER_WORDS.items()],
    )


def _shown(language: str, found: CaseView, now: Any) -> CasePage:  # noqa: ANN401
    line, zone = found.line, clock.club_zone()
    return CasePage(
        ref=line.ref,
        kind=kind_name(language, line.kind),
        severity=severity_name(language, line.severity),
        severe=line.severity in {"critical", "high"},
        state=state_name(language, line.status),
        open=line.status in assistance.OPEN,
        complaint=line.kind == "complaint",
        member=line.member or "",
        member_href=url_for("desk.show", ref=line.member) if line.member else "",
        name=line.name,
        unverified=line.unverified,
        owner=line.owner_name,
        caller=found.caller,
        phone=found.phone,
        place=found.place,
        opened=day_and_hour(language, line.opened_at, now, zone),
        wait=before(language, found.wait_until, now, zone) if found.wait_until else "",
        merged_into=found.merged_into or "",
        clocks=clock_lines(language, line, now),
        entries=[
            entry_line(language, entry, now, story=found.what) for entry in reversed(found.entries)
        ],
        steps=found.steps,
    )


def _act(
    ref: str,
    step: str,
    use_case: Callable[..., Any],
    *,
    lands: str | None = None,
    **given: Any,  # noqa: ANN401
) -> ResponseReturnValue:
    with shown(400, 403, 404) as refusal:
        run(use_case, case=ref, **given)
        flash(gettext(current_language(), DONE[step]), "done")
        return redirect(url_for("desk.case", ref=lands or ref), code=303)
    typed = {name: value[:4000] for name, value in request.form.items()}
    return _page(ref, refusal.said, typed), refusal.status


def _text() -> str:
    return request.form.get("text", "")


@desk.post("/cases/<ref>/answer")
def answer_case(ref: str) -> ResponseReturnValue:
    """The club has spoken: by telephone without words, or by these."""
    way = "phone" if request.form.get("by") == "phone" else "web"
    return _act(ref, "answer", assistance.answer, text=_text(), channel=way)


@desk.post("/cases/<ref>/note")
def note_case(ref: str) -> ResponseReturnValue:
    """A note among staff."""
    return _act(ref, "note", assistance.add_note, text=_text())


@desk.post("/cases/<ref>/write")
def member_wrote(ref: str) -> ResponseReturnValue:
    """What whom it is for said on the telephone."""
    return _act(ref, "write", assistance.write_to_case, text=_text(), channel="phone")


@desk.post("/cases/<ref>/severity")
def set_severity(ref: str) -> ResponseReturnValue:
    """How severe it is."""
    chosen = request.form.get("severity", "")
    return _act(ref, "severity", assistance.change_severity, severity=chosen, channel="phone")


@desk.post("/cases/<ref>/start")
def start_case(ref: str) -> ResponseReturnValue:
    """Work begins."""
    return _act(ref, "start", assistance.start)


@desk.post("/cases/<ref>/wait")
def wait_case(ref: str) -> ResponseReturnValue:
    """It waits for whom it is for."""
    hours = request.form.get("hours", "24")
    until = clock.now() + timedelta(hours=int(hours) if hours in WAITS else 24)
    return _act(
        ref,
        "wait",
        assistance.wait,
        reason=request.form.get("reason", ""),
        until=until,
        text=_text(),
        channel="phone",
    )


@desk.post("/cases/<ref>/resume")
def resume_case(ref: str) -> ResponseReturnValue:
    """It goes on."""
    return _act(ref, "resume", assistance.resume, channel="phone")


@desk.post("/cases/<ref>/partner")
def note_partner(ref: str) -> ResponseReturnValue:
    """A partner was asked, found or lost."""
    return _act(
        ref,
        "partner",
        assistance.note_partner,
        event=request.form.get("event", ""),
        text=request.form.get("partner", ""),
    )


@desk.post("/cases/<ref>/extend")
def extend_case(ref: str) -> ResponseReturnValue:
    """A complaint has more time."""
    days = request.form.get("days", "")
    given = int(days) if days in {"30", "60"} else 0
    return _act(ref, "extend", assistance.extend, days=given, text=_text())


@desk.post("/cases/<ref>/resolve")
def resolve_case(ref: str) -> ResponseReturnValue:
    """What came of it."""
    return _act(ref, "resolve", assistance.resolve, text=_text(), channel="phone")


@desk.post("/cases/<ref>/close")
def close_case(ref: str) -> ResponseReturnValue:
    """It is put away."""
    return _act(ref, "close", assistance.close)


@desk.post("/cases/<ref>/reopen")
def reopen_case(ref: str) -> ResponseReturnValue:
    """It isn't over."""
    return _act(ref, "reopen", assistance.reopen, text=_text(), channel="phone")


@desk.post("/cases/<ref>/merge")
def merge_case(ref: str) -> ResponseReturnValue:
    """It is part of another one."""
    into = request.form.get("into", "").strip()[:40]
    return _act(ref, "merge", assistance.merge, into=into, lands=into)
