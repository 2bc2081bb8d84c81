"""Changing the time of a member's appointment, for staff: another time is chosen, asked about, then
moved; a rule that refuses may be set aside with a reason."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from vipclub import bookings
from vipclub.bookings import AppointmentView, BookableOffering
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.i18n import N_, format_date, format_moment, gettext
from vipclub.web import time_picker
from vipclub.web.frame import current_actor, current_language, read, run_once, shown
from vipclub.web.member_file import decision_page
from vipclub.web.member_file.appointment import found_of_member, own_appointment
from vipclub.web.member_file.decision_page import DecisionPage, Rule
from vipclub.web.member_file.forms import BehalfForm
from vipclub.web.member_file.veil import veiled
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name
from vipclub.web.time_picker import RefusalShown, refusal_shown


def choose_move(ref: str, visit: str) -> str:
    """Another time of the same service at the same partner. Six statements beside the sign-in."""
    return _choose(ref, visit, request.args, None)


def _choose(ref: str, visit: str, source: MultiDict[str, str], refusal: RefusalShown | None) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    wide = source.get("beyond") == "1" and bookings.may_override(actor)
    on_record(ref)
    with read() as session:
        person, found = found_of_member(session, actor, ref, visit)
        offerings = _offerings(session, actor, found)
        if wide:
            offerings = [bookings.beyond_the_window(offering, now) for offering in offerings]
        chosen = time_picker.asked(source)
        if not chosen.offering and not chosen.city:
            chosen = replace(chosen, offering=found.offering)
        times = time_picker.look_up(session, offerings, chosen, found.city)
    kept = {"beyond": "1"} if wide else {}
    base = url_for(".choose_move", ref=person.ref, visit=found.appointment)

    def href(anchor: str = "", /, **query: str) -> str:
        return time_picker.with_choice(base, anchor, kept | query)

    page = time_picker.compose(
        language, href, found.service, times, now, N_("Change the time: %(service)s")
    )
    if veiled(actor, found):
        page = replace(page, cities=[], sites=[])
    return render_template(
        "member_file/choose_time.html",
        name=person_name(language, person),
        back=url_for(".visit", ref=person.ref, visit=found.appointment),
        page=page,
        left="",
        action=url_for(".ask_move", ref=person.ref, visit=found.appointment),
        refusal=refusal,
        wide=wide,
        may_widen=bookings.may_override(actor),
        widen_href=f"{base}?beyond=1",
    )


def _offerings(session: Session, actor: Actor, found: AppointmentView) -> list[BookableOffering]:
    """Where the visit may be moved to: the same partner's; for a reader who isn't told the site,
    the same one."""
    offerings = bookings.bookable_offerings(session, actor, service=found.service)
    if veiled(actor, found):
        return [offering for offering in offerings if offering.offering == found.offering]
    return [offering for offering in offerings if offering.partner == found.partner]


def ask_move(ref: str, visit: str) -> ResponseReturnValue:
    """From when to when, before anything moves."""
    return _ask(ref, visit, BehalfForm.sent(), None)


def move(ref: str, visit: str) -> ResponseReturnValue:
    """The time is changed; a rule that refuses may be set aside with a reason."""
    form = BehalfForm.sent()
    found = own_appointment(ref, visit)
    decision_page.by_channel(form.channel.data or "")
    if not form.validate():
        return _ask(ref, visit, form, None), 422
    with shown() as refusal:
        return run_once(
            lambda made: url_for(".visit", ref=ref, visit=made.appointment),
            bookings.reschedule,
            appointment=visit,
            slot=form.slot.data,
            override=form.override.data if form.overriding.data else None,
        )
    told = refusal_shown(refusal.refused, found.service, form.offering.data)
    rule = Rule.told(refusal.refused, told.text)
    return _ask(ref, visit, form, rule), refusal.status


def _ask(ref: str, visit: str, form: BehalfForm, rule: Rule | None) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    on_record(ref)
    with read() as session:
        person, found = found_of_member(session, actor, ref, visit)
        offerings = _offerings(session, actor, found)
        offering, time = bookings.time_of_slot(session, offerings, slot=form.slot.data)
    asks = (rule is not None and rule.yields) or bool(form.overriding.data)
    hidden_site = veiled(actor, found)
    was = (
        format_date(language, found.start.date())
        if hidden_site
        else format_moment(language, found.start)
    )
    return decision_page.render(
        DecisionPage(
            title=gettext(
                language, N_("Change the time for %(name)s?"), name=person_name(language, person)
            ),
            name=person_name(language, person),
            action=url_for(".move", ref=person.ref, visit=found.appointment),
            button=gettext(language, N_("Set the rule aside and change the time"))
            if asks
            else gettext(language, N_("Change the time")),
            back_href=url_for(".choose_move", ref=person.ref, visit=found.appointment),
            back_text=gettext(language, N_("Choose another time")),
            facts=[
                ("history", gettext(language, N_("So far")), was, []),
                (
                    "clock",
                    gettext(language, N_("New time")),
                    format_moment(language, time.start),
                    [] if hidden_site else [offering.site_name.to(language)],
                ),
            ],
            terms=decision_page.terms(language, offering, time.start, None, now, held=False)
            if not hidden_site
            else [],
            hidden={"slot": time.slot, "offering": offering.offering},
            channels=decision_page.channel_options(language),
            chosen_channel=form.channel.data or "phone",
            rule=rule or (Rule("", True) if asks else None),
            override=form.override.data or "",
            override_error=form.problem("override"),
        )
    )
