"""The member's own cases: what was asked, whose turn it is and by when, words both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.assistance import CaseLine
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.case_callers import caller_lines
from vipclub.web.case_words import EntryLine, entry_line, kind_name, next_news, turn
from vipclub.web.day_words import day_and_hour
from vipclub.web.emergency_contacts import level_buttons
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.idempotent_form import run_once
from vipclub.web.member.door import member, own_ref
from vipclub.web.promise_clock import Clock

ASKED = ("enquiry", "complaint")
"""What a member opens in writing; help at once has its own button."""
SHOWN = 50
SCORES = (
    ("5", N_("5, very good")),
    ("4", N_("4, good")),
    ("3", N_("3, acceptable")),
    ("2", N_("2, poor")),
    ("1", N_("1, very poor")),
)


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as its member sees it."""

    ref: str
    href: str
    kind: str
    turn: str
    open: bool
    waits: bool
    at: str
    owner: str
    clock: Clock | None
    goes_on: str = ""


@member.get("/cases")
def cases() -> str:
    """The newest first. Two statements."""
    language = current_language()
    with read() as session:
        found = assistance.find_cases(session, current_actor(), member=own_ref(), limit=SHOWN)
    return render_template(
        "member/cases.html", cases=[_own(language, line) for line in found.items]
    )


def _own(language: str, line: CaseLine) -> OwnCase:
    now = clock.now()
    return OwnCase(
        ref=line.ref,
        href=url_for("member.case", ref=line.ref),
        kind=kind_name(language, line.kind),
        turn=turn(language, line.status),
        open=line.status in assistance.OPEN,
        waits=line.status == "waiting",
        at=day_and_hour(language, line.opened_at, now, clock.club_zone()),
        owner=line.owner_name,
        clock=next_news(language, line, now),
    )


@member.get("/cases/new")
def new_case() -> str:
    """A question or a complaint."""
    return _new(request.args.get("kind", "enquiry"), "")


@member.post("/cases/new")
def open_own_case() -> ResponseReturnValue:
    """Sent; an answer is promised."""
    kind, what = request.form.get("kind", ""), request.form.get("what", "")[:4000]
    about = request.form.get("about", "")[:40]
    if not what.strip() or kind not in ASKED:
        error = gettext(current_language(), N_("Please fill this in."))
        return _new(kind, what, error, about), 422
    return run_once(
        lambda made: url_for("member.case", ref=made.case),
        assistance.open_case,
        kind=kind,
        what=what,
        member=own_ref(),
        about=about if kind == "complaint" and about else None,
    )


def _new(kind: str, what: str, error: str = "", about: str = "") -> str:
    language = current_language()
    with read() as session:
        known = assistance.known_to_member(session, current_actor(), member=own_ref())
    return render_template(
        "member/new_case.html",
        kinds=[(code, kind_name(language, code)) for code in ASKED],
        kind=kind if kind in ASKED else "enquiry",
        what=what,
        error=error,
        known=known,
        about=about,
    )


@member.get("/cases/<ref>")
def case(ref: str) -> str:
    """One of them, with what was said. Three statements, and one more when it is resolved."""
    return page_with(ref)


@dataclass(frozen=True, slots=True)
class OwnRating:
    """How the member rated it, or may; `ask` is whether to ask her if it is to be opened again."""

    open: bool
    score: str
    text: str
    ask: bool


def page_with(
    ref: str, text: str = "", refused: str = "", rated: tuple[str, str] | None = None
) -> str:
    """The page, with what was typed and refused."""
    language, now = current_language(), clock.now()
    rating = None
    with read() as session:
        found = assistance.case(session, current_actor(), ref)
        if found.line.status in assistance.RATED:
            said = assistance.rating_of(session, current_actor(), ref, now=now)
            score, words = rated or (str(said.score or ""), said.text)
            rating = OwnRating(said.open, score, words, said.low and "reopen" in found.steps)
    entries: list[EntryLine] = [
        entry_line(language, entry, now, story=found.what, member=True) for entry in found.entries
    ]
    own = _own(language, found.line)
    if found.merged_into is not None:
        says = gettext(language, N_("It goes on in another request."))
        own = replace(own, turn=says, goes_on=url_for("member.case", ref=found.merged_into))
    return render_template(
        "member/case.html",
        case=own,
        entries=entries,
        callers=caller_lines(language, found.callers, now),
        levels=level_buttons(language),
        reopens="reopen" in found.steps,
        rating=rating,
        scores=[(code, gettext(language, word)) for code, word in SCORES],
        text=text,
        refused=refused,
    )


@member.post("/cases/<ref>/write")
def write_to_case(ref: str) -> ResponseReturnValue:
    """Words to the club; a case that was resolved is open again."""
    text = request.form.get("text", "")
    with shown() as refusal:
        run(assistance.write_to_case, case=ref, text=text)
        flash(gettext(current_language(), N_("Your message is with us.")), "done")
        return redirect(url_for("member.case", ref=ref), code=303)
    return page_with(ref, text[:5000], refusal.said), refusal.status


@member.post("/cases/<ref>/callers/<question>")
def answer_about_caller(ref: str, question: str) -> ResponseReturnValue:
    """How much a caller may be told of this case."""
    level = request.form.get("level", "")[:10]
    with shown() as refusal:
        run(assistance.answer_about_caller, case=ref, question=question, level=level)
        flash(gettext(current_language(), N_("Your answer counts from now on.")), "done")
        return redirect(url_for("member.case", ref=ref), code=303)
    return page_with(ref, "", refusal.said), refusal.status
