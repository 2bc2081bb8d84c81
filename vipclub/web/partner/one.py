"""One appointment at the front desk, and its steps: one click each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings, membership
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_, format_moment, gettext, say, zone_name
from vipclub.membership import MemberSummary
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.frame.asking import own_zone
from vipclub.web.partner import showing
from vipclub.web.partner.door import partner
from vipclub.web.partner.forms import REASONS, DeclineForm
from vipclub.web.words import Clock, masked, mood_of, state_word

STEPS: dict[str, Callable[..., Any]] = {
    "confirm": bookings.confirm,
    "arrive": bookings.arrive,
    "fulfil": bookings.fulfil,
    "noshow": bookings.no_show,
    "undo": bookings.undo,
}
DONE = {
    "confirm": N_("%(name)s is confirmed and will be told."),
    "arrive": N_("%(name)s is checked in."),
    "fulfil": N_("The visit of %(name)s is completed."),
    "noshow": N_("Noted: %(name)s did not come."),
    "undo": N_("Taken back for %(name)s."),
    "decline": N_("Declined. %(name)s gets place and benefit back and will be told."),
}


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One appointment with what may be done."""

    ref: str
    name: str
    tier: str
    when: str
    state: str
    mood: str
    facts: list[tuple[str, str, str, list[str]]]
    clock: Clock | None
    steps: list[showing.StepButton]
    may_decline: bool
    reasons: list[tuple[str, str]]
    reason: str
    reason_error: str
    words: str
    words_error: str


@partner.get("/appointments/<ref>")
def appointment(ref: str) -> str:
    """One appointment. Two statements."""
    return _page(ref)


@partner.post("/appointments/<ref>/<step>")
def act(ref: str, step: str) -> ResponseReturnValue:
    """One step, one click; a refusal says why and what is possible now."""
    if step == "decline":
        return _decline(ref)
    if step not in STEPS:
        abort(404)
    return _do(ref, step, STEPS[step], {})


def _decline(ref: str) -> ResponseReturnValue:
    form = DeclineForm.sent()
    if form.validate():
        return _do(ref, "decline", bookings.decline, {"reason": form.told()})
    page = _page(
        ref,
        reason=form.reason.data or "",
        reason_error=form.problem("reason"),
        words=form.words.data,
        words_error=form.problem("words"),
    )
    return page, 422


def _do(
    ref: str, step: str, use_case: Callable[..., Any], data: dict[str, Any]
) -> ResponseReturnValue:
    language = current_language()
    with read() as session:
        name = masked(bookings.appointment(session, current_actor(), ref).member_name)
    try:
        run(use_case, appointment=ref, **data)
    except Refused as refusal:
        if refusal.status not in {409, 422}:
            raise
        return _page(ref, refusal=say(language, refusal)), refusal.status
    flash(gettext(language, DONE[step], name=name), "done")
    return redirect(url_for("partner.home"), code=303)


def _page(ref: str, *, refusal: str = "", **form: str) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        found = bookings.appointment(session, actor, ref)
        term = membership.member_summary(session, found.member_id)
    return render_template(
        "partner/appointment.html",
        page=_compose(language, found, term, now, form),
        place=found.site_name.to(language),
        waiting_count=0,
        today_count=0,
        refusal=refusal,
    )


def _compose(
    language: str,
    found: AppointmentView,
    term: MemberSummary | None,
    now: datetime,
    form: dict[str, str],
) -> DeskPage:
    actor = current_actor()
    possible = bookings.MACHINE.possible(found.status, actor.permissions)
    return DeskPage(
        ref=found.appointment,
        name=masked(found.member_name),
        tier=showing.tier_text(language, term),
        when=showing.when(language, found, now),
        state=state_word(language, found.status),
        mood=mood_of(found.status),
        facts=_facts(language, found),
        clock=showing.promise_clock(language, found, now),
        steps=showing.step_buttons(language, actor, found, now),
        may_decline=found.status == "pending" and "cancelled" in possible,
        reasons=[(code, gettext(language, text)) for code, text in REASONS.items()],
        reason=form.get("reason", ""),
        reason_error=form.get("reason_error", ""),
        words=form.get("words", ""),
        words_error=form.get("words_error", ""),
    )


def _facts(language: str, found: AppointmentView) -> list[tuple[str, str, str, list[str]]]:
    zone = [] if found.time_zone == own_zone() else [zone_name(language, found.time_zone)]
    facts = [
        (
            "clipboard-list",
            gettext(language, N_("Service")),
            found.offering_name.to(language),
            [found.site_name.to(language)],
        ),
        ("clock", gettext(language, N_("Time")), format_moment(language, found.start), zone),
    ]
    if found.note:
        facts.append(("message-square-text", gettext(language, N_("Note")), found.note, []))
    if found.reason:
        facts.append(("info", gettext(language, N_("Reason")), found.reason, []))
    return facts
