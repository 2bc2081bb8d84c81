"""The membership card: its face, and a code that is good for some minutes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from vipclub import membership, people
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import hour
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.member import card_face
from vipclub.web.member.door import member, own_ref
from vipclub.web.qr_code import qr_code


@dataclass(frozen=True, slots=True)
class CardPage:
    """The card's face with its code, none where there is no running membership."""

    card: card_face.CardFace | None
    qr: Markup | None
    good: str


@member.get("/card", endpoint="card")
def show_card() -> str:
    """The card, its code made anew with every opening. Two statements."""
    actor, language, now = current_actor(), current_language(), clock.now()
    today = clock.club_today()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        term = membership.member_summary(session, person.id, today=today)
        runs = term is not None and term.runs_on(today)
        code = membership.card_code(session, term.card, at=now) if term and runs else None
    page = CardPage(None, None, "")
    if code is not None:
        until = hour(code.expires_at, clock.club_zone())
        page = CardPage(
            card=card_face.card_face(language, term, person),
            qr=qr_code(code.text),
            good=gettext(language, N_("Good until %(time)s."), time=until),
        )
    return render_template("member/card.html", page=page)
