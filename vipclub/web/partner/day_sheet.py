"""The day sheet: who comes, by time and by name, with check-in; on paper a list with a box to tick.

Names are whole here, since a front desk greets by name: the trail has a row before they are shown.
Who hasn't been confirmed yet stays masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from vipclub import bookings, membership, partners
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.dates import day_of
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_date, format_moment, gettext
from vipclub.partners import OfferingRow
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.names import person_name
from vipclub.web.partner.door import desk_name, desk_zone, own_partner, partner
from vipclub.web.partner.rows import AppointmentRow, appointment_row
from vipclub.web.spoken_list import listed

BACK, AHEAD = timedelta(days=30), timedelta(days=90)
"""The window in which a partner sees its guests."""


@dataclass(frozen=True, slots=True)
class SheetOfDay:
    """A day at a partner, or at one of its sites."""

    title: str
    site_names: str
    day: date
    earliest: date
    latest: date
    today: bool
    earlier: str
    later: str
    this_day: str
    site: str
    sites: list[tuple[str, str, bool]]
    rows: list[AppointmentRow]
    several_sites: bool
    sums: str
    printed: str
    back: str


@dataclass(frozen=True, slots=True)
class DayAsked:
    """Which day and site, after looking at what may be seen."""

    day: date
    today: date
    site: str
    partner: str
    offerings: list[OfferingRow]


@partner.get("/day")
def day_sheet() -> str:
    """The sheet of a day. Six statements beside the sign-in, one of them the trail's."""
    return sheet_page()


def sheet_page(*, problem: str = "", code: str = "", chosen: frozenset[str] = frozenset()) -> str:
    """The page, with what was wrong at check-in and the rows that it is about."""
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        asked = asked_day(partners.offerings_of(session, actor), now)
        found = of_day(session, actor, asked)
    named = [one.appointment for one in found if one.status in bookings.CONFIRMED]
    names: dict[str, bookings.VisitorName] = {}
    viewed = (
        run(
            bookings.note_names_seen,
            partner=asked.partner,
            day=asked.day,
            appointments_of_day=named,
        )
        if named
        else None
    )
    with read() as session:
        if viewed is not None:
            names = bookings.visitor_names(session, actor, appointments_of_day=named, viewed=viewed)
        terms = membership.member_summaries(
            session, {one.member_id for one in found}, today=asked.day
        )
    rows = [
        appointment_row(
            language,
            one,
            terms.get(one.member_id),
            now,
            name=person_name(language, names.get(one.appointment), "titled"),
        )
        for one in found
    ]
    return render_template(
        "partner/day_sheet.html",
        sheet=_compose(language, asked, found, rows, now),
        desk_name=desk_name(language, asked.offerings),
        problem=problem,
        code=code,
        chosen=chosen,
    )


def asked_day(offerings: list[OfferingRow], now: datetime) -> DayAsked:
    """The day and site of the address, within the partner's window; today where none is named.
    Raises NotFound for a site that isn't the partner's."""
    whose = own_partner(offerings)
    site = request.values.get("site", "")
    if site and site not in {found.site for found in offerings}:
        raise NotFound()
    here = [found for found in offerings if not site or found.site == site]
    today = now.astimezone(ZoneInfo(desk_zone(here))).date()
    day = min(max(day_of(request.values.get("date")) or today, today - BACK), today + AHEAD)
    return DayAsked(day, today, site, whose, offerings)


def of_day(session: Session, actor: Actor, asked: DayAsked) -> list[AppointmentView]:
    """The day's appointments, all of them, by time. One statement for each five hundred."""
    found: list[AppointmentView] = []
    after: str | None = ""
    while after is not None:
        page = bookings.partner_appointments(
            session,
            actor,
            statuses=bookings.OF_THE_DAY,
            first=asked.day,
            last=asked.day,
            after=after or None,
            limit=500,
        )
        found += page.items
        after = page.next
    own = {row.ref for row in asked.offerings if not asked.site or row.site == asked.site}
    return [one for one in found if one.offering in own]


def _compose(
    language: str,
    asked: DayAsked,
    found: list[AppointmentView],
    rows: list[AppointmentRow],
    now: datetime,
) -> SheetOfDay:
    sites = dict.fromkeys((row.site, row.site_name.to(language)) for row in asked.offerings)
    expected = sum(one.status in bookings.CONFIRMED for one in found)
    there = sum(one.status in {"arrived", "fulfilled"} for one in found)
    step = timedelta(days=1)
    first, last = asked.today - BACK, asked.today + AHEAD
    chips = [(gettext(language, N_("All sites")), _href(asked.day, ""), not asked.site)]
    chips += [(name, _href(asked.day, ref), ref == asked.site) for ref, name in sites]
    zone = desk_zone(asked.offerings)
    return SheetOfDay(
        title=format_date(language, asked.day),
        site_names=listed(language, *(name for ref, name in sites if ref == asked.site))
        or desk_name(language, asked.offerings),
        day=asked.day,
        earliest=first,
        latest=last,
        today=asked.day == asked.today,
        earlier=_href(asked.day - step, asked.site) if asked.day > first else "",
        later=_href(asked.day + step, asked.site) if asked.day < last else "",
        this_day=_href(asked.today, asked.site) if asked.day != asked.today else "",
        site=asked.site,
        sites=chips if len(sites) > 1 else [],
        rows=rows,
        several_sites=len(sites) > 1 and not asked.site,
        sums=gettext(
            language,
            N_("%(expected)s expected, %(there)s here"),
            expected=expected,
            there=there,
        ),
        printed=gettext(
            language,
            N_("Printed by %(name)s, %(moment)s"),
            name=current_actor().name,
            moment=format_moment(language, now, zone),
        ),
        back=_href(asked.day, asked.site),
    )


def _href(day: date, site: str) -> str:
    return url_for("partner.day_sheet", date=day.isoformat(), site=site or None)
