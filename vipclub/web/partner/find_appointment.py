"""Finding one of the partner's own appointments, by reference or name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import render_template, request

from vipclub import bookings, membership, partners
from vipclub.core import clock
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.partner import rows
from vipclub.web.partner.day_sheet import AHEAD, BACK
from vipclub.web.partner.door import desk_name, desk_zone, partner


@partner.get("/find")
def find() -> str:
    """What fits, the latest first. Three statements beside the sign-in."""
    actor, language, now = current_actor(), current_language(), clock.now()
    text = " ".join(request.args.get("q", "").split())[:80]
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        today = now.astimezone(ZoneInfo(desk_zone(offerings))).date()
        found = bookings.find_at_partner(
            session, actor, text=text, first=today - BACK, last=today + AHEAD
        )
        whose = {one.member_id for one in found}
        terms = membership.member_summaries(session, whose, today=clock.club_day(now))
    return render_template(
        "partner/find_appointment.html",
        text=text,
        rows=[rows.appointment_row(language, one, terms.get(one.member_id), now) for one in found],
        desk_name=desk_name(language, offerings),
    )
