"""All appointments with filters, and the way to take one out that was entered by mistake."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings, partners
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.city_names import city_name
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.frame.paging import list_address
from vipclub.web.names import person_name
from vipclub.web.operations.appointment_forms import FilterForm, ReasonForm
from vipclub.web.operations.door import operations
from vipclub.web.status_words import STATES, mood_of

PAGE = 50


@operations.get("/bookings")
def booked() -> str:
    """Appointments in a state, at a partner, between two days of the site; by their time."""
    actor, form = current_actor(), FilterForm.asked()
    with read() as session:
        page = bookings.correctable_appointments(
            session,
            actor,
            state=form.state.data or None,
            partner=form.partner.data or None,
            first=form.first,
            last=form.last,
            after=form.cursor.data or None,
            limit=PAGE,
        )
        offerings = partners.offerings_of(session, actor)
    return render_template(
        "operations/appointments.html",
        items=page.items,
        older=list_address("operations.booked", cursor=page.next) if page.next else "",
        newer=list_address("operations.booked", cursor=None) if form.cursor.data else "",
        filtered=any(request.args.get(name) for name in ("state", "partner", "from", "to")),
        form=form,
        given={name: request.args.get(name, "") for name in ("from", "to")},
        states=STATES,
        partners={row.partner: row.partner_name for row in offerings},
        mood_of=mood_of,
    )


@operations.get("/bookings/<ref>")
def booking(ref: str) -> str:
    """One appointment, and what may be done to it here."""
    return _booking(ref, "", "")


def _booking(ref: str, typed: str, problem: str) -> str:
    language = current_language()
    with read() as session:
        found = bookings.correctable_appointment(session, current_actor(), ref)
    return render_template(
        "operations/appointment.html",
        visit=found,
        who=person_name(language, found.member_name, "masked"),
        city=city_name(language, found.city),
        state=gettext(language, STATES[found.status]),
        mood=mood_of(found.status),
        typed=typed,
        problem=problem,
        at=clock.now(),
    )


@operations.post("/bookings/<ref>/error")
def enter_in_error(ref: str) -> ResponseReturnValue:
    """It was never meant: seat and allowance come back, and its history stays."""
    form = ReasonForm.sent()
    if not form.validate():
        return _booking(ref, form.reason.data, form.problem("reason")), 422
    run(bookings.enter_in_error, appointment=ref, reason=form.reason.data)
    flash(
        gettext(
            current_language(),
            N_("Entered by mistake: the place and the member's allowance are free again."),
        )
    )
    return redirect(url_for("operations.booking", ref=ref), code=303)
