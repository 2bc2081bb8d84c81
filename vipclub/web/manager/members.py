"""My members: found, filtered, sorted, page by page. What is typed travels in a form, never in an
address; filters are an address that can be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits, portfolio
from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.membership import TIER_NAMES, TIERS
from vipclub.portfolio import Filters, OwnMember, Portfolio
from vipclub.web.city_names import CITIES, city_name
from vipclub.web.day_words import near_day
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.frame.paging import list_address
from vipclub.web.manager.door import manager
from vipclub.web.member_file.find_member import found_or_page
from vipclub.web.member_file.forms import FindForm

PAGE = 50
SORTS = {
    "name": N_("by name"),
    "tier": N_("by tier"),
    "ends": N_("by the membership's end"),
    "next": N_("by the next visit"),
}
WHICH = {
    "ending": N_("ends within 60 days"),
    "upgraded": N_("moved to a higher tier lately"),
    "invited": N_("invited, not answered yet"),
}
COMING = {"yes": N_("something is booked"), "no": N_("nothing is booked")}


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
    """The list. Six statements beside the sign-in."""
    return _page(_asked(), request.args.get("after"))


@manager.post("/find")
def find() -> ResponseReturnValue:
    """By reference, card, phone, e-mail, last four digits or name, among one's own. One whom a
    whole number names is shown at once; a name opens nobody."""
    typed: str = FindForm.sent().who.data
    filters = replace(Filters(), search=typed)
    after = request.form.get("after") or None
    found = _read(filters, "name", after)
    refs = [each.ref for each in found[0].members]
    sure = portfolio.is_whole_number(typed) and after is None
    return found_or_page(refs, lambda: _render(filters, "name", *found), sure=sure)


def _asked() -> Filters:
    """The filters of an address; words that no filter knows narrow nothing."""
    args = request.args
    which = args.get("which", "")
    return Filters(
        tier=args.get("tier", "") if args.get("tier") in TIERS else "",
        city=args.get("city", "")[:6],
        subsidiary=args.get("company", "")[:20],
        left=args.get("left", "")[:40],
        unused=args.get("unused", "")[:40],
        coming=args.get("coming", "") if args.get("coming") in COMING else "",
        ending=which == "ending",
        upgraded=which == "upgraded",
        invited=which == "invited",
    )


def _page(filters: Filters, after: str | None) -> str:
    sort = request.args.get("sort", "name")
    sort = sort if sort in SORTS else "name"
    return _render(filters, sort, *_read(filters, sort, after))


def _read(
    filters: Filters, sort: str, after: str | None
) -> tuple[Portfolio, list[tuple[str, str]], list[benefits.BenefitRow]]:
    actor, now = current_actor(), clock.now()
    today = clock.club_day(now)
    with read() as session:
        found = portfolio.own_members(
            session,
            actor,
            filters=filters,
            sort=sort,
            after=after,
            limit=PAGE,
            now=now,
            today=today,
        )
        return found, portfolio.companies(session), benefits.benefits(session)


def _render(
    filters: Filters,
    sort: str,
    found: Portfolio,
    companies: list[tuple[str, str]],
    catalogue: list[benefits.BenefitRow],
) -> str:
    language = current_language()
    counted = [each for each in catalogue if each.unit != "unlimited"]
    return render_template(
        "manager/members.html",
        rows=[_row(language, each) for each in found.members],
        count=found.count,
        tiers=[(TIER_NAMES[t].to(language), n) for t, n in found.counts.items() if n],
        filters=filters,
        which=next((name for name in WHICH if getattr(filters, name)), ""),
        sort=sort,
        filtered=filters != Filters(),
        options=_options(language, companies, counted),
        more_href=list_address("manager.members", after=found.next) if found.next else "",
        after=found.next or "",
    )


def _options(
    language: str, companies: list[tuple[str, str]], catalogue: list[benefits.BenefitRow]
) -> dict[str, Any]:
    """What each filter offers."""

    def said(words: dict[str, str]) -> list[tuple[str, str]]:
        return [(code, gettext(language, word)) for code, word in words.items()]

    names = [(each.code, each.name.to(language)) for each in catalogue]
    return {
        "tier": [(tier, TIER_NAMES[tier].to(language)) for tier in reversed(TIERS)],
        "city": said(CITIES),
        "company": companies,
        "left": names,
        "unused": names,
        "coming": said(COMING),
        "which": said(WHICH),
        "sort": said(SORTS),
    }


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
        name=found.name,
        tier=TIER_NAMES[found.tier].to(language),
        status=gettext(language, N_("invited")) if found.status == "invited" else "",
        ends=format_date(language, found.valid_to),
        city=city_name(language, found.city) if found.city else "",
        next=visit,
        left=" · ".join(left),
    )
