"""Booking for a member: service, place, day, time, confirm; the same questions and the same rules
as at the member's own door. Where a rule refuses, staff may set it aside with a reason on record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from vipclub import benefits, bookings, people
from vipclub.bookings import BookableOffering
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext, say
from vipclub.web import time_picker
from vipclub.web.day_words import hour
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member_file import decision_page
from vipclub.web.member_file.decision_page import DecisionPage, Rule
from vipclub.web.member_file.forms import BehalfForm
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name
from vipclub.web.promise_clock import clock_of
from vipclub.web.time_picker import RefusalShown, refusal_shown


def services(ref: str) -> str:
    """What may be booked for the member, with what is left. Four statements."""
    actor, language = current_actor(), current_language()
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        given = benefits.entitlements(session, person.id, clock.club_today().year)
        found = bookings.services(session, actor)
    left = {entry.benefit: entry for entry in given}
    return render_template(
        "member_file/services.html",
        name=person_name(language, person),
        back=url_for(".show", ref=person.ref),
        services=[
            {
                "name": service.name.to(language),
                "text": _left(language, left.get(service.service)),
                "href": url_for(".choose", ref=person.ref, service=service.service),
                "icon": service.icon,
            }
            for service in found
        ],
    )


def _left(language: str, found: benefits.Entitlement | None) -> str:
    if found is None:
        return gettext(language, N_("not part of this membership"))
    if found.unlimited:
        return gettext(language, N_("whenever it is needed"))
    return gettext(
        language,
        N_("%(remaining)s of %(granted)s left"),
        remaining=found.remaining,
        granted=found.granted,
    )


def choose(ref: str, service: str) -> str:
    """Where, which day, which time. Six statements beside the sign-in."""
    return _choose(ref, service, request.args, None)


def _choose(
    ref: str, service: str, source: MultiDict[str, str], refusal: RefusalShown | None
) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    wide = source.get("beyond") == "1" and bookings.may_override(actor)
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        offerings = bookings.bookable_offerings(session, actor, service=service)
        given = benefits.entitlements(session, person.id, clock.club_today().year)
        if wide:
            offerings = [bookings.beyond_the_window(offering, now) for offering in offerings]
        times = time_picker.look_up(session, offerings, time_picker.asked(source), person.city_code)
    kept = {"beyond": "1"} if wide else {}

    def href(anchor: str = "", /, **query: str) -> str:
        base = url_for(".choose", ref=person.ref, service=service)
        return time_picker.with_choice(base, anchor, kept | query)

    return render_template(
        "member_file/choose_time.html",
        name=person_name(language, person),
        back=url_for(".show", ref=person.ref),
        page=time_picker.compose(language, href, service, times, now, N_("Book: %(service)s")),
        left=_left(language, next((e for e in given if e.benefit == service), None)),
        action=url_for(".hold", ref=person.ref, service=service),
        refusal=refusal,
        wide=wide,
        may_widen=bookings.may_override(actor),
        widen_href=f"{url_for('.choose', ref=person.ref, service=service)}?beyond=1",
    )


def hold(ref: str, service: str) -> ResponseReturnValue:
    """The time is kept while staff ask the member; a rule that refuses may be set aside."""
    form = BehalfForm.sent()
    with shown() as refusal:
        held = run(bookings.hold_seat, member=ref, slot=form.slot.data)
        return redirect(url_for(".held", ref=ref, hold=held.hold), code=303)
    told = refusal_shown(refusal.refused, service, form.offering.data)
    rule = Rule.told(refusal.refused, told.text)
    if rule.yields:
        return _ask_unheld(ref, service, form, rule), refusal.status
    return _choose(ref, service, request.form, told), refusal.status


def held(ref: str, hold: str) -> ResponseReturnValue:
    """The kept time, to be confirmed. One that has ended leads back with a word why."""
    try:
        return _ask_held(ref, hold, BehalfForm(), None)
    except NotFound:
        with read() as session:
            people.find_person(session, current_actor(), ref)  # not theirs: not found
        flash(say(current_language(), bookings.HoldExpired()), "refused")
        return redirect(url_for(".services", ref=ref), code=303)


def book(ref: str, service: str) -> ResponseReturnValue:
    """The booking, by the hold where there is one; in the trail it is staff's act, by phone or at
    the counter."""
    form = BehalfForm.sent()
    decision_page.by_channel(form.channel.data or "")
    if not form.validate():
        return _ask_again(ref, service, form, None), 422
    with shown() as refusal:
        return run_once(
            lambda made: url_for(".visit", ref=ref, visit=made.appointment),
            bookings.book,
            member=ref,
            offering=form.offering.data,
            slot=form.slot.data,
            hold=form.hold.data or None,
            beneficiary=form.beneficiary.data or None,
            note=form.note.data or None,
            override=form.override.data or None,
        )
    if isinstance(refusal.refused, bookings.HoldExpired):
        flash(refusal.said, "refused")
        return redirect(url_for(".choose", ref=ref, service=service), code=303)
    told = refusal_shown(refusal.refused, service, form.offering.data)
    rule = Rule.told(refusal.refused, told.text)
    return _ask_again(ref, service, form, rule), refusal.status


def release(ref: str, hold: str) -> ResponseReturnValue:
    """Another time: the kept one is free again at once."""
    target = url_for(".services", ref=ref)
    try:
        with read() as session:
            kept = bookings.held_time(session, current_actor(), hold=hold, now=clock.now())
            if kept.member != people.find_person(session, current_actor(), ref).ref:
                raise NotFound()
        target = url_for(".choose", ref=ref, service=kept.service, offering=kept.offering)
        run(bookings.release_hold, hold=hold)
    except (NotFound, bookings.HoldExpired):
        pass
    return redirect(target, code=303)


def _ask_again(ref: str, service: str, form: BehalfForm, rule: Rule | None) -> str:
    """What was entered stays."""
    if form.hold.data:
        return _ask_held(ref, form.hold.data, form, rule)
    return _ask_unheld(ref, service, form, rule)


def _ask_held(ref: str, hold: str, form: BehalfForm, rule: Rule | None) -> str:
    """Seven statements."""
    actor, language, now = current_actor(), current_language(), clock.now()
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        kept = bookings.held_time(session, actor, hold=hold, now=now)
        if kept.member != person.ref:
            raise NotFound()
        offering = _offering(session, actor, kept.service, kept.offering)
        family = people.relatives_of(session, person.id)
        given = benefits.entitlements(session, person.id, kept.start.year)
    until = hour(kept.expires_at, clock.club_zone())
    page = _page(
        person, offering, family, given, kept.start, kept.end, now, held=True, rule=rule, form=form
    )
    return decision_page.render(
        replace(
            page,
            clock=clock_of(
                language,
                since=kept.created_at,
                until=kept.expires_at,
                now=now,
                by=gettext(language, N_("kept until %(time)s"), time=until),
            ),
            hidden={"hold": hold, "slot": kept.slot, "offering": kept.offering},
            back_href=url_for(".release", ref=person.ref, hold=hold),
        )
    )


def _ask_unheld(ref: str, service: str, form: BehalfForm, rule: Rule | None) -> str:
    """The same for a time that the rules refuse to keep: asks for the reason."""
    actor, now = current_actor(), clock.now()
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        offerings = bookings.bookable_offerings(session, actor, service=service)
        offering, time = bookings.time_of_slot(session, offerings, slot=form.slot.data)
        family = people.relatives_of(session, person.id)
        given = benefits.entitlements(session, person.id, time.start.year)
    page = _page(
        person, offering, family, given, time.start, time.end, now, held=False, rule=rule, form=form
    )
    hidden = {"slot": time.slot, "offering": offering.offering}
    return decision_page.render(
        replace(page, hidden=hidden, back_href=url_for(".choose", ref=person.ref, service=service))
    )


def _page(
    person: people.PersonRow,
    offering: BookableOffering,
    family: list[people.FamilyMember],
    given: list[benefits.Entitlement],
    start: datetime,
    end: datetime,
    now: datetime,
    *,
    held: bool,
    rule: Rule | None,
    form: BehalfForm,
) -> DecisionPage:
    language = current_language()
    left = next((entry for entry in given if entry.benefit == offering.service), None)
    start, end = (
        start.astimezone(offering.site_clock.zone),
        end.astimezone(offering.site_clock.zone),
    )
    asks = (rule is not None and rule.yields) or bool(form.overriding.data)
    return DecisionPage(
        title=gettext(language, N_("Book for %(name)s?"), name=person_name(language, person)),
        name=person_name(language, person),
        action=url_for(".book", ref=person.ref, service=offering.service),
        button=gettext(language, N_("Set the rule aside and book"))
        if asks
        else gettext(language, N_("Book for the member")),
        back_href="",
        back_text=gettext(language, N_("Choose another time")),
        facts=decision_page.facts_of(language, offering, start, end),
        terms=decision_page.terms(language, offering, start, left, now, held=held),
        preparation=offering.preparation.to(language) if offering.preparation else "",
        whom=decision_page.whom_options(person_name(language, person), person.ref, family),
        chosen_whom=form.beneficiary.data or person.ref,
        channels=decision_page.channel_options(language),
        chosen_channel=form.channel.data or "phone",
        with_note=True,
        note=form.note.data or "",
        rule=rule or (Rule("", True) if asks else None),
        override=form.override.data or "",
        override_error=form.problem("override"),
    )


def _offering(session: Session, actor: Actor, service: str, offering: str) -> BookableOffering:
    found = bookings.bookable_offerings(session, actor, service=service, offering=offering or None)
    if not found or not offering:
        raise NotFound()
    return found[0]
