"""The desk's first page, and whom a search found. What is typed stands in no address: the results
have a key there (`frame/kept_search.py`)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import assistance, people
from vipclub import desk as records
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.desk import FoundPerson, LookedUp
from vipclub.membership import TIER_NAMES
from vipclub.people import RELATIONS, FoundBy
from vipclub.web.city_names import city_name, city_words
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
    by: str


_BY = {
    FoundBy.REFERENCE: N_("Reference"),
    FoundBy.CARD: N_("Card"),
    FoundBy.BOOKING: N_("Appointment"),
    FoundBy.OWN_PHONE: N_("Phone number"),
    FoundBy.PHONE: N_("Phone number"),
    FoundBy.EMAIL: N_("E-mail address"),
    FoundBy.NAME: N_("Name"),
    FoundBy.SPELLING: N_("Name"),
    FoundBy.PHONE_END: N_("Last four digits of the phone number"),
    FoundBy.CARD_END: N_("Last four digits of the card"),
    FoundBy.BEGINNING: N_("Part of the name"),
    FoundBy.INITIALS: N_("Initials"),
}


@desk.get("/")
def home() -> str:
    """Find a person, and what is urgent. Five statements beside the sign-in."""
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
    """By reference, card, phone in any shape, e-mail, last four digits, or name in any script. One
    whom a whole number names is shown at once; a name opens nobody."""
    typed: str = FindForm.sent().who.data
    with read() as session:
        waiting = _case_to_call_back(session, typed)
        found = _look_up(session, typed)
    refs = [each.ref for each in found.persons]
    return to_found(refs, typed, sure=found.named and waiting is None)


def _case_to_call_back(session: Session, typed: str) -> str | None:
    """The open case of whoever calls from this number, which is shown before anybody's file."""
    number = people.callable_number(typed)  # a hotel's too
    return assistance.open_case_by_phone(session, current_actor(), number) if number else None


@desk.get("/find/<key>")
def found(key: str) -> str:
    """Who may be meant, and how the cases stand. Four statements beside the sign-in."""
    return _page(key)


def _look_up(session: Session, typed: str) -> LookedUp:
    return records.look_up(
        session, current_actor(), typed=typed, today=clock.club_today(), cities=city_words()
    )


def _page(key: str | None = None) -> str:
    language, typed, rows, urgent, more = current_language(), "", None, None, False
    waiting: str | None = None
    reviews = 0
    with read() as session:
        if key is not None:
            typed = words_of_search(session, key)
            waiting = _case_to_call_back(session, typed)
            found = _look_up(session, typed)
            rows, more = [_row(language, each) for each in found.persons], found.more
            cases = assistance.cases_now(session, current_actor(), now=clock.now())
        else:
            urgent = read_urgent(session, current_actor(), language, clock.now())
            cases = urgent.cases
            reviews = urgent.reviews
    return render_template(
        "desk/home.html",
        typed=typed,
        found=rows,
        more=more,
        most=records.FOUND_AT_MOST,
        urgent=urgent,
        cases=cases,
        waiting=waiting,
        reviews=reviews,
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
        )
        or gettext(language, N_("No name")),
        tier=TIER_NAMES[term.tier].to(language) if term else "",
        term=gettext(language, STATUSES[term.status])
        if term
        else gettext(language, N_("This person is not a member.")),
        who=" · ".join(word for word in who if word),
        card=f"···· {term.card[-4:]}" if term else "",
        by=_by(language, found),
    )


def _by(language: str, found: FoundPerson) -> str:
    """By what somebody was found; of a relative also who it is."""
    if found.relative is None or found.relation is None:
        return gettext(language, _BY[found.by])
    return gettext(
        language,
        N_("Relative: %(name)s (%(relation)s)"),
        name=person_name(language, found.relative, "masked"),
        relation=gettext(language, RELATIONS[found.relation]),
    )
