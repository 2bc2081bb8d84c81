"""Choosing a time, for whoever chooses: the member, or staff on a member's behalf. Site, day and
time on one page, filled in where we know the answer.

The doors say how an address of theirs is made (`Href`); what may be booked is said by `bookings`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from vipclub import bookings
from vipclub.bookings import BookableOffering, FreeTime, OpenDay
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.dates import day_of, first_of, last_of
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_, format_day, gettext, ngettext, say, zone_name
from vipclub.web.city_names import city_name
from vipclub.web.frame import current_language
from vipclub.web.month_grid import Month, compose_month

Link = tuple[str, str, bool]
CITIES_SHOWN = 12
"""Of a service that is offered in more, the others are a tap away."""


class Href(Protocol):
    """The address of the page with a choice made."""

    def __call__(self, anchor: str = "", /, **query: str) -> str: ...


def with_choice(page: str, anchor: str, query: Mapping[str, str]) -> str:
    """The address of a page with choices made. A month has an address a day, all of them the same
    on the next page."""
    return f"{page}?{_written(tuple(query.items()))}{anchor}"


_written = lru_cache(maxsize=8_192)(urlencode)


@dataclass(frozen=True, slots=True)
class Site:
    """A site to choose."""

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
    all_cities: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """What was asked for and what may be booked: the offerings, the one that is meant, its days,
    the times of the chosen day; the cities to choose from, where they are more than those of the
    offerings."""

    asked: Chosen
    offerings: list[BookableOffering]
    offering: BookableOffering | None
    days: list[OpenDay]
    month: date | None
    day: date | None
    times: list[FreeTime]
    cities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookingPage:
    """All that the page shows."""

    title: str
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


def asked(source: Mapping[str, str]) -> Chosen:
    """The choice as an address or a form says it; what can't be read is no choice."""
    return Chosen(
        city=source.get("city", "")[:6],
        offering=source.get("offering", "")[:40],
        month=day_of(source.get("month", "") + "-01"),
        day=day_of(source.get("day", "")),
        all_cities=source.get("cities") == "all",
    )


def look_up_service(
    session: Session, actor: Actor, service: str, chosen: Chosen, home: str | None
) -> Times:
    """What `look_up` finds in the city that is meant: of a service that is offered in hundreds, the
    other cities are names to choose from. Two statements at most. Raises NotFound."""
    city_of = bookings.cities_of(session, actor, service=service)
    cities = tuple(dict.fromkeys(city_of.values()))
    city = city_of.get(chosen.offering) or city_for(cities, chosen, home)
    offerings = bookings.bookable_offerings(session, actor, service=service, city=city)
    if not offerings:  # a city that somebody typed
        offerings = bookings.bookable_offerings(session, actor, service=service)
    return replace(look_up(session, offerings, chosen, city), cities=cities)


def look_up(
    session: Session, offerings: list[BookableOffering], chosen: Chosen, home: str | None
) -> Times:
    """Days and times of the offering that is meant; `home` is the member's own city. Two statements
    at most."""
    offering = offering_for(offerings, chosen, home)
    if offering is None:
        return Times(chosen, offerings, None, [], None, None, [])
    days = bookings.open_days(session, offering, first=offering.first_day, last=offering.last_day)
    month, day = month_and_day(days, chosen, offering)
    times = bookings.times_of_day(session, offering, day=day) if day is not None else []
    return Times(chosen, offerings, offering, days, month, day, times)


def offering_for(
    offerings: list[BookableOffering], chosen: Chosen, home: str | None
) -> BookableOffering | None:
    """The offering asked for; else the first in the city asked for, else in the member's own."""
    for offering in offerings:
        if offering.offering == chosen.offering:
            return offering
    city = city_for([offering.city for offering in offerings], chosen, home)
    return next((offering for offering in offerings if offering.city == city), None)


def city_for(cities: Sequence[str], chosen: Chosen, home: str | None) -> str:
    """The city asked for; else the member's own where it is among them, else the first."""
    return chosen.city or (home if home in cities else None) or (cities or [""])[0]


def month_and_day(
    days: list[OpenDay], chosen: Chosen, offering: BookableOffering
) -> tuple[date, date | None]:
    """The month to show: the one asked for, else the first with a free day."""
    day = chosen.day if any(open_day.day == chosen.day for open_day in days) else None
    free = [open_day.day for open_day in days if open_day.free]
    month = day or chosen.month or (free[0] if free else offering.first_day)
    month = min(
        max(month, first_of(offering.first_day)), max(offering.last_day, offering.first_day)
    )
    return first_of(month), day


def compose(
    language: str, href: Href, service: str, found: Times, now: datetime, title: str
) -> BookingPage:
    """The page's words; `title` has a place for the %(service)s."""
    offerings, chosen, month = found.offerings, found.offering, found.month
    name = (chosen or offerings[0]).service_name.to(language) if offerings else service
    free = [each for each in found.times if each.free]
    grid = _grid(language, href, found, now)
    any_free = any(each.free and month and each.day <= last_of(month) for each in found.days)
    return BookingPage(
        title=gettext(language, title, service=name),
        cities=_cities(language, href, found),
        sites=[
            Site(
                each.site_name.to(language),
                f"{each.name.to(language)} · {each.address.to(language)}",
                href("#day", offering=each.offering),
                each == chosen,
            )
            for each in offerings
            if chosen is not None and each.city == chosen.city
        ],
        zone=_zone_note(language, chosen),
        month=grid,
        window=gettext(language, N_("until %(day)s"), day=format_day(language, chosen.last_day))
        if chosen
        else "",
        none_free=""
        if any_free or grid is None
        else gettext(language, N_("Nothing is free in this month. Please look at the next one.")),
        day_text=format_day(language, found.day) if found.day else "",
        free=ngettext(language, "%(num)s time free", "%(num)s times free", len(free)),
        times=[time_button(language, each) for each in found.times],
        service=service,
        offering=chosen.offering if chosen else "",
        day=found.day.isoformat() if found.day else "",
    )


def _cities(language: str, href: Href, found: Times) -> list[Link]:
    """The cities to choose from; of many the first ones, the chosen one, and a way to all."""
    cities = found.cities or tuple(dict.fromkeys(each.city for each in found.offerings))
    chosen = found.offering.city if found.offering else ""
    shown = cities
    if len(cities) > CITIES_SHOWN and not found.asked.all_cities:
        first = cities[:CITIES_SHOWN]
        shown = first if chosen in first or chosen not in cities else (chosen, *first[:-1])
    links = [(city_name(language, city), href(city=city), city == chosen) for city in shown]
    if len(shown) < len(cities):
        more = len(cities) - len(shown)
        text = ngettext(language, "%(num)s more city", "%(num)s more cities", more)
        kept = {"offering": found.offering.offering} if found.offering else {}
        links.append((text, href(cities="all", **kept), False))
    return links


def _grid(language: str, href: Href, found: Times, now: datetime) -> Month | None:
    """The days of the month, each that has a free time as a link."""
    offering, month = found.offering, found.month
    if offering is None or month is None:
        return None
    return compose_month(
        language,
        month,
        free={each.day: each.free for each in found.days},
        today=now.astimezone(offering.site_clock.zone).date(),
        chosen=found.day,
        first=offering.first_day,
        last=offering.last_day,
        link=lambda d: href("#time", offering=offering.offering, day=d.isoformat()),
        turn=lambda d: href("#day", offering=offering.offering, month=d.strftime("%Y-%m")),
    )


def time_button(language: str, found: FreeTime) -> TimeButton:
    """A time with what is free of it."""
    if not found.free:
        return TimeButton(found.start.strftime("%H:%M"), gettext(language, N_("Full")), "")
    free = gettext(language, N_("%(count)s free"), count=found.free)
    return TimeButton(found.start.strftime("%H:%M"), free, found.slot)


def _zone_note(language: str, offering: BookableOffering | None) -> str:
    if offering is None or offering.time_zone == clock.club_zone():
        return ""
    zone = zone_name(language, offering.time_zone)
    return gettext(language, N_("All times are %(zone)s."), zone=zone)


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
