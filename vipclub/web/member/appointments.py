"""A member's appointments: the list, one with its steps, and cancelling it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_, gettext
from vipclub.web.choosing import RefusalShown, refusal_shown
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.frame.asking import own_zone
from vipclub.web.member import showing
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.forms import CancelForm
from vipclub.web.words import day_and_hour, mood_of, state_word

CANCELS = frozenset({"pending", "proposed", "booked", "waitlist"})


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """An appointment with its steps and what may be done."""

    ref: str
    title: str
    says: str
    state: str
    mood: str
    facts: list[showing.Fact]
    preparation: str
    steps: list[showing.Step]
    may_cancel: bool
    cancel_cost: str
    asking: bool
    reason: str


@member.get("/appointments", endpoint="appointments")
def list_appointments() -> str:
    """What is coming, soonest first, and what was. Two statements."""
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        found = bookings.appointments_of(session, actor, member=own_ref(), limit=60).items
    coming = [a for a in found if a.status in showing.COMING and a.end > now]
    past = [a for a in found if a not in coming]
    return render_template(
        "member/appointments.html",
        coming=[showing.row(language, a, now) for a in reversed(coming)],
        past=[showing.row(language, a, now) for a in past],
    )


@member.get("/appointments/<ref>")
def appointment(ref: str) -> str:
    """One appointment. One statement."""
    return _page(ref, None)


@member.post("/appointments/<ref>/cancel")
def cancel(ref: str) -> ResponseReturnValue:
    """Cancelled, after the page has said what it costs."""
    language = current_language()
    reason: str = CancelForm.sent().reason.data
    try:
        run(bookings.cancel, appointment=ref, reason=reason or None)
    except Refused as refusal:
        if refusal.status not in {409, 422}:
            raise
        return _page(ref, refusal_shown(refusal, "", ""), reason), refusal.status
    flash(gettext(language, N_("The appointment is cancelled. The clinic knows.")), "done")
    return redirect(url_for("member.appointment", ref=ref), code=303)


def _page(ref: str, refusal: RefusalShown | None, reason: str = "") -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        found = bookings.appointment(session, actor, ref)
    return render_template(
        "member/appointment.html",
        refusal=refusal,
        step_words=showing.step_words(language),
        page=AppointmentPage(
            ref=found.appointment,
            title=found.service_name.to(language),
            says=showing.says(language, found, now),
            state=state_word(language, found.status),
            mood=mood_of(found.status),
            facts=showing.facts(
                language,
                service=found.service_name,
                offering=found.offering_name,
                site=found.site_name,
                address=found.address,
                start=found.start,
                end=found.end,
                time_zone=found.time_zone,
                own_zone=own_zone(),
            ),
            preparation=found.preparation.to(language)
            if found.preparation and found.status in showing.COMING
            else "",
            steps=showing.steps(language, found, now),
            may_cancel=found.status in CANCELS and found.start > now,
            cancel_cost=cancel_cost(language, found, now),
            asking=refusal is not None,
            reason=reason,
        ),
    )


def cancel_cost(language: str, found: AppointmentView, now: datetime) -> str:
    """What cancelling now costs, in words."""
    if not found.cancels_free(now):
        return gettext(
            language,
            N_("It is too late to cancel free of charge: what was reserved counts as used."),
        )
    until = found.place.deadline(found.policy.cancel_until, found.start)
    if found.status != "booked" or until <= now:
        return gettext(language, N_("Cancelling is free now. What was reserved comes back to you."))
    return gettext(
        language,
        N_("Cancelling is free until %(moment)s. What was reserved comes back to you."),
        moment=day_and_hour(language, until, now, found.time_zone),
    )
