"""One appointment at the front desk, and its steps: one click each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from vipclub import bookings, membership
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.i18n import N_, format_moment, gettext, zone_name
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.told import tell_done
from vipclub.web.names import person_name
from vipclub.web.partner import alternative_times, rows
from vipclub.web.partner.door import partner, undo_of, way_back
from vipclub.web.partner.forms import AnswerForm, ProposeForm
from vipclub.web.promise_clock import Clock, promise_clock
from vipclub.web.status_words import mood_of, state_word

STEPS: dict[str, Callable[..., bookings.BookedAppointment]] = {
    **{step.name: partial(bookings.arrive, step=step.name) for step in bookings.ARRIVALS},
    "confirm": bookings.confirm,
    "fulfil": bookings.fulfil,
    "noshow": bookings.no_show,
    "undo": bookings.undo,
}
"""One click each; what has to be said beside it has a form of its own."""
DONE = {
    "confirm": N_("%(name)s is confirmed and will be told."),
    "arrive": N_("%(name)s is checked in."),
    "arrive_late": N_("Noted: %(name)s came late."),
    "fulfil": N_("The visit of %(name)s is completed."),
    "noshow": N_("Noted: %(name)s did not come."),
    "undo": N_("Taken back for %(name)s."),
    "decline": N_("Declined. %(name)s gets place and benefit back and will be told."),
    "propose": N_("Offered. %(name)s is asked; both times are kept until the answer."),
}


@dataclass(frozen=True, slots=True)
class AnswerFields:
    """A form as it was sent: what was chosen and written, and what is wrong with it."""

    kind: str = ""
    kind_error: str = ""
    words: str = ""
    words_error: str = ""
    slot_error: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """One appointment with what may be done."""

    ref: str
    name: str
    tier: str
    when: str
    state: str
    mood: str
    facts: list[tuple[str, str, str, list[str]]]
    clock: Clock | None
    steps: list[rows.StepButton]
    reasons: list[tuple[str, str]]
    may_decline: bool
    decline: AnswerFields
    alternatives: list[str]
    times: alternative_times.AlternativeTimes | None
    propose: AnswerFields


@partner.get("/appointments/<ref>")
def appointment(ref: str) -> str:
    """One appointment. Seven statements beside the sign-in."""
    return _page(ref)


@partner.post("/appointments/<ref>/<step>")
def act(ref: str, step: str) -> ResponseReturnValue:
    """One step, one click; a refusal says why and what is possible now."""
    if step == "decline":
        return _decline(ref)
    if step == "propose":
        return _propose(ref)
    if step not in STEPS:
        abort(404)
    return _do(ref, step, STEPS[step], {})


def _decline(ref: str) -> ResponseReturnValue:
    form = AnswerForm.sent()
    if form.validate():
        told = {"kind": form.kind.data, "reason": form.words.data or None}
        return _do(ref, "decline", bookings.decline, told)
    return _page(ref, decline=_fields(form)), 422


def _propose(ref: str) -> ResponseReturnValue:
    form = ProposeForm.sent()
    if form.validate():
        told = {
            "slot": form.slot.data,
            "kind": form.kind.data,
            "reason": form.words.data or None,
        }
        return _do(ref, "propose", bookings.propose, told)
    return _page(ref, propose=_fields(form)), 422


def _fields(form: AnswerForm) -> AnswerFields:
    return AnswerFields(
        kind=form.kind.data or "",
        kind_error=form.problem("kind"),
        words=form.words.data,
        words_error=form.problem("words"),
        slot_error=form.problem("slot") if "slot" in form else "",
    )


def _do(
    ref: str, step: str, use_case: Callable[..., Any], data: dict[str, Any]
) -> ResponseReturnValue:
    language = current_language()
    with read() as session:
        name = bookings.appointment(session, current_actor(), ref).beneficiary_name
    with shown() as refusal:
        run(use_case, appointment=ref, **data)
        tell_done(
            gettext(language, DONE[step], name=person_name(language, name, "masked")),
            undo_of(ref, step),
        )
        return redirect(way_back(), code=303)
    return _page(ref, refusal=refusal.said), refusal.status


def _page(
    ref: str,
    *,
    refusal: str = "",
    decline: AnswerFields | None = None,
    propose: AnswerFields | None = None,
) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        found = bookings.appointment(session, actor, ref)
        term = membership.member_summary(session, found.member_id)
        may_propose, may_decline = found.may("propose"), found.may("decline")
        times = None
        if may_propose:
            first = alternative_times.first_day(request.args.get("from"), found, now)
            times = alternative_times.alternative_times(session, actor, found, first, now)
        others = bookings.alternatives(session, actor, appointment=found) if may_decline else []
    page = AppointmentPage(
        ref=found.appointment,
        name=person_name(language, found.beneficiary_name, "masked"),
        tier=rows.tier_text(language, term),
        when=rows.when(language, found, now),
        state=state_word(language, found.status),
        mood=mood_of(found.status),
        facts=_facts(language, found, now),
        clock=promise_clock(language, found, now),
        steps=rows.step_buttons(language, found),
        reasons=[(c, gettext(language, text)) for c, text in bookings.DECLINE_REASONS.items()],
        may_decline=may_decline,
        decline=decline or AnswerFields(),
        alternatives=[
            f"{other.site_name.to(language)} · {rows.day_and_time(language, other.start, now)}"
            for other in others
        ],
        times=times,
        propose=propose or AnswerFields(kind="full"),
    )
    return render_template(
        "partner/appointment.html",
        page=page,
        desk_name=found.site_name.to(language),
        refusal=refusal,
    )


def _facts(
    language: str, found: AppointmentView, now: datetime
) -> list[tuple[str, str, str, list[str]]]:
    zone = [] if found.time_zone == clock.club_zone() else [zone_name(language, found.time_zone)]
    facts = [
        (
            "clipboard-list",
            gettext(language, N_("Service")),
            found.offering_name.to(language),
            [found.site_name.to(language)],
        ),
        ("clock", gettext(language, N_("Time")), format_moment(language, found.start), zone),
    ]
    if found.proposed_start:
        answer = gettext(
            language,
            N_("The member is asked until %(moment)s. Both times are kept."),
            moment=day_and_hour(language, found.answer_by or found.start, now, found.time_zone),
        )
        facts.append(
            (
                "calendar-clock",
                gettext(language, N_("Offered instead")),
                format_moment(language, found.proposed_start),
                [answer],
            )
        )
    if found.note:
        facts.append(("message-square-text", gettext(language, N_("Note")), found.note, []))
    why = []
    if found.answer_kind in bookings.DECLINE_REASONS:
        why.append(gettext(language, bookings.DECLINE_REASONS[found.answer_kind]))
    if how := bookings.how_it_came(found):
        why.append(gettext(language, how))
    if found.reason:
        why.append(found.reason)
    if why:
        facts.append(("info", gettext(language, N_("Reason")), why[0], why[1:]))
    return facts
