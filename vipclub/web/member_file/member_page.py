"""The member's page with what may be written on it: notes, calls, and the look at a number."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import desk, people
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.desk import Revealed
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member_file.forms import PURPOSES, CallForm, NoteForm, RevealForm
from vipclub.web.member_file.overview import read_overview
from vipclub.web.member_file.told import callers_of
from vipclub.web.member_file.viewing_on_record import on_record

REVEAL = {"reveal_error": "", "emergency_error": "", "purpose": "", "emergency": ""}
NOTHING: dict[str, Any] = {"text": "", "error": "", "kind": "general", "corrects": "", "open": ""}


def show(ref: str) -> str:
    """A member at a glance. Seven statements beside the sign-in, at the desk eight,
    one of them the record of the viewing."""
    corrects = request.args.get("corrects", "")[:40]
    return _page(ref, {"corrects": corrects, "open": "note" if corrects else ""})


def note(ref: str) -> ResponseReturnValue:
    """A note, or one that puts an older one right."""
    form = NoteForm.sent()
    if not form.validate():
        written = {
            "text": form.text.data,
            "error": form.problem("text"),
            "kind": form.kind.data,
            "corrects": form.corrects.data,
            "open": "note",
        }
        return _page(ref, written), 422
    answer = run_once(
        lambda _made: url_for(".show", ref=ref) + "#history",
        desk.add_note,
        member=ref,
        text=form.text.data,
        kind=form.kind.data or "general",
        corrects=form.corrects.data or None,
    )
    flash(gettext(current_language(), N_("The note is kept. Nobody can change it.")), "done")
    return answer


def call(ref: str) -> ResponseReturnValue:
    """A word with the member: how, about what, what came of it."""
    form = CallForm.sent()
    answer = run_once(
        lambda _made: url_for(".show", ref=ref) + "#history",
        desk.take_call,
        member=ref,
        channel=form.channel.data or "phone",
        about=form.about.data or "other",
        outcome=form.outcome.data or "settled",
        text=form.text.data,
    )
    flash(gettext(current_language(), N_("The call is noted.")), "done")
    return answer


def reveal(ref: str) -> ResponseReturnValue:
    """The numbers whole, for this once: first the trail says who looked and why, then they are
    shown; if that fails nothing is shown (docs/decisions.md 13)."""
    form = RevealForm.sent()
    typed = {"purpose": form.purpose.data, "emergency": form.emergency.data}
    if not form.validate():
        return _page(ref, {"reveal_error": form.problem("purpose"), **typed}), 422
    viewed = on_record(ref)
    with shown() as refusal:
        whole: Revealed = run(
            desk.reveal,
            member=ref,
            purpose=form.purpose.data,
            viewed=viewed,
            emergency=form.emergency.data,
        )
        return _page(ref, {}, whole)
    return _page(ref, {"emergency_error": refusal.said, **typed}), refusal.status


def _page(ref: str, written: dict[str, Any], whole: Revealed | None = None) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    viewed = on_record(ref)
    with read() as session:
        page = read_overview(
            session,
            actor,
            language,
            ref,
            viewed=viewed,
            now=now,
            today=clock.club_day(now),
            whole=whole.details if whole else None,
        )
        callers = callers_of(
            session,
            actor,
            language,
            ref,
            viewed=viewed,
            now=now,
            whole=whole.contacts if whole else (),
        )
    return render_template(
        "member_file/member_page.html",
        page=page,
        callers=callers,
        written=NOTHING | REVEAL | written,
        kinds=_options(language, desk.note_kinds_for(actor)),
        channels=_options(language, desk.CHANNELS),
        about=_options(language, desk.ABOUT),
        outcomes=_options(language, desk.OUTCOMES),
        purposes=_options(language, PURPOSES),
        may_reveal=people.may_reveal(actor),
        may_state=people.may_state_details(actor),
    )


def _options(language: str, words: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(language, word)) for code, word in words.items()]
