"""One event as staff see it: its face, where it stands and whose turn it is, who has a seat or
waits for one, and what was done with it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for

from vipclub import events
from vipclub.core import clock
from vipclub.core.i18n import N_, NN_, format_moment, gettext, ngettext
from vipclub.events import EventStepTaken, EventView, RegistrationView
from vipclub.membership import TIER_NAMES
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.event_face import event_face
from vipclub.web.event_pages.event_list import given_of, seats_of
from vipclub.web.event_words import MOODS, REGISTRATION_STATES, event_state, registration_state
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.names import person_name

MOST = 500
"""So many registrations at most stand on the page."""
ORDER = ("offered", "registered", "waitlisted", "invited", "attended", "absent")
"""The groups of registrations, those that need somebody first; who gave up comes last."""
STANDING = ("registered", "waitlisted", "offered")
"""States in which a party is told when the event is cancelled."""
STEP_WORDS = {
    "draft": N_("Drafted"),
    "change": N_("Changed"),
    "submit": N_("Submitted for review"),
    "publish": N_("Published"),
    "return": N_("Returned to the draft"),
    "cancel": N_("Cancelled", context="a step of an event"),
    "close": N_("Registration closed", context="a step of an event"),
    "hold": N_("Held", context="a step of an event"),
    "drop": N_("Dropped, because its day came before it was published"),
}
CHANNELS = {
    "web": N_("Website"),
    "phone": N_("By phone"),
    "counter": N_("At the counter"),
    "api": N_("Partner channel"),
}
PEOPLE = NN_("%(num)s person", "%(num)s people")
PARTIES = NN_("%(num)s party", "%(num)s parties")
TOLD = NN_("%(num)s party is told by letter.", "%(num)s parties are told by letter.")


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A registration. `href` is the member's file, "" where there is none at this door."""

    ref: str
    name: str
    href: str
    tier: str
    size: str
    state: str
    mood: str
    more: str
    since: str
    channel: str


@dataclass(frozen=True, slots=True)
class TakenRow:
    """What was done with the event."""

    what: str
    at: str
    who: str
    words: str


def show_event(event: str) -> str:
    """The page. Four statements beside the sign-in."""
    return event_page(event)


def event_page(event: str, *, refused: str = "", step: str = "", words: str = "") -> str:
    """`refused` is why a step wasn't taken, `words` what was written with it: its form stays
    open."""
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        view = events.event(session, actor, event)
        counts = events.counts_of(session, actor, event=event)
        found = events.registrations_of_event(session, actor, event=event, limit=MOST)
        taken = events.steps_taken(session, actor, event=event)
    told = sum(counts[state][0] for state in STANDING if state in counts)
    return render_template(
        "event_pages/event.html",
        face=event_face(language, view, now),
        view=view,
        seats=seats_of(language, view),
        given=given_of(language, view),
        turn=_turn(language, view),
        counts=_counts(language, counts),
        parties=[_party(language, each) for each in sorted(found, key=_place)],
        others=sum(parties for parties, _ in counts.values()) - len(found),
        taken=[_taken(language, each) for each in taken],
        returned=_returned(view, taken),
        told=ngettext(language, *TOLD, told) if told else "",
        refused=refused,
        step=step,
        words=words,
    )


def preview_event(event: str) -> str:
    """What members see. One statement beside the sign-in."""
    language = current_language()
    with read() as session:
        view = events.event(session, current_actor(), event)
    return render_template(
        "event_pages/preview.html",
        face=event_face(language, view, clock.now()),
        state=event_state(language, view.status),
    )


def _turn(language: str, view: EventView) -> str:
    """What happens next, and by whom."""
    if view.status == "draft":
        return gettext(language, N_("Whoever finished it submits it for review."))
    if view.status == "submitted":
        if "publish" in view.steps:
            word = N_("It waits for you: please read it, then publish it or return it with a word.")
        else:
            word = N_(
                "It waits for somebody else than who submitted it, who publishes or returns it."
            )
        return gettext(language, word)
    if view.status == "published":
        until, now = view.register_until, clock.now()
        by = before(language, until, now, view.zone)
        return gettext(language, N_("Members register %(before)s."), before=by)
    if view.status == "closed":
        now = clock.now()
        start = day_and_hour(language, view.start, now, view.zone)
        return gettext(
            language, N_("Nobody registers any more. It begins at %(time)s."), time=start
        )
    return ""


def _counts(language: str, counts: dict[str, tuple[int, int]]) -> list[tuple[str, str, str]]:
    """State, parties and people, in words."""
    return [
        (
            registration_state(language, state),
            ngettext(language, *PARTIES, counts[state][0]),
            ngettext(language, *PEOPLE, counts[state][1]),
        )
        for state in REGISTRATION_STATES
        if state in counts
    ]


def _place(found: RegistrationView) -> int:
    return ORDER.index(found.status) if found.status in ORDER else len(ORDER)


def _party(language: str, found: RegistrationView) -> PartyRow:
    """A manager sees own members by name, as in the list of them; others see enough to tell one
    from another, as in all lists of operations."""
    now, zone = clock.now(), clock.club_zone()
    at_manager = request.blueprint == "manager"
    more = ""
    if found.place is not None:
        more = gettext(language, N_("place %(line)s"), line=found.place.line)
    elif found.until is not None:
        more = before(language, found.until, now, zone)
    return PartyRow(
        ref=found.registration,
        name=person_name(language, found.member_name, "full" if at_manager else "masked"),
        href=url_for(".member_events", ref=found.member) if at_manager else "",
        tier=TIER_NAMES[found.tier].to(language) if found.tier else "",
        size=ngettext(language, *PEOPLE, found.size),
        state=registration_state(language, found.status),
        mood=MOODS.get(found.status, ""),
        more=more,
        since=format_moment(language, found.created_at, zone) if found.created_at else "",
        channel=gettext(language, CHANNELS.get(found.channel, found.channel)),
    )


def _taken(language: str, found: EventStepTaken) -> TakenRow:
    return TakenRow(
        what=gettext(language, STEP_WORDS.get(found.step, found.step)),
        at=format_moment(language, found.at, clock.club_zone()),
        who=found.who,
        words=found.words,
    )


def _returned(view: EventView, taken: list[EventStepTaken]) -> str:
    """The word with which a draft came back, until it is submitted again."""
    if view.status != "draft":
        return ""
    steps = [each for each in taken if each.step in {"return", "submit"}]
    return steps[0].words if steps and steps[0].step == "return" else ""
