"""The month of capacity: each day taken, free or closed; a chosen day with its times to change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for

from vipclub import bookings, partners
from vipclub.bookings import ClosureSummary
from vipclub.core import clock
from vipclub.core.dates import day_of, first_of, last_of, months_after
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_date, format_day, format_month, gettext, ngettext
from vipclub.partners import DayCapacity, OfferingRow
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.month_grid import Turn, weekdays
from vipclub.web.partner.capacity.day import ChosenDay, Typed, chosen_day, stranded
from vipclub.web.partner.door import desk_name, partner
from vipclub.web.percentages import percent_of
from vipclub.web.spoken_list import listed

BACK, AHEAD = 1, 12
"""So many months before and after this one may be looked at."""


@dataclass(frozen=True, slots=True)
class GridDay:
    """A day in the grid. `text` is taken of all or why not, `mark` what is special about it."""

    number: int
    spoken: str
    text: str
    mark: str
    href: str
    capacity: int
    share: int
    today: bool
    current: bool
    alarm: bool


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """A closure in a list."""

    href: str
    title: str
    state: str
    mood: str
    reason: str


@dataclass(frozen=True, slots=True)
class CapacityPage:
    """All that the page shows."""

    offering: str
    name: str
    month: str
    offerings: list[tuple[str, str, bool]]
    title: str
    weekdays: list[str]
    starts: int
    days: list[GridDay]
    sum: str
    earlier: Turn | None
    later: Turn | None
    chosen: ChosenDay
    closures: list[ClosureLine]
    week_href: str


@partner.get("/capacity")
def capacity() -> str:
    """A month of capacity and one day of it. Five statements beside the sign-in."""
    return capacity_page()


def capacity_page(typed: Typed | None = None, refusal: str = "") -> str:
    """The page; with what was typed when something is wrong with it."""
    actor, language, now = current_actor(), current_language(), clock.now()
    typed = typed or Typed()
    with read() as session:
        offerings = [row for row in partners.offerings_of(session, actor) if row.active]
        if not offerings:
            return render_template("partner/capacity_month.html", page=None, desk_name="")
        here = chosen_offering(offerings)
        today = now.astimezone(ZoneInfo(here.time_zone)).date()
        day, month = _asked(today)
        first, last = first_of(month), last_of(month)
        days = partners.capacity_by_day(session, here, first=first, last=last)
        times = partners.capacity_by_slot(
            session, actor, first=day, last=day, offering=here.ref, limit=300
        ).items
        closures = bookings.list_closures(session, actor, since=today, limit=20)
    page = CapacityPage(
        offering=here.ref,
        name=_named(language, here, offerings),
        month=month.strftime("%Y-%m"),
        offerings=[
            (_named(language, row, offerings), _href(row.ref, month, day), row.ref == here.ref)
            for row in offerings
        ]
        if len(offerings) > 1
        else [],
        title=format_month(language, month),
        weekdays=weekdays(language),
        starts=month.isoweekday(),
        days=[_grid_day(language, here, found, today, day) for found in days],
        sum=_sum(language, days),
        earlier=_turn(language, here, month, -1, today),
        later=_turn(language, here, month, 1, today),
        chosen=chosen_day(language, here, _found(days, day), times, now, today, typed),
        closures=[closure_line(language, found) for found in closures],
        week_href=url_for("partner.week", offering=here.ref),
    )
    return render_template(
        "partner/capacity_month.html",
        page=page,
        typed=typed,
        refusal=refusal,
        desk_name=desk_name(language, offerings),
    )


def chosen_offering(offerings: list[OfferingRow]) -> OfferingRow:
    """The offering of the address or form; the first one where none is named. Raises NotFound for
    one that isn't the partner's."""
    wanted = request.values.get("offering", "")
    for row in offerings:
        if not wanted or row.ref == wanted:
            return row
    raise NotFound()


def _asked(today: date) -> tuple[date, date]:
    """The day and the first of the month that are asked for, within what may be looked at."""
    month = day_of(request.values.get("month", "")[:7] + "-01")
    day = day_of(request.values.get("day"))
    first, last = (
        months_after(first_of(today), -BACK),
        last_of(months_after(first_of(today), AHEAD)),
    )
    if day is None:
        day = today if month is None or month == first_of(today) else month
    day = min(max(day, first), last)
    return day, first_of(day)


def _found(days: list[DayCapacity], day: date) -> DayCapacity:
    return next(found for found in days if found.day == day)


def _href(offering: str, month: date, day: date | None = None) -> str:
    return url_for(
        "partner.capacity",
        offering=offering,
        month=month.strftime("%Y-%m"),
        day=day.isoformat() if day else None,
    )


def _turn(language: str, here: OfferingRow, month: date, step: int, today: date) -> Turn | None:
    to = months_after(month, step)
    if not months_after(first_of(today), -BACK) <= to <= months_after(first_of(today), AHEAD):
        return None
    return Turn(format_month(language, to), _href(here.ref, to))


def _named(language: str, row: OfferingRow, offerings: list[OfferingRow]) -> str:
    """The service, with its site where there are several."""
    name = row.name.to(language)
    if len({one.site for one in offerings}) == 1:
        return name
    return f"{name} · {row.site_name.to(language)}"


def _state_text(language: str, found: DayCapacity, today: date) -> str:
    if found.times:
        return f"{found.taken}/{found.capacity}"
    if found.holiday and found.marked is None and not found.closed:
        return gettext(language, N_("holiday"))
    made = found.closed or found.marked == 0 or (found.day - today).days < partners.OPENED_AHEAD
    return gettext(language, N_("closed")) if made else "–"


def _mark(language: str, found: DayCapacity) -> str:
    if found.made_up:
        return gettext(language, N_("make-up day"))
    if found.holiday and found.times:
        return gettext(language, N_("holiday"))
    return ""


def _grid_day(
    language: str, here: OfferingRow, found: DayCapacity, today: date, chosen: date
) -> GridDay:
    text, mark = _state_text(language, found, today), _mark(language, found)
    said = [format_date(language, found.day), mark]
    if found.times:
        said.append(
            gettext(
                language,
                N_("%(taken)s of %(all)s places taken"),
                taken=found.taken,
                all=found.capacity,
            )
        )
    else:
        said.append(gettext(language, N_("no times")) if text == "–" else text)
    if found.stranded:
        said.append(stranded(language, found.stranded))
    return GridDay(
        number=found.day.day,
        spoken=listed(language, *said),
        text=text,
        mark=mark,
        href=_href(here.ref, first_of(found.day), found.day),
        capacity=found.capacity,
        share=percent_of(found.taken, found.capacity),
        today=found.day == today,
        current=found.day == chosen,
        alarm=bool(found.stranded) and found.day >= today,
    )


def _sum(language: str, days: list[DayCapacity]) -> str:
    taken, capacity = sum(d.taken for d in days), sum(d.capacity for d in days)
    if not capacity:
        return gettext(language, N_("No times are open in this month yet."))
    return gettext(
        language,
        N_("%(share)s%% taken: %(taken)s of %(all)s places."),
        share=percent_of(taken, capacity),
        taken=taken,
        all=capacity,
    )


def closure_line(language: str, found: ClosureSummary) -> ClosureLine:
    """A closure in a line: which days, how many are left."""
    days = format_day(language, found.first_day)
    if found.last_day != found.first_day:
        days = f"{days} – {format_day(language, found.last_day)}"
    if found.reopened:
        state, mood = gettext(language, N_("open again")), ""
    elif found.left:
        state = ngettext(
            language, "%(num)s without an agreed time", "%(num)s without an agreed time",
            found.left,
        )  # fmt: skip
        mood = "late"
    else:
        state, mood = gettext(language, N_("finished")), "calm"
    return ClosureLine(
        url_for("partner.closing", ref=found.ref), days, state, mood, found.reason or ""
    )


def back_to(offering: str, day: date | None) -> str:
    """The page with this day open."""
    return _href(offering, first_of(day), day) if day else url_for("partner.capacity")
