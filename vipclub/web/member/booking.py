"""Choosing a time: place and day and time on one page, filled in where we know the answer."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits, bookings, people
from vipclub.core import clock
from vipclub.core.i18n import N_
from vipclub.web import time_picker
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.member import benefit_tile
from vipclub.web.member.door import member, own_ref
from vipclub.web.time_picker import Chosen, RefusalShown, refusal_shown


@member.get("/book", endpoint="services")
def list_services() -> str:
    """What can be booked here."""
    actor, language = current_actor(), current_language()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        given = benefits.entitlements(session, person.id, clock.club_today().year)
        found = bookings.services(session, actor)
    left = {entry.benefit: benefit_tile.tile(language, entry, ()).text for entry in given}
    return render_template(
        "member/services.html",
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
    return _page(service, time_picker.asked(request.args), None)


@member.post("/book/<service>/hold")
def hold(service: str) -> ResponseReturnValue:
    """The time is kept; the next page asks to confirm it. A refusal keeps what was chosen."""
    slot = request.form.get("slot", "")
    with shown() as refusal:
        held = run(bookings.hold_seat, member=own_ref(), slot=slot)
        return redirect(url_for("member.held", ref=held.hold), code=303)
    told = refusal_shown(refusal.refused, service, request.form.get("offering", ""))
    return _page(service, time_picker.asked(request.form), told), refusal.status


def _page(service: str, chosen: Chosen, refusal: RefusalShown | None) -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        given = benefits.entitlements(session, person.id, clock.club_today().year)
        times = time_picker.look_up_service(session, actor, service, chosen, person.city_code)

    page = url_for("member.choose", service=service)

    def href(anchor: str = "", /, **query: str) -> str:
        return time_picker.with_choice(page, anchor, query)

    left = next((e for e in given if e.benefit == service), None)
    return render_template(
        "member/choose_time.html",
        page=time_picker.compose(language, href, service, times, now, N_("Book: %(service)s")),
        left=benefit_tile.tile(language, left, ()).text if left else "",
        refusal=refusal,
    )
