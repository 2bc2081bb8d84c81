"""The member's booking tickets: a card that leads to the times, and a word above them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g, url_for
from sqlalchemy.orm import Session

from vipclub import bookings
from vipclub.bookings import TicketView
from vipclub.core import clock
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import before
from vipclub.web.frame import current_actor, current_sign_in
from vipclub.web.member.door import own_ref
from vipclub.web.ticket_words import limits_of


@dataclass(frozen=True, slots=True)
class TicketCard:
    """A ticket as its member sees it."""

    ref: str
    title: str
    text: str
    href: str
    icon: str


def cards(session: Session, language: str) -> list[TicketCard]:
    """The tickets that can be used now. One statement where there are any, else none: how many came
    along with the sign-in."""
    sign_in = current_sign_in()
    if sign_in is not None and "after_writing" not in g and not sign_in.beside["tickets"]:
        return []
    now = clock.now()
    found = bookings.tickets_of(session, current_actor(), member=own_ref(), only_open=True)
    return [said(language, one, now) for one in found if one.open(now)]


def good_for(session: Session, ref: str, service: str, now: datetime) -> TicketView | None:
    """The own ticket of an address, where it can be used for the service; None for any other: the
    page is then the one that everybody has. One statement."""
    try:
        found = bookings.ticket(session, current_actor(), ref)
    except (MalformedRef, NotFound):
        return None
    return found if found.service == service and found.open(now) else None


def said(language: str, found: TicketView, now: datetime) -> TicketCard:
    """The card."""
    until = gettext(
        language,
        N_("Booking ticket, good for one booking %(until)s"),
        until=before(language, found.ends_at, now, clock.club_zone()),
    )
    return TicketCard(
        ref=found.ref,
        title=gettext(
            language, N_("You may book: %(service)s"), service=found.service_name.to(language)
        ),
        text=" · ".join([until, *limits_of(language, found)]),
        href=url_for("member.choose", service=found.service, ticket=found.ref),
        icon="ticket",
    )
