"""The desk's first page, and whom a search found. What is typed stands in no address: the results
have a key there (`frame/kept_search.py`)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import assistance
from vipclub import desk as records
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.desk import FoundPerson
from vipclub.membership import TIER_NAMES, grouped_card_no
from vipclub.web.city_names import city_name
from vipclub.web.desk.door import desk
from vipclub.web.desk.urgent import later_text, read_urgent
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.frame.kept_search import words_of_search
from vipclub.web.member_file.find_member import to_found
from vipclub.web.member_file.forms import FindForm
from vipclub.web.member_file.overview import STATUSES
from vipclub.web.names import PersonName, person_name


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Somebody who may be meant; the name and the card's number masked."""

    ref: str
    href: str
    name: str
    tier: str
    term: str
    who: str
    card: str


@desk.get("/")
def home() -> str:
    """Find a person, and what is urgent. Three statements beside the sign-in."""
    return _page()


@desk.get("/live")
def live() -> str:
    """What is urgent, alone: the page fetches it anew."""
    language = current_language()
    with read() as session:
        urgent = read_urgent(session, current_actor(), language, clock.now())
    return render_template(
        "desk/home_urgent.html", urgent=urgent, later=later_text(language, urgent)
    )


@desk.get("/live/cases")
def live_cases() -> str:
    """How the cases stand, alone."""
    with read() as session:
        cases = assistance.cases_now(session, current_actor(), now=clock.now())
    return render_template("desk/cases_now.html", cases=cases)


@desk.post("/find")
def find() -> ResponseReturnValue:
    """By reference, card, phone in any shape, or name in any script. Who is meant alone is shown at
    once."""
    typed: str = FindForm.sent().who.data
    with read() as session:
        found = _look_up(session, typed)
    return to_found([each.ref for each in found], typed)


@desk.get("/find/<key>")
def found(key: str) -> str:
    """Who may be meant, and how the cases stand. Four statements beside the sign-in."""
    return _page(key)


def _look_up(session: Session, typed: str) -> list[FoundPerson]:
    return records.look_up(session, current_actor(), typed=typed, today=clock.club_today())


def _page(key: str | None = None) -> str:
    language, typed, rows, urgent = current_language(), "", None, None
    with read() as session:
        if key is not None:
            typed = words_of_search(session, key)
            rows = [_row(language, each) for each in _look_up(session, typed)]
            cases = assistance.cases_now(session, current_actor(), now=clock.now())
        else:
            urgent = read_urgent(session, current_actor(), language, clock.now())
            cases = urgent.cases
    return render_template(
        "desk/home.html",
        typed=typed,
        found=rows,
        most=records.FOUND_AT_MOST,
        urgent=urgent,
        cases=cases,
        later=later_text(language, urgent) if urgent else "",
    )


def _row(language: str, found: FoundPerson) -> FoundRow:
    who = [
        gettext(language, N_("female") if found.sex == "F" else N_("male")) if found.sex else "",
        gettext(language, N_("born %(year)s"), year=found.birth_year) if found.birth_year else "",
        city_name(language, found.city) if found.city else "",
    ]
    term = found.term
    return FoundRow(
        ref=found.ref,
        href=url_for("desk.show", ref=found.ref),
        name=person_name(
            language, PersonName(found.name, found.surname, found.latin_name, found.sex), "masked"
        ),
        tier=TIER_NAMES[term.tier].to(language) if term else "",
        term=gettext(language, STATUSES[term.status])
        if term
        else gettext(language, N_("This person is not a member.")),
        who=" · ".join(word for word in who if word),
        card=f"···· {grouped_card_no(term.card)[-6:]}" if term else "",
    )
