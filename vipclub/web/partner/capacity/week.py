"""The week of an offering: its hours, and a new one from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings, partners
from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.partners import OfferingRow
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.open_form import changed_meanwhile, seen_on_page, seen_sent
from vipclub.web.frame.refusal_on_page import Shown
from vipclub.web.frame.request_context import db
from vipclub.web.offering_terms import hours_said
from vipclub.web.partner.capacity.changes import ask, done
from vipclub.web.partner.capacity.month import back_to, chosen_offering
from vipclub.web.partner.door import desk_name, partner
from vipclub.web.weekly_hours import Weekday, WeekWished, by_weekday, errors_of_week, spans_of


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A week in fields."""

    offering: str
    name: str
    site: str
    back_href: str
    from_day: str
    earliest: str
    day_error: str
    visit: str
    weekdays: list[Weekday]


@partner.get("/capacity/week")
def week() -> str:
    """The week that holds tomorrow. Six statements beside the sign-in."""
    with read() as session:
        offerings = partners.offerings_of(session, current_actor())
        here = chosen_offering(offerings)
        tomorrow = clock.today(here.time_zone) + timedelta(days=1)
        hours = partners.week_of(session, current_actor(), offering=here.ref, day=tomorrow)
    wished = WeekWished(tomorrow, "", list(hours), spans_of(hours))
    return _page(here, offerings, wished)


@partner.post("/capacity/week")
def change_week() -> ResponseReturnValue:
    """A new week: always shown before it is done."""
    actor = current_actor()
    wished = WeekWished.sent(request.form)
    with read() as session:
        offerings = partners.offerings_of(session, actor)
    here = chosen_offering(offerings)
    if not wished.good or wished.from_day is None:
        return _page(here, offerings, wished), 422
    week: dict[str, Any] = {
        "offering": here.ref,
        "from_day": wished.from_day,
        "hours": wished.hours,
    }
    back = url_for("partner.week", offering=here.ref)
    with shown() as refusal:
        if not request.form.get("sure"):
            with read() as session:
                plan = partners.preview_week(session, actor, **week)
            if plan.changes:
                return ask(plan, request.path, back)
        reason = request.form.get("reason", "").strip()[:200] or None
        made = bookings.close_and_offer(
            db(), actor, lambda: run(bookings.change_week, **week, reason=reason, seen=seen_sent())
        )
    if refusal.happened:
        return _page(here, offerings, wished, refusal), refusal.status
    return done(made, lambda: back_to(here.ref, wished.from_day))


def _page(
    here: OfferingRow,
    offerings: list[OfferingRow],
    wished: WeekWished,
    refusal: Shown | None = None,
) -> str:
    language = current_language()
    today = clock.today(here.time_zone)
    with read() as session:
        weeks = partners.weeks_by_offering(session, [here.id])[here.id]
    now = hours_said(language, partners.week_on(weeks, today + timedelta(days=1)))
    page = WeekPage(
        offering=here.ref,
        name=here.name.to(language),
        site=here.site_name.to(language),
        back_href=url_for("partner.capacity", offering=here.ref),
        from_day=(wished.from_day or today + timedelta(days=1)).isoformat(),
        earliest=today.isoformat(),
        day_error=wished.day_error,
        visit=gettext(
            language,
            N_("A visit takes %(minutes)s minutes and must end by the closing hour."),
            minutes=here.minutes,
        ),
        weekdays=by_weekday(language, wished.spans),
    )
    return render_template(
        "partner/capacity_week.html",
        page=page,
        problems=errors_of_week(page.weekdays, wished.day_error),
        refusal=refusal.said if refusal else "",
        changed=changed_meanwhile(refusal, {"hours": (N_("Hours"), lambda: now)}),
        seen=seen_on_page(partners.weeks_seen(weeks), refusal),
        desk_name=desk_name(language, offerings),
        today=format_date(language, today),
    )
