"""The page that asks before a kept time is booked: what, where, when, what it uses, and until when
it may be cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits, bookings, people
from vipclub.bookings import BookableOffering, HeldTime
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext, say
from vipclub.people import FamilyMember
from vipclub.web.day_words import day_and_hour, hour
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member import appointment_words
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.forms import NoteForm
from vipclub.web.promise_clock import Clock, clock_of
from vipclub.web.time_picker import RefusalShown, refusal_shown


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """A kept time with all that a member wants to know before saying yes."""

    ref: str
    clock: Clock
    facts: list[appointment_words.Fact]
    preparation: str
    terms: list[tuple[str, str]]
    note: str
    note_error: str
    whom: list[tuple[str, str]]
    chosen: str
    ticket: str


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was filled in, and what is wrong with the note."""

    note: str = ""
    problem: str = ""
    whom: str = ""


@member.get("/holds/<ref>")
def held(ref: str) -> ResponseReturnValue:
    """The kept time. One that has ended leads back to the times, with a word why."""
    try:
        return _page(ref, _Sent(), None)
    except NotFound:
        language = current_language()
        flash(say(language, bookings.HoldExpired()), "refused")
        return redirect(url_for("member.services"), code=303)


@member.post("/holds/<ref>/book")
def book(ref: str) -> ResponseReturnValue:
    """The booking itself; then the appointment's page."""
    form = NoteForm.sent()
    sent = _Sent(form.note.data, "" if form.validate() else form.problem("note"), form.whom.data)
    if sent.problem:
        return _page(ref, sent, None), 422
    with shown() as refusal:
        return run_once(
            lambda made: url_for("member.appointment", ref=made.appointment),
            bookings.book_held,
            hold=ref,
            member=own_ref(),
            beneficiary=sent.whom or None,
            note=sent.note or None,
            ticket=request.form.get("ticket", "")[:40] or None,
        )
    try:
        with read() as session:
            kept = bookings.held_time(session, current_actor(), hold=ref, now=clock.now())
    except NotFound:  # it has ended, perhaps in the booking that this form had made before
        flash(say(current_language(), bookings.HoldExpired()), "refused")
        return redirect(url_for("member.services"), code=303)
    told = refusal_shown(refusal.refused, kept.service, kept.offering)
    return _page(ref, sent, told), refusal.status


@member.post("/holds/<ref>/release")
def release(ref: str) -> ResponseReturnValue:
    """Another time: the kept one is free again at once."""
    target = url_for("member.services")
    try:
        with read() as session:
            kept = bookings.held_time(session, current_actor(), hold=ref, now=clock.now())
        target = _back(kept)
        run(bookings.release_hold, hold=ref)
    except (NotFound, bookings.HoldExpired):
        pass
    return redirect(target, code=303)


def _back(kept: HeldTime) -> str:
    page = url_for(
        "member.choose", service=kept.service, offering=kept.offering, ticket=kept.ticket
    )
    return f"{page}#day"


def _page(ref: str, sent: _Sent, refusal: RefusalShown | None) -> str:
    """Four statements; six where the family may use it."""
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        kept = bookings.held_time(session, actor, hold=ref, now=now)
        offerings = bookings.bookable_offerings(
            session, actor, service=kept.service, offering=kept.offering
        )
        if not offerings:
            raise NotFound()
        start = kept.start.astimezone(offerings[0].site_clock.zone)
        given = benefits.entitlements_of(session, actor, member=own_ref(), year=start.year)
        family = (
            people.family_of(session, actor, member=own_ref()) if offerings[0].for_family else []
        )
    left = next((entry for entry in given if entry.benefit == kept.service), None)
    return render_template(
        "member/confirm_booking.html",
        refusal=refusal,
        page=compose(language, kept, offerings[0], left, now, sent, family),
    )


def compose(
    language: str,
    kept: HeldTime,
    offering: BookableOffering,
    left: benefits.Entitlement | None,
    now: datetime,
    sent: _Sent,
    family: list[FamilyMember],
) -> ConfirmPage:
    """The page's words. Who it is for is asked only of those who have named a family."""
    until, zone = hour(kept.expires_at, clock.club_zone()), offering.site_clock.zone
    return ConfirmPage(
        ref=kept.hold,
        clock=clock_of(
            language,
            since=kept.created_at,
            until=kept.expires_at,
            now=now,
            by=gettext(language, N_("kept for you until %(time)s"), time=until),
        ),
        facts=appointment_words.facts(
            language,
            service=offering.service_name,
            offering=offering.name,
            site=offering.site_name,
            address=offering.address,
            start=kept.start.astimezone(zone),
            end=kept.end.astimezone(zone),
            time_zone=offering.time_zone,
        ),
        preparation=offering.preparation.to(language) if offering.preparation else "",
        terms=_terms(language, offering, kept.start.astimezone(zone), left, now),
        note=sent.note,
        note_error=sent.problem,
        whom=[("", gettext(language, N_("Me"))), *((each.ref, each.name) for each in family)]
        if family
        else [],
        chosen=sent.whom,
        ticket=kept.ticket or "",
    )


def _terms(
    language: str,
    offering: BookableOffering,
    start: datetime,
    left: benefits.Entitlement | None,
    now: datetime,
) -> list[tuple[str, str]]:
    """What it uses, who confirms by when, and the cancellation rule in words."""
    terms = []
    if left is not None and not left.unlimited:
        uses = gettext(
            language,
            N_("Reserves 1 of your %(granted)s for %(year)s; %(remaining)s more left after it."),
            granted=left.granted,
            year=left.year,
            remaining=left.remaining,  # the hold has its unit already
        )
        terms.append(("ticket-check", uses))
    site, policy = offering.site_name.to(language), offering.policy
    if policy.confirmation == "partner":
        until = offering.site_clock.promised(policy, now, start)
        text = gettext(
            language,
            N_("%(place)s confirms before %(moment)s."),
            place=site,
            moment=day_and_hour(language, until, now, offering.time_zone),
        )
    else:
        text = gettext(language, N_("Confirmed at once."))
    terms.append(("hourglass", text))
    terms.append(("calendar-x", cancel_rule(language, offering, start, now)))
    return terms


def cancel_rule(language: str, offering: BookableOffering, start: datetime, now: datetime) -> str:
    """Until when a cancellation is free, and what it costs after that."""
    if offering.policy.late_cancellation == "releases":
        return gettext(language, N_("You may cancel free of charge until it begins."))
    until = offering.site_clock.deadline(offering.policy.cancel_until, start)
    if until <= now:
        return gettext(language, N_("Once it is confirmed, cancelling uses it up."))
    at = day_and_hour(language, until, now, offering.time_zone)
    return gettext(
        language,
        N_("Cancelling is free until %(moment)s; after that it counts as used."),
        moment=at,
    )
