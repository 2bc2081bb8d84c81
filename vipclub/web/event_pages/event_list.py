"""All events: what is to come, what waits for its review, what was."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from vipclub import events
from vipclub.core import clock
from vipclub.core.i18n import N_, NN_, format_time, gettext, ngettext, pgettext
from vipclub.events import EventView
from vipclub.web.city_names import city_name
from vipclub.web.day_words import day_then_hour, near_day
from vipclub.web.event_words import MOODS, event_state, kind_name
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.frame.listing import AskedOfList, Column, asked_of_list, listing

PAGE = 50
COLUMNS = (
    Column("title", N_("Event", context="salons and seminars")),
    Column("when", N_("Time")),
    Column("city", N_("City")),
    Column("state", N_("State")),
    Column("seats", N_("Seats")),
    Column("waiting", N_("Waiting list")),
)
WHICH = {
    "": N_("To come", context="events"),
    "review": N_("To review", context="events"),
    "past": N_("Past", context="events"),
}
"""What the list shows."""
STATES = {"review": ("submitted",)}
PARTIES = NN_("%(num)s party", "%(num)s parties")


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in the list."""

    ref: str
    href: str
    title: str
    kind: str
    when: str
    city: str
    state: str
    mood: str
    to_review: bool
    seats: str
    given: str
    waiting: str


def list_events() -> str:
    """The list. Two statements beside the sign-in."""
    actor, language, asked = current_actor(), current_language(), _asked()
    which = asked.filters.get("which", "")
    with read() as session:
        found = events.events(
            session,
            actor,
            statuses=STATES.get(which, ()),
            past=which == "past",
            after=asked.after,
            limit=PAGE,
        )
        waiting = events.waiting_for(session, actor, [view.event for view in found.items])
    return render_template(
        "event_pages/events.html",
        rows=[_row(language, view, waiting.get(view.event, 0)) for view in found.items],
        which=which,
        tabs=_tabs(language, asked, which),
        list=listing(asked, COLUMNS, [], following=found.next),
    )


def _asked() -> AskedOfList:
    return asked_of_list(sorts=(), filters={"which": [code for code in WHICH if code]}, first="")


def _tabs(language: str, asked: AskedOfList, which: str) -> list[tuple[str, str, bool]]:
    return [
        (
            pgettext(language, "events", word),
            asked.address(which=code or None, after=None),
            code == which,
        )
        for code, word in WHICH.items()
    ]


def _row(language: str, view: EventView, waiting: int) -> EventRow:
    today = clock.club_today()
    return EventRow(
        ref=view.event,
        href=url_for(".event", event=view.event),
        title=view.title.to(language),
        kind=kind_name(language, view.kind),
        when=day_then_hour(
            near_day(language, view.start.date(), today), format_time(language, view.start)
        ),
        city=city_name(language, view.city),
        state=event_state(language, view.status),
        mood=MOODS.get(view.status, ""),
        to_review="publish" in view.steps,
        seats=seats_of(language, view),
        given=given_of(language, view),
        waiting=ngettext(language, *PARTIES, waiting) if waiting else "",
    )


def seats_of(language: str, view: EventView) -> str:
    """How many are free of how many."""
    return gettext(language, N_("%(free)s of %(seats)s free"), free=view.free, seats=view.seats)


def given_of(language: str, view: EventView) -> str:
    """How many are taken, and reserved for offers that wait for their answer."""
    taken = gettext(language, N_("%(taken)s taken"), taken=view.taken)
    if not view.reserved:
        return taken
    reserved = gettext(language, N_("%(reserved)s reserved"), reserved=view.reserved)
    return f"{taken} · {reserved}"
