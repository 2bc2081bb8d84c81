"""What partners offer: at which price a visit is paid, and in which hours it can be booked."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings, partners, settlement
from vipclub.core import clock
from vipclub.core.dates import day_of
from vipclub.core.i18n import N_, gettext, join_sentences
from vipclub.core.types import Money
from vipclub.web.capacity_question import question, sentences
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.open_form import changed_meanwhile, seen_on_page, seen_sent
from vipclub.web.frame.refusal_on_page import Shown
from vipclub.web.frame.request_context import db
from vipclub.web.offering_terms import (
    Place,
    hours_in_words,
    hours_said,
    place_of,
    places_of,
    prices_in_words,
)
from vipclub.web.operations.door import operations
from vipclub.web.operations.price_form import CURRENCIES, PriceForm
from vipclub.web.weekly_hours import WeekWished, by_weekday, errors_of_week, spans_of

OFFERING = "/partners/<partner>/offerings/<ref>"


@operations.get("/partners")
def offering_list() -> str:
    """Every offering, with what it still lacks. Four statements beside the sign-in."""
    with read() as session:
        found = settlement.partner_terms(session, current_actor())
    places = places_of(found)
    return render_template(
        "operations/offerings.html",
        places=places,
        price=lambda found: Money(found.price.amount, found.price.currency),
    )


@operations.get(OFFERING)
def offering(partner: str, ref: str) -> str:
    """One offering: its prices, and its hours."""
    return _page(_found(partner, ref))


@operations.post(OFFERING + "/price")
def set_price(partner: str, ref: str) -> ResponseReturnValue:
    """The contract's price from a day on."""
    place, form = _found(partner, ref), PriceForm.sent()
    first, amount = day_of(form.from_day.data), form.minor()
    if not form.validate() or first is None or amount is None:
        return _page(place, form), 422
    with shown() as refusal:
        run(settlement.set_price, offering=ref, from_day=first, amount=amount, **form.terms())
        flash(gettext(current_language(), N_("The price is on record.")), "done")
        return redirect(_href(place), code=303)
    refused = form.refused(refusal, {settlement.PriceKnown: "from_day"})
    return _page(place, form, refused), refusal.status


@operations.get(OFFERING + "/hours")
def week(partner: str, ref: str) -> str:
    """The hours in fields: those in force, to be changed from a day on."""
    place = _found(partner, ref)
    day = place.offering.today
    wished = WeekWished(day, "", list(place.offering.hours), spans_of(place.offering.hours))
    return _week_page(place, wished)


@operations.post(OFFERING + "/hours")
def change_week(partner: str, ref: str) -> ResponseReturnValue:
    """New hours, the first ones too: shown before they are set."""
    place, wished, actor = _found(partner, ref), WeekWished.sent(request.form), current_actor()
    if not wished.good or wished.from_day is None:
        return _week_page(place, wished), 422
    wish: dict[str, Any] = {"offering": ref, "from_day": wished.from_day, "hours": wished.hours}
    with shown() as refusal:
        if not request.form.get("sure"):
            with read() as session:
                plan = partners.preview_week(session, actor, **wish)
            if plan.changes:
                asked = question(current_language(), plan, request.path, request.path)
                return render_template("operations/hours_question.html", ask=asked, place=place)
        reason = request.form.get("reason", "").strip()[:200] or None
        made = bookings.close_and_offer(
            db(),
            actor,
            lambda: run(bookings.change_week, **wish, reason=reason, seen=seen_sent()),
        )
        language = current_language()
        flash(
            join_sentences(language, sentences(language, made.plan))
            or gettext(language, N_("Saved.")),
            "done",
        )
        return redirect(_href(place), code=303)
    return _week_page(_found(partner, ref), wished, refusal), refusal.status


def _found(partner: str, ref: str) -> Place:
    with read() as session:
        found = settlement.partner_terms(session, current_actor(), partner=partner)
    return place_of(found, ref)


def _href(place: Place) -> str:
    return url_for("operations.offering", partner=place.partner.ref, ref=place.offering.ref)


def _page(place: Place, form: PriceForm | None = None, refused: str = "") -> str:
    language = current_language()
    known = place.offering.prices[-1].price if place.offering.prices else None
    return render_template(
        "operations/offering.html",
        place=place,
        prices=prices_in_words(language, place.offering),
        hours=hours_in_words(language, place.offering.hours),
        form=form
        or PriceForm(
            currency=known.currency if known else "CNY",
            noshow=str(known.noshow_percent) if known else "0",
            late=str(known.late_percent) if known else "0",
        ),
        currencies=CURRENCIES,
        first=clock.today(place.site.time_zone).isoformat(),
        refused=refused,
    )


def _week_page(place: Place, wished: WeekWished, refusal: Shown | None = None) -> str:
    language = current_language()
    hours = hours_said(language, place.offering.hours)
    weekdays = by_weekday(language, wished.spans)
    return render_template(
        "operations/hours.html",
        place=place,
        weekdays=weekdays,
        problems=errors_of_week(weekdays, wished.day_error),
        visit=gettext(
            language,
            N_("A visit takes %(minutes)s minutes and must end by the closing hour."),
            minutes=place.offering.minutes,
        ),
        from_day=(wished.from_day or place.offering.today).isoformat(),
        day_error=wished.day_error,
        refused=refusal.said if refusal else "",
        changed=changed_meanwhile(refusal, {"hours": (N_("Hours"), lambda: hours)}),
        seen=seen_on_page(partners.weeks_seen(place.offering.weeks), refusal),
    )
