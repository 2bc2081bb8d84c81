"""Events for the member: what is open, what the member is registered for; staff register, accept
offered seats, decline and cancel, by phone or at the counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from vipclub import benefits, events, people
from vipclub.core import clock
from vipclub.core.i18n import N_, NN_, gettext, ngettext
from vipclub.core.types import Localized
from vipclub.events import EventView, Guest, RegistrationMade, RegistrationView
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.event_face import event_face
from vipclub.web.event_words import MOODS, registration_state
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.frame.forms import one_line
from vipclub.web.member_file.decision_page import by_channel, channel_options
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name

MOST = 50
"""So many events that are open stand on the page."""
PEOPLE = NN_("%(num)s person", "%(num)s people")
LONGEST_NAME, LONGEST_NEEDS = 120, 300


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An event for which one may register."""

    ref: str
    title: str
    text: str
    seats: str
    href: str


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A registration of the member, and what may be done with it now."""

    ref: str
    title: str
    text: str
    state: str
    mood: str
    steps: tuple[str, ...]
    returned: str


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A guest as typed; a row without a name is none."""

    number: int
    name: str
    age: str
    needs: str


def member_events(ref: str) -> str:
    """What the member is registered for, and what is open. Three statements beside the sign-in and
    the record of the viewing."""
    return _page(ref)


def _page(ref: str, refused: str = "") -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        found = events.events(session, actor, statuses={"published"}, limit=MOST)
        own = events.registrations_of_member(session, actor, member=ref)
    standing = {view.event for view, *_ in own if view.steps}
    return render_template(
        "member_file/events.html",
        ref=person.ref,
        name=person_name(language, person),
        own=[_own(language, *each, now=now) for each in own],
        open=[
            _open(language, person.ref, view, now)
            for view in found.items
            if view.registers(now) and view.event not in standing
        ],
        channels=channel_options(language),
        refused=refused,
    )


def _open(language: str, ref: str, view: EventView, now: datetime) -> OpenRow:
    face = event_face(language, view, now)
    until = before(language, view.register_until, now, view.zone)
    said = [face.kind, face.facts[0][2], face.facts[1][2]]
    return OpenRow(
        ref=view.event,
        title=face.title,
        text=" · ".join(said),
        seats=f"{face.seats} {gettext(language, N_('Registration %(before)s.'), before=until)}",
        href=url_for(".register_form", ref=ref, event=view.event),
    )


def _own(
    language: str,
    view: RegistrationView,
    title: Localized,
    start: datetime,
    zone: str,
    *,
    now: datetime,
) -> OwnRow:
    said = [day_and_hour(language, start, now, zone), ngettext(language, *PEOPLE, view.size)]
    if view.until is not None:
        said.append(before(language, view.until, now, zone))
    return OwnRow(
        ref=view.registration,
        title=title.to(language),
        text=" · ".join(said),
        state=registration_state(language, view.status),
        mood=MOODS.get(view.status, ""),
        steps=view.steps,
        returned=gettext(language, N_("The units that were set aside, where the rule allows it."))
        if view.units
        else "",
    )


def register_form(ref: str, event: str) -> str:
    """The event, and who comes. Four statements beside the record of the viewing."""
    return _form(ref, event, MultiDict())


def _form(ref: str, event: str, typed: MultiDict[str, str], refused: str = "") -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        view = events.event(session, actor, event)
        given = benefits.entitlements(session, person.id, view.start.year)
    left = next((each for each in given if each.benefit == view.benefit), None)
    return render_template(
        "member_file/register.html",
        ref=person.ref,
        name=person_name(language, person),
        view=view,
        face=event_face(language, view, now),
        left=_left(language, view, left),
        guests=[_guest_row(typed, number) for number in range(1, view.guests_at_most + 1)],
        needs=typed.get("needs", ""),
        channels=channel_options(language),
        channel=typed.get("channel", "phone"),
        refused=refused,
    )


def _left(language: str, view: EventView, found: benefits.Entitlement | None) -> str:
    """What the member has of the benefit that it uses."""
    if view.benefit is None:
        return ""
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


def _guest_row(typed: MultiDict[str, str], number: int) -> GuestRow:
    return GuestRow(
        number,
        one_line(typed.get(f"guest_{number}"))[:LONGEST_NAME],
        one_line(typed.get(f"age_{number}"))[:3],
        one_line(typed.get(f"needs_{number}"))[:LONGEST_NEEDS],
    )


def _guests(typed: MultiDict[str, str]) -> list[Guest]:
    """Rows in which anything is written; what is wrong with one, the rule says."""
    rows = [_guest_row(typed, number) for number in range(1, 10)]
    return [
        Guest(
            row.name, int(row.age) if row.age.isascii() and row.age.isdigit() else None, row.needs
        )
        for row in rows
        if row.name or row.age or row.needs
    ]


def register_member(ref: str, event: str) -> ResponseReturnValue:
    """Seats for the whole party, or a place in the line; the member hears it by letter."""
    typed, language = request.form, current_language()
    on_record(ref)
    by_channel(typed.get("channel", ""))
    made_of: list[RegistrationMade] = []

    def to_events(made: RegistrationMade) -> str:
        made_of.append(made)
        return url_for(".member_events", ref=ref)

    with shown() as refusal:
        answer = run_once(
            to_events,
            events.register,
            event=event,
            member=ref,
            guests=_guests(typed),
            needs=one_line(typed.get("needs"))[:LONGEST_NEEDS],
        )
        flash(_came_of_it(language, made_of[-1] if made_of else None), "done")
        return answer
    return _form(ref, event, typed, refusal.said), refusal.status


def _came_of_it(language: str, made: RegistrationMade | None) -> str:
    """What is said on the next page; None where the form was sent before."""
    if made is None:
        return gettext(language, N_("You already sent this form. The member was registered once."))
    if made.status == "registered":
        return gettext(language, N_("The seats are reserved. The member gets a letter."))
    return gettext(
        language,
        N_("On the waiting list, at place %(line)s. The member gets a letter."),
        line=made.line,
    )


def accept_seats(ref: str, registration: str) -> ResponseReturnValue:
    """The offered seats are taken."""
    return _answer(ref, registration, events.accept_seats, N_("The seats are the member's."))


def decline_seats(ref: str, registration: str) -> ResponseReturnValue:
    """The offered seats go to the next in line."""
    said = N_("Declined. The seats go to the next in line.")
    return _answer(ref, registration, events.decline, said)


def cancel_registration(ref: str, registration: str) -> ResponseReturnValue:
    """The seats, or the place in the line, are given up."""
    said = N_("The registration is cancelled. The member is told.")
    return _answer(ref, registration, events.cancel, said)


def _answer(
    ref: str, registration: str, use_case: Callable[..., Any], done: str
) -> ResponseReturnValue:
    on_record(ref)
    by_channel(request.form.get("channel", "phone"))
    with shown() as refusal:
        run(use_case, registration=registration)
        flash(gettext(current_language(), done), "done")
        return redirect(url_for(".member_events", ref=ref), code=303)
    return _page(ref, refusal.said), refusal.status
