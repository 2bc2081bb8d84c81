"""The first page: greeting, card, the next appointment, what is left, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from vipclub import assistance, benefits, bookings, membership
from vipclub.assistance import OpenCase
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.web.case_words import kind_name, turn
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.member import appointment_words, benefit_tile, card_face, own_tickets
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.greeting import greeting
from vipclub.web.names import person_name

FIRST = "health-check"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something worth doing next."""

    title: str
    text: str
    href: str
    icon: str


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows."""

    greeting: str
    today: str
    case: Suggestion | None
    tickets: list[own_tickets.TicketCard]
    asked: list[Suggestion]
    card: card_face.CardFace | None
    next: appointment_words.Row | None
    nothing: str
    book_href: str
    left_title: str
    tiles: list[benefit_tile.Tile]
    suggestions: list[Suggestion]


@member.get("/")
def home() -> str:
    """The first page. Four statements beside the sign-in, five for who has a booking ticket."""
    actor, language, now = current_actor(), current_language(), clock.now()
    today = now.astimezone(ZoneInfo(clock.club_zone()))
    with read() as session:
        person, term = membership.person_with_membership(
            session, actor, own_ref(), today=today.date()
        )
        given = benefits.entitlements(session, person.id, today.year)
        bookable = [service.service for service in bookings.services(session, actor)]
        coming = bookings.appointments_by(
            session, actor, person.id, statuses=bookings.COMING, limit=20
        ).items
        case = assistance.newest_open_case(session, person.id)
        tickets = own_tickets.cards(session, language)
    upcoming = sorted((a for a in coming if a.end > now), key=lambda a: a.start)
    tiles = [benefit_tile.tile(language, found, bookable) for found in given]
    can_book = next((t for f, t in zip(given, tiles, strict=True) if f.benefit == FIRST), None)
    waiting = can_book is not None and any(f.benefit == FIRST and f.usable for f in given)
    name = person_name(language, person, "greeting")
    return render_template(
        "member/home.html",
        home=Home(
            greeting=greeting(language, today.hour, name),
            today=format_date(language, today.date()),
            case=_case(language, case),
            tickets=tickets,
            asked=_asked(language, upcoming, now),
            card=card_face.card_face(language, term, person),
            next=appointment_words.row(language, upcoming[0], now, own_ref()) if upcoming else None,
            nothing=gettext(
                language,
                N_("Nothing booked yet. A health check is waiting for you this year.")
                if waiting
                else N_("Nothing booked yet."),
            ),
            book_href=can_book.href if can_book and waiting else "",
            left_title=gettext(language, N_("Remaining benefits in %(year)s"), year=today.year),
            tiles=tiles[:6],
            suggestions=_suggestions(language, given, tiles, upcoming),
        ),
    )


def _case(language: str, found: OpenCase | None) -> Suggestion | None:
    """The request that is open: before everything else."""
    if found is None:
        return None
    return Suggestion(
        title=gettext(language, N_("Your request: %(kind)s"), kind=kind_name(language, found.kind)),
        text=turn(language, found.status),
        href=url_for("member.case", ref=found.ref),
        icon="life-buoy",
    )


def _asked(language: str, upcoming: list[AppointmentView], now: datetime) -> list[Suggestion]:
    """What waits for the member's own word: it comes first."""
    return [
        Suggestion(
            title=gettext(
                language,
                N_("Your answer, please: %(service)s"),
                service=found.service_name.to(language),
            ),
            text=appointment_words.says(language, found, now),
            href=url_for("member.appointment", ref=found.appointment),
            icon="calendar-clock",
        )
        for found in upcoming
        if found.status == "proposed"
    ]


def _suggestions(
    language: str,
    given: list[benefits.Entitlement],
    tiles: list[benefit_tile.Tile],
    upcoming: list[AppointmentView],
) -> list[Suggestion]:
    """Two at most: what is left and not booked yet, then the whole of the benefits."""
    planned = {found.service for found in upcoming}
    open_ones = [
        Suggestion(
            title=gettext(language, N_("Book: %(service)s"), service=shown.name),
            text=gettext(
                language,
                N_("%(count)s left until %(day)s"),
                count=found.remaining,
                day=format_date(language, benefit_tile.year_end(found.year)),
            ),
            href=shown.href,
            icon=found.icon,
        )
        for found, shown in zip(given, tiles, strict=True)
        if shown.href and found.usable and not found.unlimited and found.benefit not in planned
    ]
    all_of_them = Suggestion(
        title=gettext(language, N_("See all your benefits")),
        text=gettext(language, N_("Each benefit, what it is and how to use it")),
        href=url_for("member.benefits"),
        icon="gift",
    )
    return [*open_ones[:1], all_of_them]
