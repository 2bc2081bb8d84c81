"""The desk's first page. A phone or card number travels in a form, never in an address."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import desk as records
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.desk import FoundPerson
from vipclub.membership import TIER_NAMES
from vipclub.people import RELATIONS, FoundBy
from vipclub.web.city_names import city_name, city_words
from vipclub.web.desk.door import desk
from vipclub.web.desk.urgent import later_text, read_urgent
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.member_file.find_member import found_or_page
from vipclub.web.member_file.forms import FindForm
from vipclub.web.member_file.overview import STATUSES
from vipclub.web.name_mask import masked


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
    """Find a person, and what is urgent. Two statements beside the sign-in."""
    return _home("", None)


@desk.get("/live")
def live() -> str:
    """What is urgent, alone: the page fetches it anew."""
    language = current_language()
    with read() as session:
        urgent = read_urgent(session, current_actor(), language, clock.now())
    return render_template(
        "desk/home_urgent.html", urgent=urgent, later=later_text(language, urgent)
    )


@desk.post("/find")
def find() -> ResponseReturnValue:
    """By reference, card, phone in any shape, e-mail, last four digits, or name in any script. One
    whom a whole number names is shown at once; a name opens nobody."""
    actor, language = current_actor(), current_language()
    typed: str = FindForm.sent().who.data
    today = clock.club_today()
    with read() as session:
        found = records.look_up(session, actor, typed=typed, today=today, cities=city_words())
    rows = [_row(language, each) for each in found.persons]
    refs = [each.ref for each in found.persons]
    return found_or_page(refs, lambda: _home(typed, rows, more=found.more), sure=found.named)


def _home(typed: str, found: list[FoundRow] | None, *, more: bool = False) -> str:
    language = current_language()
    with read() as session:
        urgent = read_urgent(session, current_actor(), language, clock.now())
    return render_template(
        "desk/home.html",
        typed=typed,
        found=found,
        more=more,
        most=records.FOUND_AT_MOST,
        urgent=urgent,
        later=later_text(language, urgent),
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
        name=masked(found.name) or gettext(language, N_("No name")),
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
        name=masked(found.relative),
        relation=gettext(language, RELATIONS[found.relation]),
    )
