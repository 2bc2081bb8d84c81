"""Choosing a time: place and day and time on one page, filled in where we know the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits, bookings, people
from vipclub.bookings import BookablePlace, FreeTime, OpenDay
from vipclub.core import clock
from vipclub.core.errors import Malformed, Refused
from vipclub.core.i18n import N_, format_day, gettext, ngettext, say, zone_name
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.frame.asking import own_zone
from vipclub.web.member import standing
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.month import Month, compose_month, first_of, last_of
from vipclub.web.words import city_name

Link = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Site:
    """A place to choose."""

    name: str
    text: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class TimeButton:
    """A time: `value` is its slot, nothing when it is full."""

    text: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class RefusalShown:
    """Why not, and the next times that would do."""

    text: str
    times: list[TimeButton]
    service: str
    offering: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address says: nothing where it says nothing."""

    city: str
    offering: str
    month: date | None
    day: date | None


@dataclass(frozen=True, slots=True)
class BookingPage:
    """All that the page shows."""

    title: str
    left: str
    cities: list[Link]
    sites: list[Site]
    zone: str
    month: Month | None
    window: str
    none_free: str
    day_text: str
    free: str
    times: list[TimeButton]
    service: str
    offering: str
    day: str


@member.get("/book", endpoint="services")
def list_services() -> str:
    """What can be booked here."""
    actor, language = current_actor(), current_language()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        given = benefits.entitlements(session, person.survivor_id, clock.today(own_zone()).year)
        found = bookings.services(session, actor)
    left = {entry.benefit: standing.tile(language, entry, ()).text for entry in given}
    return render_template(
        "member/services.html",
        services=[
            {
                "name": service.name.to(language),
                "text": left.get(service.service) or service.summary.to(language),
                "href": url_for("member.choose", service=service.service),
                "icon": service.icon,
            }
            for service in found
        ],
    )


@member.get("/book/<service>")
def choose(service: str) -> str:
    """Where, which day, which time. Six statements."""
    return _page(service, _asked(request.args), None)


@member.post("/book/<service>/hold")
def hold(service: str) -> ResponseReturnValue:
    """The time is kept; the next page asks to confirm it. A refusal keeps what was chosen."""
    slot = request.form.get("slot", "")
    try:
        held = run(bookings.hold_seat, member=own_ref(), slot=slot)
    except (Malformed, bookings.HoldExpired):
        raise
    except Refused as refusal:
        if refusal.status not in {409, 422}:
            raise
        shown = refusal_shown(refusal, service, request.form.get("offering", ""))
        return _page(service, _asked(request.form), shown), refusal.status
    return redirect(url_for("member.held", ref=held.hold), code=303)


def refusal_shown(refusal: Refused, service: str, offering: str) -> RefusalShown:
    """A refusal in words, with the next free times as buttons where it knows them."""
    language = current_language()
    times = []
    for item in refusal.data.get("next_free", ()):
        start = datetime.fromisoformat(item["start"])
        note = format_day(language, start.date())
        times.append(TimeButton(start.strftime("%H:%M"), note, item["slot"]))
    return RefusalShown(_sentence(language, refusal), times, service, offering)


def _sentence(language: str, refusal: Refused) -> str:
    if isinstance(refusal, bookings.SlotFull) and refusal.data.get("next_free"):
        return gettext(language, N_("This time has just been taken."))
    return say(language, refusal)


def _asked(source: Any) -> Chosen:
    return Chosen(
        city=source.get("city", "")[:6],
        offering=source.get("offering", "")[:40],
        month=_day(source.get("month", "") + "-01"),
        day=_day(source.get("day", "")),
    )


def _day(text: str) -> date | None:
    """A date of an address; one that can't be read is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(service: str, asked: Chosen, refusal: RefusalShown | None) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        places = bookings.bookable_places(session, actor, service=service)
        given = benefits.entitlements(session, person.survivor_id, clock.today(own_zone()).year)
        place = _place(places, asked, person.city_code)
        days: list[OpenDay] = []
        times: list[FreeTime] = []
        month = day = None
        if place is not None:
            days = bookings.open_days(session, place, first=place.first_day, last=place.last_day)
            month, day = _month_and_day(days, asked, place)
            if day is not None:
                times = bookings.times_of_day(session, place, day=day)
    left = next((e for e in given if e.benefit == service), None)
    page = _compose(language, service, places, place, days, month, day, times, now)
    return render_template(
        "member/book.html",
        page=page,
        left=standing.tile(language, left, ()).text if left else "",
        refusal=refusal,
    )


def _place(
    places: list[BookablePlace], asked: Chosen, home_city: str | None
) -> BookablePlace | None:
    """The place asked for; else the first in the city asked for, else in the member's own."""
    for place in places:
        if place.offering == asked.offering:
            return place
    cities = [place.city for place in places]
    city = asked.city or (home_city if home_city in cities else None) or (cities or [""])[0]
    return next((place for place in places if place.city == city), None)


def _month_and_day(
    days: list[OpenDay], asked: Chosen, place: BookablePlace
) -> tuple[date, date | None]:
    """The month to show: the one asked for, else the first with a free day."""
    day = asked.day if any(open_day.day == asked.day for open_day in days) else None
    free = [open_day.day for open_day in days if open_day.free]
    month = day or asked.month or (free[0] if free else place.first_day)
    month = min(max(month, first_of(place.first_day)), max(place.last_day, place.first_day))
    return first_of(month), day


def _compose(
    language: str,
    service: str,
    places: list[BookablePlace],
    place: BookablePlace | None,
    days: list[OpenDay],
    month: date | None,
    day: date | None,
    times: list[FreeTime],
    now: datetime,
) -> BookingPage:
    name = (place or places[0]).service_name.to(language) if places else service
    cities = list(dict.fromkeys(found.city for found in places))
    free = [found for found in times if found.free]
    grid = _grid(language, service, place, days, month, day, now)
    any_free = any(found.free and month and found.day <= last_of(month) for found in days)
    return BookingPage(
        title=gettext(language, N_("Book: %(service)s"), service=name),
        left="",
        cities=[
            (
                city_name(language, city),
                _href(service, city=city),
                place is not None and city == place.city,
            )
            for city in cities
        ],
        sites=[
            Site(
                found.site_name.to(language),
                f"{found.name.to(language)} · {found.address.to(language)}",
                _href(service, "#day", offering=found.offering),
                found == place,
            )
            for found in places
            if place is not None and found.city == place.city
        ],
        zone=_zone_note(language, place),
        month=grid,
        window=gettext(language, N_("until %(day)s"), day=format_day(language, place.last_day))
        if place
        else "",
        none_free=""
        if any_free or grid is None
        else gettext(language, N_("Nothing is free in this month. Please look at the next one.")),
        day_text=format_day(language, day) if day else "",
        free=ngettext(language, "%(num)s time free", "%(num)s times free", len(free)),
        times=[_button(language, found) for found in times],
        service=service,
        offering=place.offering if place else "",
        day=day.isoformat() if day else "",
    )


def _href(service: str, anchor: str = "", **query: str) -> str:
    """The page with a choice made."""
    return f"{url_for('member.choose', service=service)}?{urlencode(query)}{anchor}"


def _grid(
    language: str,
    service: str,
    place: BookablePlace | None,
    days: list[OpenDay],
    month: date | None,
    day: date | None,
    now: datetime,
) -> Month | None:
    """The days of the month, each that has a free time as a link."""
    if place is None or month is None:
        return None
    chosen = place.offering
    return compose_month(
        language,
        month,
        free={found.day: found.free for found in days},
        today=now.astimezone(place.place.zone).date(),
        chosen=day,
        first=place.first_day,
        last=place.last_day,
        link=lambda d: _href(service, "#time", offering=chosen, day=d.isoformat()),
        turn=lambda d: _href(service, "#day", offering=chosen, month=d.strftime("%Y-%m")),
    )


def _button(language: str, found: FreeTime) -> TimeButton:
    """A time with what is free of it."""
    if not found.free:
        return TimeButton(found.start.strftime("%H:%M"), gettext(language, N_("Full")), "")
    free = gettext(language, N_("%(count)s free"), count=found.free)
    return TimeButton(found.start.strftime("%H:%M"), free, found.slot)


def _zone_note(language: str, place: BookablePlace | None) -> str:
    if place is None or place.time_zone == own_zone():
        return ""
    zone = zone_name(language, place.time_zone)
    return gettext(language, N_("All times are %(zone)s."), zone=zone)
