"""An event as members see it: on their own page and in the staff's preview, drawn by
`templates/components/event_face.html`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vipclub.core.i18n import (
    N_,
    NN_,
    format_date,
    format_time,
    gettext,
    join_sentences,
    ngettext,
)
from vipclub.events import AgendaItem, EventView
from vipclub.membership import TIER_NAMES
from vipclub.web.city_names import city_name
from vipclub.web.day_words import day_then_hour
from vipclub.web.event_words import MOODS, event_state, hours_on, kind_name, spoken

USUAL_PICTURES = {
    "wealth_salon": "salon",
    "health_seminar": "seminar",
    "private_visit": "tea",
}
"""The picture of an event that names none, by its kind."""
Fact = tuple[str, str, str, list[str]]
"""Icon, term, lead, more lines."""
Note = tuple[str, str, str]
"""Icon, term, text."""
GUESTS = NN_("You may bring %(num)s guest.", "You may bring up to %(num)s guests.")
FREE = NN_("%(num)s seat is free.", "%(num)s seats are free.")


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A line of the programme."""

    at: str
    title: str
    speaker: str


@dataclass(frozen=True, slots=True)
class EventFace:
    """All of it, in the reader's words. `picture` is a name in `static/events`; `facts` are
    when and where, `notes` what else one should know; `seats` says what can be had, and `state`
    where the event stands with its `mood`."""

    event: str
    kind: str
    title: str
    summary: str
    picture: str
    state: str
    mood: str
    facts: list[Fact]
    map_url: str
    agenda: list[AgendaLine]
    notes: list[Note]
    seats: str


def event_face(language: str, view: EventView, now: datetime) -> EventFace:
    """The face of an event at this moment."""
    return EventFace(
        event=view.event,
        kind=kind_name(language, view.kind),
        title=view.title.to(language),
        summary=view.summary.to(language),
        picture=view.picture or USUAL_PICTURES[view.kind],
        state=event_state(language, view.status),
        mood=MOODS.get(view.status, ""),
        facts=_facts(language, view),
        map_url=view.map_url,
        agenda=[_line(language, item) for item in view.agenda],
        notes=_notes(language, view, now),
        seats=_seats(language, view, now),
    )


def _line(language: str, item: AgendaItem) -> AgendaLine:
    return AgendaLine(item.at, item.title.to(language), item.speaker)


def _facts(language: str, view: EventView) -> list[Fact]:
    doors = []
    if view.doors < view.start:
        time = format_time(language, view.doors)
        doors = [gettext(language, N_("Doors open at %(time)s"), time=time)]
    return [
        (
            "calendar-days",
            gettext(language, N_("Time")),
            hours_on(language, view.start, view.end, view.zone),
            doors,
        ),
        (
            "map-pin",
            gettext(language, N_("Place")),
            view.venue.to(language),
            _address(language, view),
        ),
    ]


def _address(language: str, view: EventView) -> list[str]:
    """The address, and the city where it doesn't say it."""
    address, city = view.address.to(language), city_name(language, view.city)
    return [address] if city in address else [address, city]


def _notes(language: str, view: EventView, now: datetime) -> list[Note]:
    """What else one should know before one says yes."""
    said = [
        ("route", N_("Getting there"), view.travel.to(language) if view.travel else ""),
        ("shirt", N_("Dress"), view.dress.to(language) if view.dress else ""),
        ("languages", N_("Languages spoken"), spoken(language, view.languages)),
        ("users", N_("Guests"), _guests(language, view)),
        ("crown", N_("For whom"), _whom(language, view)),
        ("ticket-check", N_("Allowance"), _cost(language, view)),
    ]
    if now < view.register_until and view.status in {"draft", "submitted", "published"}:
        until = _moment(language, view.register_until)
        said.append(("hourglass", N_("Registration until"), until))
    if now < view.start and view.status != "cancelled":
        said.append(("calendar-x", N_("Cancellation"), _cancel(language, view)))
    return [(icon, gettext(language, term), text) for icon, term, text in said if text]


def _moment(language: str, moment: datetime) -> str:
    return day_then_hour(format_date(language, moment.date()), format_time(language, moment))


def _guests(language: str, view: EventView) -> str:
    if not view.guests_at_most:
        return gettext(language, N_("For members alone."))
    many = ngettext(language, *GUESTS, view.guests_at_most)
    if view.guest_age_from is None:
        return many
    age = gettext(language, N_("Guests are %(age)s or older."), age=view.guest_age_from)
    return join_sentences(language, [many, age])


def _cost(language: str, view: EventView) -> str:
    if view.benefit_name is None:
        return gettext(language, N_("Uses nothing of your benefits."))
    each = N_("Uses 1 of %(benefit)s for each person.")
    party = N_("Uses 1 of %(benefit)s for you and your guests together.")
    said = each if view.unit == "people" else party
    return gettext(language, said, benefit=view.benefit_name.to(language))


def _whom(language: str, view: EventView) -> str:
    tiers = " · ".join(TIER_NAMES[tier].to(language) for tier in view.tiers)
    if view.open:
        return tiers
    invited = gettext(language, N_("By invitation"))
    return f"{invited} · {tiers}" if tiers else invited


def _cancel(language: str, view: EventView) -> str:
    free = gettext(
        language, N_("Free until %(moment)s."), moment=_moment(language, view.cancel_until)
    )
    if view.benefit_name is None:
        return free
    sentences = [free]
    if view.late_cancel_uses:
        sentences.append(gettext(language, N_("After that the allowance is used.")))
    if view.absence_uses:
        sentences.append(gettext(language, N_("Whoever doesn't come uses the allowance, too.")))
    return join_sentences(language, sentences)


def _seats(language: str, view: EventView, now: datetime) -> str:
    """What can be had now; nothing for what is over or no longer to be had."""
    if view.status not in {"draft", "submitted"} and not view.registers(now):
        return ""
    if view.free > 0:
        return ngettext(language, *FREE, view.free)
    if view.waitlist:
        return gettext(language, N_("All seats are taken; there is a waiting list."))
    return gettext(language, N_("All seats are taken."))
