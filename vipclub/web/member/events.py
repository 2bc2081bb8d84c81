"""Events for the member: what is on, the own seats, the place on the waiting list, an offer with
its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from vipclub import events
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_moment, gettext, ngettext
from vipclub.core.types import Localized
from vipclub.events import EventView, Guest, RegistrationView
from vipclub.web.day_words import before
from vipclub.web.event_face import EventFace, event_face
from vipclub.web.event_words import MOODS, hours_on, kind_name, registration_state
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.idempotent_form import run_once
from vipclub.web.member.door import member, own_ref
from vipclub.web.promise_clock import Clock, clock_of
from vipclub.web.qr_code import qr_code

SHOWN = 30
STANDING = frozenset({"invited", "registered", "waitlisted", "offered"})
DONE = {
    "accept": N_("The seats are yours. Your ticket is on this page."),
    "decline": N_("Declined. Thank you for telling us."),
    "cancel": N_("Your registration is cancelled."),
}
ACTS = {"accept": events.accept_seats, "decline": events.decline, "cancel": events.cancel}


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event in a list."""

    href: str
    title: str
    kind: str
    when: str
    place: str
    picture: str
    state: str
    mood: str
    seats: str


@dataclass(frozen=True, slots=True)
class GuestTyped:
    """A guest as in the form: what was typed is kept."""

    name: str = ""
    age: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class OwnRegistration:
    """How the member stands. `says` is what comes next; `clock` runs while seats are offered;
    `ticket` is the code of the entry ticket with `ticket_text` to read out."""

    ref: str
    state: str
    mood: str
    says: tuple[str, ...]
    clock: Clock | None
    ticket: Markup | None
    ticket_text: str
    party: str
    steps: tuple[str, ...]
    cancel_says: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event with all that its member can do about it."""

    ref: str
    face: EventFace
    own: OwnRegistration | None
    registers: bool
    full: bool
    most_guests: int
    ages: bool
    guests: list[GuestTyped]
    needs: str
    back: str


@member.get("/events")
def events_list() -> str:
    """What is to come, and the own registrations. Two statements."""
    language, actor, now = current_language(), current_actor(), clock.now()
    with read() as session:
        own = events.registrations_of_member(session, actor, member=own_ref(), limit=SHOWN)
        found = events.events(
            session, actor, statuses={"published", "closed"}, after=request.args.get("after")
        )
    standing = {one[0].event: one[0] for one in own if one[0].status in STANDING}
    return render_template(
        "member/events.html",
        mine=[_mine(language, *one) for one in own if one[0].status in STANDING],
        past=[_mine(language, *one) for one in own if one[0].status in {"attended", "absent"}],
        cards=[_card(language, one, now) for one in found.items if one.event not in standing],
        next_href=url_for("member.events_list", after=found.next) if found.next else "",
    )


def _mine(
    language: str, found: RegistrationView, title: Localized, start: datetime, zone: str
) -> EventCard:
    return EventCard(
        href=url_for("member.event", ref=found.event),
        title=title.to(language),
        kind="",
        when=format_moment(language, start, zone),
        place="",
        picture="",
        state=registration_state(language, found.status),
        mood=MOODS.get(found.status, ""),
        seats=people_of(language, found.size),
    )


def _card(language: str, found: EventView, now: datetime) -> EventCard:
    return EventCard(
        href=url_for("member.event", ref=found.event),
        title=found.title.to(language),
        kind=kind_name(language, found.kind),
        when=hours_on(language, found.start, found.end, found.zone),
        place=found.venue.to(language),
        picture=found.picture,
        state=_seats(language, found, now),
        mood="calm" if found.free > 0 and found.registers(now) else "",
        seats="",
    )


def _seats(language: str, found: EventView, now: datetime) -> str:
    """How many seats are left, where that matters."""
    if not found.registers(now):
        return gettext(language, N_("Registration closed"))
    if found.free <= 0:
        return gettext(language, N_("Full: waiting list") if found.waitlist else N_("Full"))
    return ngettext(language, "%(num)s seat free", "%(num)s seats free", found.free)


def people_of(language: str, size: int) -> str:
    """One person, three people."""
    return ngettext(language, "%(num)s person", "%(num)s people", size)


@member.get("/events/<ref>")
def event(ref: str) -> str:
    """One event. Four statements at most."""
    return _page(ref)


def _page(ref: str, refused: str = "", form: dict[str, str] | None = None) -> str:
    language, actor, now = current_language(), current_actor(), clock.now()
    with read() as session:
        found = events.event(session, actor, ref)
        own = events.registration_for(session, actor, event=ref, member=own_ref())
        party = events.party_of(session, own.id) if own and own.status in STANDING else ([], "")
        ticket = events.ticket_of(session, own.id) if own and own.status == "registered" else ""
    standing = own if own is not None and own.status in STANDING else None
    return render_template(
        "member/event.html",
        page=EventPage(
            ref=found.event,
            face=event_face(language, found, now),
            own=_own(language, found, own, ticket, now) if own is not None else None,
            registers=found.registers(now) and (standing is None or standing.status == "invited"),
            full=found.free <= 0,
            most_guests=found.guests_at_most,
            ages=found.guest_age_from is not None,
            guests=_typed(found.guests_at_most, party[0], form),
            needs=form.get("needs", "") if form is not None else party[1],
            back=url_for("member.events_list"),
        ),
        refused=refused,
    )


def _typed(most: int, guests: list[Guest], form: dict[str, str] | None) -> list[GuestTyped]:
    """A row a guest who may come, with what is known or was typed."""
    if form is not None:
        return [
            GuestTyped(*(form.get(f"{name}-{n}", "")[:320] for name in ("name", "age", "needs")))
            for n in range(1, most + 1)
        ]
    known = [
        GuestTyped(one.name, "" if one.age is None else str(one.age), one.needs) for one in guests
    ]
    return [*known, *(GuestTyped() for _ in range(most - len(known)))]


def _own(
    language: str, found: EventView, own: RegistrationView, ticket: str, now: datetime
) -> OwnRegistration:
    offered = own.status == "offered" and own.until is not None and own.created_at is not None
    return OwnRegistration(
        ref=own.registration,
        state=registration_state(language, own.status),
        mood=MOODS.get(own.status, ""),
        says=tuple(_says(language, found, own, now)),
        clock=clock_of(
            language,
            since=own.created_at or now,
            until=own.until or now,
            now=now,
            by=before(language, own.until or now, now, found.zone),
        )
        if offered
        else None,
        ticket=qr_code(ticket) if ticket else None,
        ticket_text=ticket,
        party=people_of(language, own.size),
        steps=own.steps,
        cancel_says=_cancel_says(language, found, own, now),
    )


def _says(language: str, found: EventView, own: RegistrationView, now: datetime) -> list[str]:
    """What comes next, sentence by sentence."""
    said: list[str] = []
    if own.status == "registered":
        said.append(
            gettext(
                language,
                N_("Doors open at %(time)s. Please show the ticket at the entrance."),
                time=found.doors.strftime("%H:%M"),
            )
        )
    elif own.status == "waitlisted" and own.place is not None:
        said.append(
            gettext(language, N_("Your place on the waiting list: %(line)s."), line=own.place.line)
        )
        said.append(
            gettext(
                language,
                N_(
                    "The highest tier comes first, then who registered first. When seats for your "
                    "whole party come free, they are offered to you."
                ),
            )
        )
        if 0 < found.free < own.size:
            said.append(
                ngettext(
                    language,
                    "%(num)s seat is free, too few for your party. Alone you may have it at once.",
                    "%(num)s seats are free, too few for your party. Fewer may have them at once.",
                    found.free,
                )
            )
    elif own.status == "lapsed":
        said.append(
            gettext(
                language,
                N_("The time to accept was over, and the seats went to the next.")
                if own.reason == "unanswered"
                else N_("No seats came free for your party."),
            )
        )
    return said


def _cancel_says(language: str, found: EventView, own: RegistrationView, now: datetime) -> str:
    """What a cancellation means."""
    if own.status != "registered" or not own.units:
        return gettext(language, N_("Nothing is taken from your benefits."))
    if found.late_cancel_uses and now >= found.cancel_until:
        return gettext(language, N_("Free cancellation is over: the units are used."))
    return gettext(language, N_("The units are yours again."))


def _guests() -> list[Guest]:
    """Who was named in the form: a row without any word is nobody."""
    found = []
    for n in range(1, 10):
        typed = [request.form.get(f"{name}-{n}", "").strip() for name in ("name", "age", "needs")]
        if any(typed):
            name, age, needs = typed
            found.append(Guest(name, int(age) if age.isdecimal() and len(age) < 4 else None, needs))
    return found


@member.post("/events/<ref>/register")
def register_for_event(ref: str) -> ResponseReturnValue:
    """A seat for the member and whoever is named."""
    with shown() as refusal:
        return run_once(
            lambda made: url_for("member.event", ref=made.event),
            events.register,
            event=ref,
            member=own_ref(),
            guests=_guests(),
            needs=request.form.get("needs", "")[:500],
        )
    return _page(ref, refusal.said, dict(request.form)), refusal.status


@member.post("/events/<ref>/party/<registration>")
def change_party(ref: str, registration: str) -> ResponseReturnValue:
    """Others come along."""
    with shown() as refusal:
        run(
            events.change_party,
            registration=registration,
            guests=_guests(),
            needs=request.form.get("needs", "")[:500],
        )
        flash(gettext(current_language(), N_("Your party is changed.")), "done")
        return redirect(url_for("member.event", ref=ref), code=303)
    return _page(ref, refusal.said, dict(request.form)), refusal.status


@member.post("/events/<ref>/<step>/<registration>")
def answer_event(ref: str, step: str, registration: str) -> ResponseReturnValue:
    """Accept the seats, decline, or cancel."""
    act: Any = ACTS.get(step)
    if act is None:
        raise NotFound()
    with shown() as refusal:
        run(act, registration=registration)
        flash(gettext(current_language(), DONE[step]), "done")
        return redirect(url_for("member.event", ref=ref), code=303)
    return _page(ref, refusal.said), refusal.status
