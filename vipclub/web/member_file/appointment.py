"""A member's appointment, for staff: what it is, and what may be done for the member: cancel it, or
accept the time that the partner offers. Of a health service a manager sees service, day and
state (docs/decisions.md 22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import bookings, people
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_date, format_moment, gettext
from vipclub.web import time_picker
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.member import appointment_words
from vipclub.web.member_file import decision_page
from vipclub.web.member_file.forms import CancelForm
from vipclub.web.member_file.veil import veiled
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name
from vipclub.web.promise_clock import Clock, promise_clock
from vipclub.web.status_words import mood_of, state_word
from vipclub.web.time_picker import RefusalShown, refusal_shown


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """All that the page shows."""

    ref: str
    member: str
    name: str
    title: str
    state: str
    mood: str
    facts: list[appointment_words.Fact]
    note: str
    reason: str
    clock: Clock | None
    offered: str
    offered_by: str
    may_accept: bool
    may_move: bool
    may_cancel: bool
    cancel_costs: bool
    cancel_cost: str
    may_override: bool
    alternatives: list[time_picker.TimeButton]
    alternatives_action: str


def visit(ref: str, visit: str) -> str:
    """One visit. At most seven statements."""
    return _page(ref, visit, None, {})


def cancel(ref: str, visit: str) -> ResponseReturnValue:
    """Cancelled for the member; without cost where the rule would take the unit, for a reason on
    record."""
    form = CancelForm.sent()
    decision_page.by_channel(request.form.get("channel", ""))
    if not form.validate():
        return _page(ref, visit, None, {"override_error": form.problem("override")}), 422
    own_appointment(ref, visit)
    with shown() as refusal:
        run(
            bookings.cancel,
            appointment=visit,
            reason=form.reason.data or None,
            override=form.override.data if form.overriding.data else None,
        )
        flash(gettext(current_language(), N_("It is cancelled. The member is told.")), "done")
        return redirect(url_for(".visit", ref=ref, visit=visit), code=303)
    return _page(ref, visit, refusal_shown(refusal.refused, "", ""), {}), refusal.status


def accept(ref: str, visit: str) -> ResponseReturnValue:
    """The offered time is taken for the member."""
    own_appointment(ref, visit)
    decision_page.by_channel(request.form.get("channel", ""))
    with shown() as refusal:
        run(bookings.accept, appointment=visit)
        flash(gettext(current_language(), N_("The offered time is accepted.")), "done")
        return redirect(url_for(".visit", ref=ref, visit=visit), code=303)
    return _page(ref, visit, refusal_shown(refusal.refused, "", ""), {}), refusal.status


def own_appointment(ref: str, visit: str) -> AppointmentView:
    """The visit, of this member and within sight. Raises NotFound."""
    with read() as session:
        return found_of_member(session, current_actor(), ref, visit)[1]


def found_of_member(
    session: Session, actor: Actor, ref: str, visit: str
) -> tuple[people.PersonRow, AppointmentView]:
    person = people.find_person(session, actor, ref)
    found = bookings.appointment(session, actor, visit)
    if found.member_id != person.id:
        raise NotFound()
    return person, found


def _page(ref: str, visit: str, refusal: RefusalShown | None, written: dict[str, Any]) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    on_record(ref)
    with read() as session:
        person, found = found_of_member(session, actor, ref, visit)
        others = (
            _others(session, actor, found)
            if _wants_others(found, now) and not veiled(actor, found)
            else []
        )
    free = found.cancels_free(now)
    page = AppointmentPage(
        ref=found.appointment,
        member=person.ref,
        name=person_name(language, person),
        title=found.service_name.to(language),
        state=state_word(language, found.status),
        mood=mood_of(found.status),
        facts=facts_of(language, actor, found),
        note="" if veiled(actor, found) else found.note or "",
        reason="" if veiled(actor, found) else found.reason or "",
        clock=promise_clock(language, found, now),
        offered=_offered(language, found),
        offered_by=before(language, found.answer_by, now, found.time_zone)
        if found.answer_by
        else "",
        may_accept=found.may("accept"),
        may_move=found.may("reschedule"),
        may_cancel=found.may("cancel"),
        cancel_costs=not free,
        cancel_cost=_cost(language, found, free, now),
        may_override=bookings.may_override(actor),
        alternatives=[_button(language, each) for each in others],
        alternatives_action=_others_action(person.ref, found),
    )
    return render_template(
        "member_file/appointment.html",
        page=page,
        refusal=refusal,
        written={"override_error": ""} | written,
        channels=decision_page.channel_options(language),
    )


def _wants_others(found: AppointmentView, now: datetime) -> bool:
    """Whether other times are of use: the visit is cancelled before its time, the partner offers
    another or is late, or its day was closed (the link says so)."""
    late = found.status == "pending" and found.promised_by is not None and found.promised_by < now
    cancelled = found.status == "cancelled" and found.start > now
    closed = request.args.get("others") == "1" and found.may("reschedule")
    return late or cancelled or closed or found.status == "proposed"


def _others(session: Session, actor: Actor, found: AppointmentView) -> list[bookings.Alternative]:
    """What is free instead: anywhere for a visit that is over, else at the same partner, to which a
    visit can be moved. Three statements at most."""
    free = bookings.alternatives(session, actor, appointment=found)
    return [each for each in free if each.near < 2 or found.status == "cancelled"]


def _others_action(ref: str, found: AppointmentView) -> str:
    """A time instead: a new booking where the old one is over, else a change of time."""
    if found.status == "cancelled":
        return url_for(".hold", ref=ref, service=found.service)
    return url_for(".ask_move", ref=ref, visit=found.appointment)


def _button(language: str, found: bookings.Alternative) -> time_picker.TimeButton:
    note = f"{format_date(language, found.start.date())} · {found.site_name.to(language)}"
    return time_picker.TimeButton(found.start.strftime("%H:%M"), note, found.slot)


def facts_of(language: str, actor: Actor, found: AppointmentView) -> list[appointment_words.Fact]:
    """What, where, when, for whom; of a health service a manager is told what and which day."""
    whom: list[appointment_words.Fact] = []
    if found.beneficiary != found.member:
        words = gettext(language, N_("Who it is for"))
        whom = [("user", words, found.beneficiary_name, [])]
    if veiled(actor, found):
        return [
            ("heart-pulse", gettext(language, N_("Service")), found.service_name.to(language), []),
            (
                "clock",
                gettext(language, N_("Time")),
                format_date(language, found.start.date()),
                [],
            ),
            *whom,
        ]
    return [
        *appointment_words.facts(
            language,
            service=found.service_name,
            offering=found.offering_name,
            site=found.site_name,
            address=found.address,
            start=found.start,
            end=found.end,
            time_zone=found.time_zone,
        ),
        *whom,
    ]


def _offered(language: str, found: AppointmentView) -> str:
    if found.proposed_start is None or found.status != "proposed":
        return ""
    return format_moment(language, found.proposed_start)


def _cost(language: str, found: AppointmentView, free: bool, now: datetime) -> str:
    """What cancelling now costs the member."""
    if not free:
        return gettext(language, N_("Cancelling now counts as used."))
    until = found.site_clock.deadline(found.policy.cancel_until, found.start)
    if found.status != "booked" or until <= now:
        return gettext(language, N_("Cancelling is free; what was reserved goes back."))
    return gettext(
        language,
        N_("Cancelling is free until %(moment)s; what was reserved goes back."),
        moment=day_and_hour(language, until, now, found.time_zone),
    )
