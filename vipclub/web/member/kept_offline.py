"""What a member's phone keeps for when there is no line: the card's number, and the next
appointment. Nothing else, and gone when the member signs out (docs/decisions.md 59).

The code on it is the number alone: it opens nothing. The code that lives ten minutes is on
`/card`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from vipclub import bookings, membership
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.i18n import format_moment
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.member import appointment_words, card_face
from vipclub.web.member.door import member, own_ref
from vipclub.web.qr_code import qr_code


@dataclass(frozen=True, slots=True)
class KeptAppointment:
    """The next appointment, with all that leads there."""

    ref: str
    service: str
    when: str
    site: str
    address: str
    whom: str


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept, and as of when."""

    as_of: str
    card: card_face.CardFace | None
    qr: Markup | None
    next: KeptAppointment | None


@member.get("/me/offline")
def kept_offline() -> str:
    """What a browser keeps; a whole page, for who opens its address. Two statements beside the
    sign-in."""
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        person, term = membership.person_with_membership(
            session, actor, own_ref(), today=clock.club_today()
        )
        coming = bookings.appointments_by(
            session, actor, person.id, statuses=bookings.COMING, limit=20
        ).items
    runs = term is not None and term.runs_on(clock.club_today())
    upcoming = sorted((a for a in coming if a.end > now), key=lambda a: a.start)
    return render_template(
        "member/kept_offline.html",
        kept=Kept(
            as_of=day_and_hour(language, now, now, clock.club_zone()),
            card=card_face.card_face(language, term, person) if runs else None,
            qr=qr_code(term.card) if term is not None and runs else None,
            next=_appointment(language, upcoming[0]) if upcoming else None,
        ),
    )


def _appointment(language: str, found: AppointmentView) -> KeptAppointment:
    return KeptAppointment(
        ref=found.appointment,
        service=found.service_name.to(language),
        when=format_moment(language, found.start),
        site=found.site_name.to(language),
        address=found.address.to(language),
        whom=appointment_words.whom(found, own_ref()),
    )
