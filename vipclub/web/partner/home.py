"""The first page: what waits, who comes today, how full the month is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import render_template
from sqlalchemy.orm import Session

from vipclub import assistance, bookings, membership, partners, settlement
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.dates import first_of, last_of
from vipclub.core.i18n import N_, format_date, format_day, format_money, format_month, gettext
from vipclub.core.types import Money
from vipclub.web.day_words import before
from vipclub.web.dispatch_words import RequestLine, request_line
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.names import person_name
from vipclub.web.partner import rows
from vipclub.web.partner.door import desk_name, desk_zone, partner
from vipclub.web.percentages import percent_of
from vipclub.web.promise_clock import promise_clock
from vipclub.web.spoken_list import listed

AT_ONCE = 10
"""Requests for help that the first page shows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and what it is."""

    name: str
    figure: str
    of: str
    text: str


@dataclass(frozen=True, slots=True)
class CapacityOfDay:
    """The capacity of a day: taken of all; `share` in hundredths."""

    number: int
    spoken: str
    text: str
    capacity: int
    share: int
    today: bool


@dataclass(frozen=True, slots=True)
class CapacityOfMonth:
    """The capacity of a month, day by day."""

    title: str
    starts: int
    days: list[CapacityOfDay]
    sum: str
    share: int


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """Somebody who is asked about another time: the row, that time, and until when."""

    row: rows.AppointmentRow
    instead: str
    until: str


@dataclass(frozen=True, slots=True)
class Home:
    """All that the first page shows. `asked` are requests for help in need that wait for an answer,
    the newest first."""

    desk_name: str
    asked: list[RequestLine]
    figures: list[Figure]
    waiting: list[rows.AppointmentRow]
    offered: list[OfferedRow]
    today: list[rows.AppointmentRow]
    today_title: str
    month: CapacityOfMonth | None


@partner.get("/")
def home() -> str:
    """The first page. Five statements beside the sign-in."""
    found = _home(with_month=True)
    return render_template(
        "partner/home.html",
        home=found,
        desk_name=found.desk_name,
        waiting_count=len(found.waiting),
        today_count=len(found.today),
    )


@partner.get("/live")
def live() -> str:
    """The part that changes, alone: the page fetches it anew every few seconds."""
    return render_template("partner/home_live.html", home=_home(with_month=False))


def _home(*, with_month: bool) -> Home:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        day = now.astimezone(ZoneInfo(desk_zone(offerings))).date()
        asked = assistance.dispatch.requests_of_partner(
            session, actor, statuses={"asked"}, limit=AT_ONCE
        )
        unanswered, today = bookings.desk_of_day(session, actor, day=day)
        waiting = [one for one in unanswered if one.status == "pending"]
        offered = [one for one in unanswered if one.status == "proposed"]
        terms = membership.member_summaries(
            session, {found.member_id for found in [*unanswered, *today]}, today=clock.club_day(now)
        )
        whole = with_month and bool(offerings)
        month = _month(session, actor, language, day) if whole else None
        earned = settlement.total_of_month(session, actor, month=day) if whole else None
    lines = [request_line(language, one, now) for one in asked.items]
    return Home(
        desk_name=desk_name(language, offerings),
        asked=[one for one in lines if one.open],
        figures=_figures(language, waiting, today, month, now)
        + ([_earned(language, day, *earned)] if earned else []),
        waiting=[
            rows.appointment_row(language, found, terms.get(found.member_id), now)
            for found in waiting
        ],
        offered=[
            _offered(
                language,
                rows.appointment_row(language, found, terms.get(found.member_id), now),
                found,
                now,
            )
            for found in offered
        ],
        today=[
            rows.appointment_row(language, found, terms.get(found.member_id), now)
            for found in today
        ],
        today_title=gettext(language, N_("Today, %(day)s"), day=format_day(language, day)),
        month=month,
    )


def _offered(
    language: str, row: rows.AppointmentRow, found: AppointmentView, now: datetime
) -> OfferedRow:
    until = found.answer_by or found.start
    return OfferedRow(
        row=row,
        instead=rows.day_and_time(language, found.proposed_start or found.start, now),
        until=before(language, until, now, found.time_zone),
    )


def _figures(
    language: str,
    waiting: list[AppointmentView],
    today: list[AppointmentView],
    month: CapacityOfMonth | None,
    now: datetime,
) -> list[Figure]:
    first = promise_clock(language, waiting[0], now) if waiting else None
    coming = [found for found in today if found.status == "booked"]
    there = [found for found in today if found.status in {"arrived", "fulfilled"}]
    following = ""
    if coming:
        following = gettext(
            language,
            N_("next: %(time)s %(name)s"),
            time=coming[0].start.strftime("%H:%M"),
            name=person_name(language, coming[0].beneficiary_name, "masked"),
        )
    figures = [
        Figure(
            gettext(language, N_("Waiting for your answer")),
            str(len(waiting)),
            "",
            gettext(language, N_("the first %(by)s"), by=first.by) if first else "",
        ),
        Figure(gettext(language, N_("Here today")), str(len(there)), f"/ {len(today)}", following),
    ]
    if month:
        figures.append(
            Figure(
                gettext(language, N_("Places this month")),
                f"{month.share}%",
                "",
                gettext(language, N_("taken")),
            )
        )
    return figures


def _earned(language: str, today: date, lines: int, totals: list[Money]) -> Figure:
    """What the month's visits come to so far."""
    return Figure(
        gettext(language, N_("Settlement, %(month)s"), month=format_month(language, today)),
        " + ".join(format_money(language, money) for money in totals) or "0",
        "",
        gettext(language, N_("lines so far: %(count)s"), count=lines),
    )


def _month(session: Session, actor: Actor, language: str, today: date) -> CapacityOfMonth:
    """The running month's capacity. One statement."""
    first, last = first_of(today), last_of(today)
    found = {row.day: row for row in partners.seats_by_day(session, actor, first=first, last=last)}
    days = []
    for number in range(1, last.day + 1):
        day = first.replace(day=number)
        row = found.get(day)
        taken, capacity = (row.taken, row.capacity) if row else (0, 0)
        text = f"{taken}/{capacity}" if capacity else gettext(language, N_("closed"))
        days.append(
            CapacityOfDay(
                number=number,
                spoken=listed(language, format_date(language, day), text),
                text=text,
                capacity=capacity,
                share=percent_of(taken, capacity),
                today=day == today,
            )
        )
    share = percent_of(
        sum(row.taken for row in found.values()), sum(row.capacity for row in found.values())
    )
    return CapacityOfMonth(
        title=format_month(language, first),
        starts=first.isoweekday(),
        days=days,
        sum=gettext(language, N_("%(share)s%% of this month's places are taken."), share=share),
        share=share,
    )
