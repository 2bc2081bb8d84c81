"""Choosing a time: place and day and time on one page, filled in where we know the answer."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits, bookings, people
from vipclub.core import clock
from vipclub.core.i18n import N_
from vipclub.web import time_picker
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.member import benefit_tile, own_tickets
from vipclub.web.member.door import member, own_ref
from vipclub.web.time_picker import RefusalShown, refusal_shown


@member.get("/book", endpoint="services")
def list_services() -> str:
    """What can be booked here."""
    actor, language = current_actor(), current_language()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        given = benefits.entitlements(session, person.id, clock.club_today().year)
        found = bookings.services(session, actor)
        tickets = own_tickets.cards(session, language)
    left = {entry.benefit: benefit_tile.tile(language, entry, ()).text for entry in given}
    return render_template(
        "member/services.html",
        tickets=tickets,
        services=[
            {
                "name": service.name.to(language),
                "text": left.get(service.service) or service.summary.to(language),
                "href": url_for("member.choose", service=service.service),
                "icon": service.icon,
            }
            for service in found
        ],
    )


@member.get("/book/<service>")
def choose(service: str) -> str:
    """Where, which day, which time. Six statements."""
    return _page(service, request.args, None)


@member.post("/book/<service>/hold")
def hold(service: str) -> ResponseReturnValue:
    """The time is kept; the next page asks to confirm it. A refusal keeps what was chosen."""
    slot, ticket = request.form.get("slot", ""), request.form.get("ticket", "")[:40]
    with shown() as refusal:
        held = run(bookings.hold_seat, member=own_ref(), slot=slot, ticket=ticket or None)
        return redirect(url_for("member.held", ref=held.hold), code=303)
    told = refusal_shown(refusal.refused, service, request.form.get("offering", ""))
    return _page(service, request.form, told), refusal.status


def _page(service: str, source: Mapping[str, str], refusal: RefusalShown | None) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    chosen, named = time_picker.asked(source), source.get("ticket", "")[:40]
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        given = benefits.entitlements(session, person.id, clock.club_today().year)
        ticket = own_tickets.good_for(session, named, service, now) if named else None
        if ticket is None:
            times = time_picker.look_up_service(session, actor, service, chosen, person.city_code)
        else:
            offerings = bookings.bookable_offerings(session, actor, service=service)
            allowed = bookings.with_ticket(offerings, ticket, now)
            times = time_picker.look_up(session, allowed, chosen, person.city_code)

    page = url_for("member.choose", service=service)
    kept = {"ticket": ticket.ref} if ticket else {}

    def href(anchor: str = "", /, **query: str) -> str:
        return time_picker.with_choice(page, anchor, kept | query)

    left = next((e for e in given if e.benefit == service), None)
    return render_template(
        "member/choose_time.html",
        page=time_picker.compose(language, href, service, times, now, N_("Book: %(service)s")),
        left=benefit_tile.tile(language, left, ()).text if left else "",
        refusal=refusal,
        ticket=own_tickets.said(language, ticket, now) if ticket else None,
    )
