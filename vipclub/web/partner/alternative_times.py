"""The times that a front desk can offer instead: of the same service at the same site, some days
at once, each time a button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import url_for
from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.bookings import AppointmentView
from vipclub.core.actor import Actor
from vipclub.core.dates import day_of
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import near_day
from vipclub.web.frame import current_language

SPAN = 14
"""Days that are looked at from the first one on."""
DAYS = 5
"""Days with free times that are shown."""
AHEAD = 90
LOOKED_AT = 600


@dataclass(frozen=True, slots=True)
class AlternativeTime:
    """A time to offer: what the button says, and its slot."""

    text: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class AlternativeDay:
    """A day with its free times."""

    title: str
    times: list[AlternativeTime]


@dataclass(frozen=True, slots=True)
class AlternativeTimes:
    """Some days, the day from which they are shown, and the way to later ones."""

    days: list[AlternativeDay]
    first: date
    earliest: date
    latest: date
    later_href: str


def first_day(asked: str | None, found: AppointmentView, now: datetime) -> date:
    """The day from which times are shown: the one that was asked for, else the appointment's own;
    never past, nor too far ahead."""
    today = now.astimezone(found.start.tzinfo).date()
    wanted = day_of(asked) or found.start.date()
    return min(max(wanted, today), today + timedelta(days=AHEAD))


def alternative_times(
    session: Session, actor: Actor, found: AppointmentView, first: date, now: datetime
) -> AlternativeTimes:
    """Free times of the appointment's offering, other than its own. Two statements."""
    language = current_language()
    last = first + timedelta(days=SPAN)
    page = partners.capacity_by_slot(
        session, actor, first=first, last=last, offering=found.offering, limit=LOOKED_AT
    )
    items, more = page.items, page.next
    if more and items[-1].day > first:  # the last day may be cut short: it begins the next page
        last = items[-1].day - timedelta(days=1)
    free = [
        item
        for item in items
        if item.free > 0 and item.start > now and item.slot != found.slot and item.day <= last
    ]
    days = [
        AlternativeDay(
            near_day(language, day, now.date()),
            [
                AlternativeTime(
                    item.start.strftime("%H:%M"),
                    gettext(language, N_("%(count)s free"), count=item.free),
                    item.slot,
                )
                for item in of
            ],
        )
        for day, of in groupby(free, key=lambda item: item.day)
    ]
    after = sorted({item.day for item in free})
    following = after[DAYS] if len(after) > DAYS else last + timedelta(days=1)
    today = now.astimezone(found.start.tzinfo).date()
    latest = today + timedelta(days=AHEAD)
    href = ""
    if following <= latest:
        href = url_for("partner.appointment", ref=found.appointment) + f"?from={following}#propose"
    return AlternativeTimes(days[:DAYS], first, today, latest, href)
