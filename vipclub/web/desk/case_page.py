"""One case at the desk: what is promised, what happened, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import assistance
from vipclub import desk as records
from vipclub.assistance import CaseView
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.desk import KnownCallers
from vipclub.people import Viewed
from vipclub.web.callback_words import due_options
from vipclub.web.case_callers import CallerLine, caller_lines
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
from vipclub.web.desk.case_work import read_case_work
from vipclub.web.desk.dispatch_lines import partner_chains
from vipclub.web.desk.door import desk
from vipclub.web.dispatch_words import arrivals, decline_reasons
from vipclub.web.emergency_contacts import ContactLine, level_buttons
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member_file.told import Told, callers_shown

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
    "kind": N_("The kind is changed."),
    "start": N_("The case is in progress."),
    "wait": N_("The case waits."),
    "resume": N_("The case is in progress."),
    "partner": N_("The partner is on record."),
    "extend": N_("The deadline is extended."),
    "resolve": N_("The case is resolved."),
    "close": N_("The case is closed."),
    "reopen": N_("The case is open again."),
    "merge": N_("The cases are merged."),
    "caller": N_("The member's answer is on record."),
    "about": N_("It is on record whom the complaint is about."),
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
    other_kind: tuple[str, str] | None
    member: str
    member_href: str
    name: str
    unverified: bool
    flooded: bool
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
    callers: list[CallerLine]
    told: Told
    contacts: list[ContactLine]
    seems: ContactLine | None
    answered: bool


@desk.get("/cases/<ref>")
def case(ref: str) -> str:
    """Six statements beside the sign-in and the record of the viewing; seven of one that is
    rated."""
    return page_with(ref)


def page_with(
    ref: str, refused: str = "", typed: dict[str, str] | None = None, *, box: str = ""
) -> str:
    """The page, with what was typed into a `box` of it and refused."""
    language, now = current_language(), clock.now()
    viewed = run(assistance.open_case_page, case=ref)
    with read() as session:
        found = assistance.case(session, current_actor(), ref, viewed=viewed)
        asked = assistance.dispatch.dispatches_of(session, current_actor(), case=ref, viewed=viewed)
        work = read_case_work(session, found, viewed, language, now)
        known = _known_callers(session, found, viewed)
        complains = found.line.kind == "complaint" and found.line.status in assistance.OPEN
        staff = assistance.colleagues_to_name(session, current_actor()) if complains else []
    values = typed or {}
    return render_template(
        "desk/case.html",
        page=_shown(language, found, known, now),
        work=work,
        staff=staff,
        about=assistance.about_now(found.entries),
        levels=level_buttons(language),
        refused=refused,
        typed=values,
        texts={**work.texts, **({box: values.get("text", "")} if box else {})},
        severities=[(code, severity_name(language, code)) for code in assistance.SEVERITIES],
        reasons=[(code, gettext(language, word)) for code, word in assistance.WAIT_REASONS.items()],
        waits=[(hours, gettext(language, word)) for hours, word in WAITS.items()],
        asked=partner_chains(language, asked, now),
        ask_href=url_for("desk.ask", ref=found.line.ref, country=found.country or ""),
        arrivals=arrivals(language),
        decline_reasons=decline_reasons(language),
        callback_dues=due_options(language),
        partner_events=[(code, gettext(language, word)) for code, word in PARTNER_WORDS.items()],
    )


def refused_case(ref: str, refused: str) -> str:
    """The page again, with why an act of another page on this case was refused; what was typed
    comes back."""
    typed = {name: value[:4000] for name, value in request.form.items()}
    return page_with(ref, refused, typed)


def _known_callers(session: Session, found: CaseView, viewed: Viewed) -> KnownCallers:
    """Whom the member named, and who calls; nobody where it isn't known whose case it is."""
    if found.line.member is None:
        return KnownCallers((), records.NOTHING)
    return records.known_callers(
        session,
        current_actor(),
        member=found.line.member,
        viewed=viewed,
        about=found.line.ref,
        number=found.phone,
    )


def _shown(language: str, found: CaseView, known: KnownCallers, now: datetime) -> CasePage:
    line, zone = found.line, clock.club_zone()
    answer = assistance.answered_level(found.callers)
    by_answer = answer is not None and known.told.who in {"", "other"}
    told = replace(known.told, level=answer) if by_answer and answer else known.told
    callers = callers_shown(language, replace(known, told=told), now)
    return CasePage(
        ref=line.ref,
        kind=kind_name(language, line.kind),
        severity=severity_name(language, line.severity),
        severe=line.severity in {"critical", "high"},
        state=state_name(language, line.status),
        open=line.status in assistance.OPEN,
        complaint=line.kind == "complaint",
        other_kind=_other_kind(language, line.kind),
        member=line.member or "",
        member_href=url_for("desk.show", ref=line.member) if line.member else "",
        name=line.name,
        unverified=line.unverified,
        flooded=line.flooded,
        owner=line.owner_name,
        caller=found.caller,
        phone=found.phone,
        place=found.place,
        opened=day_and_hour(language, line.opened_at, now, zone),
        wait=before(language, found.wait_until, now, zone) if found.wait_until else "",
        merged_into=found.merged_into or "",
        clocks=clock_lines(language, line, now),
        entries=[
            entry_line(language, entry, now, story=found.what, of=found)
            for entry in reversed(found.entries)
        ],
        steps=found.steps,
        callers=caller_lines(language, found.callers, now),
        told=callers.told,
        contacts=callers.contacts,
        seems=callers.seems,
        answered=by_answer,
    )


def _other_kind(language: str, kind: str) -> tuple[str, str] | None:
    """What an emergency may be instead, with its name."""
    others = assistance.EMERGENCIES - {kind} if kind in assistance.EMERGENCIES else ()
    return next(((code, kind_name(language, code)) for code in others), None)


def _act(
    ref: str,
    step: str,
    use_case: Callable[..., Any],
    *,
    lands: str | None = None,
    gone: bool = False,
    **given: Any,  # noqa: ANN401
) -> ResponseReturnValue:
    with shown(400, 403, 404) as refusal:
        answer = run_once(
            lambda _made: url_for("desk.cases") if gone else url_for("desk.case", ref=lands or ref),
            use_case,
            case=ref,
            **given,
        )
        if step in assistance.DRAFT_BOXES:
            run(assistance.forget_draft, case=ref, box=step)
        flash(gettext(current_language(), DONE[step]), "done")
        return answer
    typed = {name: value[:4000] for name, value in request.form.items()}
    return page_with(ref, refusal.said, typed, box=step), refusal.status


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


@desk.post("/cases/<ref>/kind")
def set_kind(ref: str) -> ResponseReturnValue:
    """An emergency is at home or abroad after all."""
    chosen = request.form.get("kind", "")
    return _act(ref, "kind", assistance.change_kind, kind=chosen, channel="phone")


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
    changed = request.form.get("changed", "")
    return _act(ref, "resolve", assistance.resolve, text=_text(), changed=changed, channel="phone")


@desk.post("/cases/<ref>/close")
def close_case(ref: str) -> ResponseReturnValue:
    """It is put away."""
    return _act(ref, "close", assistance.close)


@desk.post("/cases/<ref>/reopen")
def reopen_case(ref: str) -> ResponseReturnValue:
    """It isn't over."""
    return _act(ref, "reopen", assistance.reopen, text=_text(), channel="phone")


@desk.post("/cases/<ref>/about")
def say_about(ref: str) -> ResponseReturnValue:
    """Whom it is about: who says so of herself, has it no longer."""
    about = request.form.get("about", "")[:40] or None
    mine = about is not None and about == current_actor().account_ref
    return _act(ref, "about", assistance.say_about, about=about, gone=mine)


@desk.post("/cases/<ref>/merge")
def merge_case(ref: str) -> ResponseReturnValue:
    """It is part of another one."""
    into = request.form.get("into", "").strip()[:40]
    return _act(ref, "merge", assistance.merge, into=into, lands=into)


@desk.post("/cases/<ref>/callers/<question>")
def answer_about_caller(ref: str, question: str) -> ResponseReturnValue:
    """The member says on the telephone what a caller may be told."""
    level = request.form.get("level", "")[:10]
    return _act(ref, "caller", records.answer_about_caller, question=question, level=level)
