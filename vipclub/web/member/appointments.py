"""A member's appointments: the list, one with its steps, the answer to another time offered, and
cancelling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings
from vipclub.bookings import Alternative, AppointmentView
from vipclub.core import clock
from vipclub.core.i18n import N_, format_moment, gettext
from vipclub.web.day_words import day_and_hour, day_then_hour, hour, near_day
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member import appointment_words, rescheduling
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.forms import CancelForm
from vipclub.web.status_words import mood_of, state_word
from vipclub.web.time_picker import RefusalShown, refusal_shown


@dataclass(frozen=True, slots=True)
class Offer:
    """Another time that the partner offers: what was, what is offered, until when it is kept."""

    was: str
    offered: str
    site: str
    until: str


@dataclass(frozen=True, slots=True)
class Instead:
    """A time that may be booked instead, by one tap."""

    slot: str
    offering: str
    when: str
    site: str


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """An appointment with its steps and what may be done."""

    ref: str
    title: str
    says: str
    why: str
    state: str
    mood: str
    facts: list[appointment_words.Fact]
    preparation: str
    steps: list[appointment_words.Step]
    offer: Offer | None
    instead: list[Instead]
    may_change: bool
    change_rule: str
    may_cancel: bool
    cancel_free: bool
    cancel_cost: str
    asking: bool
    reason: str
    in_calendar: bool


@member.get("/appointments", endpoint="appointments")
def list_appointments() -> str:
    """What is coming, soonest first, and what was. Two statements."""
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        found = bookings.appointments_of(session, actor, member=own_ref(), limit=60).items
    coming = [a for a in found if a.status in bookings.COMING and a.end > now]
    past = [a for a in found if a not in coming]
    return render_template(
        "member/appointments.html",
        coming=[appointment_words.row(language, a, now, own_ref()) for a in reversed(coming)],
        past=[appointment_words.row(language, a, now, own_ref()) for a in past],
    )


@member.get("/appointments/<ref>")
def appointment(ref: str) -> str:
    """One appointment. One statement; five where other times are shown."""
    return _page(ref, None)


@member.post("/appointments/<ref>/accept")
def accept(ref: str) -> ResponseReturnValue:
    """The time that the partner offers."""
    said = N_("The new time is confirmed. The old one is let go.")
    return _answered(ref, said, lambda: run(bookings.accept, appointment=ref))


@member.post("/appointments/<ref>/cancel")
def cancel(ref: str) -> ResponseReturnValue:
    """Cancelled, after the page has said what it costs."""
    reason: str = CancelForm.sent().reason.data
    said = N_("The appointment is cancelled. The place has been told.")

    def act() -> object:
        return run(bookings.cancel, appointment=ref, reason=reason or None)

    return _answered(ref, said, act, reason or None)


def _answered(
    ref: str, said: str, act: Callable[[], object], reason: str | None = None
) -> ResponseReturnValue:
    """A step of the member's own; a refusal is told on the appointment's page."""
    with shown() as refusal:
        act()
        flash(gettext(current_language(), said), "done")
        return redirect(url_for("member.appointment", ref=ref), code=303)
    told = refusal_shown(refusal.refused, "", "")
    return _page(ref, told, reason), refusal.status


@member.post("/appointments/<ref>/again")
def book_instead(ref: str) -> ResponseReturnValue:
    """Another time instead of one that was declined: for the same person, with the same note."""
    actor = current_actor()
    with read() as session:
        found = bookings.appointment(session, actor, ref)
    with shown() as refusal:
        return run_once(
            lambda made: url_for("member.appointment", ref=made.appointment),
            bookings.book,
            member=own_ref(),
            offering=request.form.get("offering", "")[:40],
            slot=request.form.get("slot", "")[:40],
            beneficiary=found.beneficiary if appointment_words.whom(found, own_ref()) else None,
            note=found.note,
        )
    return _page(ref, refusal_shown(refusal.refused, found.service, "")), refusal.status


def _page(ref: str, refusal: RefusalShown | None, reason: str | None = None) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    instead: list[Alternative] = []
    with read() as session:
        found = bookings.appointment(session, actor, ref)
        if found.status == "cancelled" and found.reason_code == "declined" and found.start > now:
            instead = bookings.alternatives(session, actor, appointment=found.appointment)
    return render_template(
        "member/appointment.html",
        refusal=refusal,
        step_words=appointment_words.step_words(language),
        page=compose(language, found, instead, now, refusal is not None, reason or ""),
    )


def compose(
    language: str,
    found: AppointmentView,
    instead: list[Alternative],
    now: datetime,
    asking: bool,
    reason: str,
) -> AppointmentPage:
    """The page's words."""
    coming = found.status in bookings.COMING
    rule = rescheduling.rule(language, found, now)
    return AppointmentPage(
        ref=found.appointment,
        title=found.service_name.to(language),
        says=appointment_words.says(language, found, now),
        why=appointment_words.why(language, found),
        state=state_word(language, found.status),
        mood=mood_of(found.status),
        facts=facts_of(language, found),
        preparation=found.preparation.to(language) if found.preparation and coming else "",
        steps=appointment_words.steps(language, found, now),
        offer=_offer(language, found, now),
        instead=[_instead(language, each, now) for each in instead],
        may_change=found.may("reschedule"),
        change_rule=rule,
        may_cancel=found.may("cancel"),
        cancel_free=found.cancels_free(now),
        cancel_cost=cancel_cost(language, found, now),
        asking=asking and found.may("cancel"),
        reason=reason,
        in_calendar=coming and found.end > now,
    )


def facts_of(language: str, found: AppointmentView) -> list[appointment_words.Fact]:
    """What, where, when, and for whom where it is somebody else."""
    return appointment_words.facts(
        language,
        service=found.service_name,
        offering=found.offering_name,
        site=found.site_name,
        address=found.address,
        start=found.start,
        end=found.end,
        time_zone=found.time_zone,
        whom=appointment_words.whom(found, own_ref()),
    )


def _offer(language: str, found: AppointmentView, now: datetime) -> Offer | None:
    if not found.may("accept") or found.proposed_start is None:
        return None
    until = found.answer_by
    return Offer(
        was=format_moment(language, found.start),
        offered=format_moment(language, found.proposed_start),
        site=(found.proposed_site_name or found.site_name).to(language),
        until=gettext(
            language,
            N_("Both times are kept for you until %(moment)s."),
            moment=day_and_hour(language, until, now, found.time_zone),
        )
        if until
        else "",
    )


def _instead(language: str, found: Alternative, now: datetime) -> Instead:
    today = now.astimezone(found.start.tzinfo).date()
    day = near_day(language, found.start.date(), today)
    return Instead(
        slot=found.slot,
        offering=found.offering,
        when=day_then_hour(day, hour(found.start, found.time_zone)),
        site=found.site_name.to(language),
    )


def cancel_cost(language: str, found: AppointmentView, now: datetime) -> str:
    """What cancelling now costs, in words."""
    if not found.cancels_free(now):
        return gettext(
            language,
            N_("It is too late to cancel free of charge: what was reserved counts as used."),
        )
    until = found.site_clock.deadline(found.policy.cancel_until, found.start)
    if found.status != "booked" or until <= now:
        return gettext(language, N_("Cancelling is free now. What was reserved comes back to you."))
    return gettext(
        language,
        N_("Cancelling is free until %(moment)s. What was reserved comes back to you."),
        moment=day_and_hour(language, until, now, found.time_zone),
    )
