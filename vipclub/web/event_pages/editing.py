"""A new event, and a change of one: one form."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits, events
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.events import EventGiven, EventNotAccepted, event_seen
from vipclub.web.event_pages.event_form import EventForm
from vipclub.web.event_pages.form_choices import form_choices
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.frame.open_form import changed_meanwhile, seen_on_page, seen_sent
from vipclub.web.frame.refusal_on_page import Shown

FIELDS = {
    "kind": "kind",
    "texts": "title_hans",
    "past": "day",
    "hours": "end",
    "until": "register_until",
    "seats": "seats",
    "given": "seats",
    "guests": "guests_at_most",
    "age": "guest_age_from",
    "zone": "time_zone",
    "benefit": "benefit",
    "map": "map_url",
    "tiers": "tiers",
    "languages": "languages",
    "agenda": "agenda",
    "picture": "picture",
}
"""The rule of `EventNotAccepted` -> the field that it is about."""
WORDS = {
    "kind": N_("Kind of event"),
    "title": N_("Title", context="of an event"),
    "summary": N_("Summary"),
    "venue": N_("Venue"),
    "address": N_("Address"),
    "travel": N_("Getting there"),
    "dress": N_("Dress"),
    "city_code": N_("City"),
    "time_zone": N_("Time zone"),
    "starts_at": N_("Start"),
    "ends_at": N_("End"),
    "doors_at": N_("Doors open"),
    "register_until": N_("Registration until"),
    "cancel_until": N_("Free cancellation until"),
    "seats": N_("Seats"),
    "guests_at_most": N_("Guests of a member, at most"),
    "guest_age_from": N_("Guests are at least so old"),
    "waitlist": N_("Waiting list"),
    "open": N_("Who sees it"),
    "tiers": N_("Tiers"),
    "benefit": N_("Benefit used"),
    "late_cancel_uses": N_("A late cancellation uses the allowance"),
    "absence_uses": N_("Absence uses the allowance"),
    "languages": N_("Languages spoken"),
    "agenda": N_("Programme"),
    "map_url": N_("Link to a map"),
    "picture": N_("Picture"),
    "series": N_("Series"),
}
"""What each thing that is said of an event is called."""


def new_event() -> str:
    """An empty form, with what is usual. One statement beside the sign-in."""
    return _page(EventForm.new())


def add_event() -> ResponseReturnValue:
    """A draft, seen by staff alone."""
    form = EventForm.sent()
    if not form.validate():
        return _page(form), 422
    with shown() as refusal:
        answer = run_once(
            lambda made: url_for(".event", event=made), events.draft_event, given=form.given()
        )
        said = N_("It is a draft. Members see nothing of it until a second person publishes it.")
        flash(gettext(current_language(), said), "done")
        return answer
    return _page(form, refused=_told(form, refusal), refusal=refusal), refusal.status


def edit_event(event: str) -> str:
    """The form of an event as it is. Three statements beside the sign-in."""
    given = _given(event)
    return _page(EventForm.of(given), event=event, given=given)


def change_event(event: str) -> ResponseReturnValue:
    """All of it, said anew."""
    form = EventForm.sent()
    if not form.validate():
        return _page(form, event=event, given=_given(event)), 422
    with shown() as refusal:
        run(events.change_event, event=event, given=form.given(), seen=seen_sent())
        flash(gettext(current_language(), N_("The event is changed.")), "done")
        return redirect(url_for(".event", event=event), code=303)
    refused = _told(form, refusal)
    page = _page(form, event=event, given=_given(event), refused=refused, refusal=refusal)
    return page, refusal.status


def _given(event: str) -> EventGiven:
    """What is said of an event that may be changed. Two statements. Raises NotFound for one that
    is over."""
    actor = current_actor()
    with read() as session:
        found = events.find_event(session, actor, event)
        if found.state not in events.EVENT_STEPS["change"].sources:
            raise NotFound()
        return events.given_of(session, found.id)


def _told(form: EventForm, refusal: Shown) -> str:
    """Tells a rule's no at its field; gives the sentence where it is about none."""
    if not isinstance(refusal.refused, EventNotAccepted):
        return refusal.said
    name = _field(form, refusal.refused.data["rule"])
    form[name].errors = [refusal.said]
    return ""


def _field(form: EventForm, rule: str) -> str:
    given = form.given()
    if rule == "hours" and given.doors_at > given.starts_at:
        return "doors"
    if rule == "until" and given.register_until <= given.starts_at:
        return "cancel_until"
    return FIELDS[rule]


def _page(
    form: EventForm,
    *,
    event: str = "",
    given: EventGiven | None = None,
    refused: str = "",
    refusal: Shown | None = None,
) -> str:
    language = current_language()
    with read() as session:
        catalogue = benefits.benefits(session)
    return render_template(
        "event_pages/event_form.html",
        form=form,
        event=event,
        title=given.title.to(language) if given and given.title else "",
        choices=form_choices(language, form, catalogue),
        refused=refused,
        changed=changed_meanwhile(refusal, _now(given)) if given else [],
        seen=seen_on_page(event_seen(given), refusal) if given else "",
    )


def _now(given: EventGiven | None) -> dict[str, tuple[str, Callable[[], str]]]:
    """What is said of a field that somebody else changed: the form below shows what it is now."""
    language = current_language()
    look = gettext(language, N_("Open the page anew to see what it is now."))
    found: dict[str, tuple[str, Callable[[], str]]] = {}
    for name, word in WORDS.items():
        text = getattr(given, name)
        now = text.to(language) if hasattr(text, "to") else look
        found[name] = (word, lambda now=now: now)  # type: ignore[misc]
    return found
