"""What a member has: given, reserved, used, left, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import render_template

from vipclub import bookings, membership, people
from vipclub.benefits import entitlements
from vipclub.core import clock
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.member import appointment_words, benefit_tile, card_face
from vipclub.web.member.door import member, own_ref


@dataclass(frozen=True, slots=True)
class Year:
    """The benefits of a calendar year."""

    year: int
    title: str
    ends: str
    entries: list[benefit_tile.Tile]


@member.get("/benefits", endpoint="benefits")
def show_benefits() -> str:
    """All benefits of this year and, once given, of the next. Four statements."""
    actor, language, today = current_actor(), current_language(), clock.club_today()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        term = membership.member_summary(session, person.id, today=today)
        given = entitlements(session, person.id, today=today)
        bookable = [service.service for service in bookings.services(session, actor)]
    years = [
        Year(
            year=year,
            title=str(year),
            ends=appointment_words.until_day(language, benefit_tile.year_end(year)),
            entries=[
                benefit_tile.tile(language, entry, bookable if year == today.year else ())
                for entry in entries
            ],
        )
        for year, entries in groupby(given, key=lambda entry: entry.year)
    ]
    return render_template(
        "member/benefits.html",
        second="",
        years=years,
        card=card_face.card_face(language, term, person),
    )
