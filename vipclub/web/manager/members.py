"""My members: found, filtered, sorted, page by page. What is typed stands in no address; filters
do, so that a list can be kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import benefits, portfolio
from vipclub.core import clock
from vipclub.core.i18n import N_, format_short_date, gettext
from vipclub.membership import TIER_NAMES, TIERS
from vipclub.portfolio import Filters, OwnMember, Portfolio
from vipclub.web.city_names import CITIES, city_name
from vipclub.web.day_words import near_day
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.frame.kept_search import words_of_search
from vipclub.web.frame.listing import AskedOfList, Column, Filter, asked_of_list, listing
from vipclub.web.manager.door import manager
from vipclub.web.member_file.find_member import to_found
from vipclub.web.member_file.forms import FindForm
from vipclub.web.names import PersonName, person_name

PAGE = 50
COLUMNS = (
    Column("name", N_("Name"), sorts=True),
    Column("tier", N_("Tier"), sorts=True, falls=True),
    Column("city", N_("City")),
    Column("next", N_("Next visit"), sorts=True),
    Column("left", N_("Left this year")),
    Column("ends", N_("Valid to"), sorts=True),
)
WHICH = {
    "ending": N_("ends within 60 days"),
    "upgraded": N_("moved to a higher tier lately"),
    "invited": N_("invited, not answered yet"),
}
COMING = {"yes": N_("something is booked"), "no": N_("nothing is booked")}
FILTERS = {
    "tier": TIERS,
    "city": None,
    "company": None,
    "left": None,
    "unused": None,
    "coming": COMING,
    "which": WHICH,
}
"""What the list is narrowed by; None where any text is looked for."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in the list."""

    ref: str
    href: str
    name: str
    tier: str
    status: str
    ends: str
    city: str
    next: str
    left: str


@manager.get("/members", endpoint="members")
def list_members() -> str:
    """The list. Four statements beside the sign-in."""
    return _page("")


@manager.post("/find")
def find() -> ResponseReturnValue:
    """By reference, card, phone, e-mail, last four digits or name, among one's own. One whom a
    whole number names is shown at once; a name opens nobody."""
    typed: str = FindForm.sent().who.data
    with read() as session:
        found = _own_members(session, Filters(search=typed), _asked())
    refs = [each.ref for each in found.members]
    return to_found(refs, typed, sure=portfolio.is_whole_number(typed))


@manager.get("/find/<key>")
def found(key: str) -> str:
    """Those of the own members who may be meant. Five statements beside the sign-in."""
    with read() as session:
        return _page(words_of_search(session, key))


def _asked() -> AskedOfList:
    return asked_of_list(sorts=portfolio.SORTS, filters=FILTERS, first="name")


def _own_members(session: Session, filters: Filters, asked: AskedOfList) -> Portfolio:
    return portfolio.own_members(
        session,
        current_actor(),
        filters=filters,
        sort=asked.sort,
        backwards=asked.backwards,
        after=asked.after,
        limit=PAGE,
        now=clock.now(),
        today=clock.club_today(),
    )


def _filters(asked: AskedOfList, typed: str) -> Filters:
    chosen = asked.filters
    which = chosen.get("which", "")
    return Filters(
        search=typed,
        tier=chosen.get("tier", ""),
        city=chosen.get("city", ""),
        subsidiary=chosen.get("company", ""),
        left=chosen.get("left", ""),
        unused=chosen.get("unused", ""),
        coming=chosen.get("coming", ""),
        ending=which == "ending",
        upgraded=which == "upgraded",
        invited=which == "invited",
    )


def _page(typed: str) -> str:
    language, asked = current_language(), _asked()
    with read() as session:
        found = _own_members(session, _filters(asked, typed), asked)
        companies, catalogue = portfolio.companies(session), benefits.benefits(session)
    return render_template(
        "manager/members.html",
        rows=[_row(language, each) for each in found.members],
        count=found.count,
        tiers=[(TIER_NAMES[t].to(language), n) for t, n in found.counts.items() if n],
        typed=typed,
        narrowed=bool(typed or asked.filters),
        list=listing(
            asked, COLUMNS, _choices(language, companies, catalogue), following=found.next
        ),
    )


def _choices(
    language: str, companies: list[tuple[str, str]], catalogue: list[benefits.BenefitRow]
) -> list[Filter]:
    """What each filter offers."""

    def said(words: dict[str, str]) -> list[tuple[str, str]]:
        return [(code, gettext(language, word)) for code, word in words.items()]

    counted = [
        (each.code, each.name.to(language)) for each in catalogue if each.unit != "unlimited"
    ]
    tiers = [(tier, TIER_NAMES[tier].to(language)) for tier in reversed(TIERS)]
    every, some = gettext(language, N_("all")), gettext(language, N_("any"))
    return [
        Filter("tier", gettext(language, N_("Tier")), tiers, every),
        Filter("city", gettext(language, N_("City")), said(CITIES), every),
        Filter("company", gettext(language, N_("Customer of")), companies, every),
        Filter("left", gettext(language, N_("Has left of")), counted, some),
        Filter("unused", gettext(language, N_("Has not touched")), counted, some),
        Filter("coming", gettext(language, N_("Next visit")), said(COMING), some),
        Filter("which", gettext(language, N_("Membership")), said(WHICH), every),
    ]


def _row(language: str, found: OwnMember) -> MemberRow:
    today = clock.club_today()
    visit = ""
    if found.next_start is not None and found.next_service is not None:
        day = clock.club_day(found.next_start)
        visit = f"{near_day(language, day, today)} · {found.next_service.to(language)}"
    left = [
        f"{each.name.to(language)} {each.remaining}/{each.granted}"
        for each in found.left
        if each.remaining
    ]
    return MemberRow(
        ref=found.ref,
        href=url_for("manager.show", ref=found.ref),
        name=person_name(language, PersonName(found.name, found.surname, found.latin_name)),
        tier=TIER_NAMES[found.tier].to(language),
        status=gettext(language, N_("invited")) if found.status == "invited" else "",
        ends=format_short_date(language, found.valid_to),
        city=city_name(language, found.city) if found.city else "",
        next=visit,
        left=" · ".join(left),
    )
