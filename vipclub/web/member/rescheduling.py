"""Changing the time of an appointment: the days and times of the booking pages, then one question.
The old time is kept until the new one is sure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import bookings
from vipclub.bookings import AppointmentView, BookableOffering, FreeTime, OpenDay
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_moment, gettext, ngettext
from vipclub.web import time_picker
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor, current_language, read, run_once, shown
from vipclub.web.member.door import member
from vipclub.web.time_picker import Chosen, RefusalShown, TimeButton, Times, refusal_shown


@dataclass(frozen=True, slots=True)
class Question:
    """Is this right? The old time, the new one, and what it means."""

    ref: str
    slot: str
    offering: str
    day: str
    was: str
    new: str
    site: str
    terms: list[tuple[str, str]]
    back: str


def rule(language: str, found: AppointmentView, now: datetime) -> str:
    """Until when and how often the time may be changed; why not when it may not any more."""
    if found.status not in {"pending", "booked"} or found.start <= now:
        return ""
    left = found.policy.reschedules - found.moves
    if left <= 0:
        return gettext(
            language,
            N_("The time was changed as often as is possible here. The hotline can help."),
        )
    until = found.site_clock.deadline(found.policy.cancel_until, found.start)
    if found.status == "booked" and not found.cancels_free(now):
        return gettext(
            language,
            N_("The time could be changed until %(moment)s. The hotline can help."),
            moment=day_and_hour(language, until, now, found.time_zone),
        )
    if found.status == "pending" or until <= now:
        return ngettext(
            language,
            "The time may be changed %(num)s more time.",
            "The time may be changed %(num)s more times.",
            left,
        )
    return gettext(
        language,
        N_("The time may be changed until %(moment)s."),
        moment=day_and_hour(language, until, now, found.time_zone),
    )


@member.get("/appointments/<ref>/reschedule", endpoint="change")
def choose_time(ref: str) -> ResponseReturnValue:
    """The days and times at the same partner; with a time chosen, the question. Five statements."""
    slot = request.args.get("slot", "")[:40]
    if slot:
        return _question(ref, slot)
    return _page(ref, time_picker.asked(request.args), None)


@member.post("/appointments/<ref>/reschedule", endpoint="move")
def reschedule(ref: str) -> ResponseReturnValue:
    """The move itself: both seats at once, or nothing."""
    slot = request.form.get("slot", "")[:40]
    with shown() as refusal:
        answer = run_once(
            lambda made: url_for("member.appointment", ref=made.appointment),
            bookings.reschedule,
            appointment=ref,
            slot=slot,
        )
        said = N_("The time is changed. The old one is let go.")
        flash(gettext(current_language(), said), "done")
        return answer
    told = refusal_shown(refusal.refused, "", request.form.get("offering", "")[:40])
    page = make_response(_page(ref, time_picker.asked(request.form), told))
    if page.status_code == 200:  # not sent on: the appointment may still be moved
        page.status_code = refusal.status
    return page


def _page(ref: str, chosen: Chosen, refusal: RefusalShown | None) -> ResponseReturnValue:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        found = bookings.appointment(session, actor, ref)
        if not found.may("reschedule"):
            return redirect(url_for("member.appointment", ref=found.appointment), code=303)
        times = _look_up(session, _offerings(session, found), chosen, found)
    address = url_for("member.change", ref=found.appointment)

    def href(anchor: str = "", /, **query: str) -> str:
        return time_picker.with_choice(address, anchor, query)

    page = time_picker.compose(
        language, href, found.service, times, now, N_("Change the time: %(service)s")
    )
    own = gettext(language, N_("your time"))
    shown = [
        TimeButton(button.text, own, "") if each.slot == found.slot else button
        for each, button in zip(times.times, page.times, strict=True)
    ]
    return render_template(
        "member/reschedule.html",
        page=replace(page, times=shown),
        refusal=refusal,
        action=address,
        ref=found.appointment,
        now_at=gettext(
            language,
            N_("Now: %(moment)s, %(place)s. It stays yours until the new time is sure."),
            moment=format_moment(language, found.start),
            place=found.site_name.to(language),
        ),
        rule=rule(language, found, now),
    )


def _offerings(session: Session, found: AppointmentView) -> list[BookableOffering]:
    """An appointment stays with its partner; the partner's other sites are as good."""
    offerings = bookings.bookable_offerings(session, current_actor(), service=found.service)
    return [offering for offering in offerings if offering.partner_name == found.partner_name]


def _look_up(
    session: Session, offerings: list[BookableOffering], chosen: Chosen, found: AppointmentView
) -> Times:
    """As the booking page looks up, but a day is chosen already: the free one that is nearest to
    the appointment's, so that a time is one tap away. Two statements."""
    if not (chosen.offering or chosen.city):
        chosen = replace(chosen, offering=found.offering)
    offering = time_picker.offering_for(offerings, chosen, found.city)
    if offering is None:
        return Times(chosen, offerings, None, [], None, None, [])
    days = bookings.open_days(session, offering, first=offering.first_day, last=offering.last_day)
    if chosen.day is None and chosen.month is None:
        chosen = replace(chosen, day=nearest(days, found.start.date()))
    month, day = time_picker.month_and_day(days, chosen, offering)
    times = bookings.times_of_day(session, offering, day=day) if day is not None else []
    return Times(chosen, offerings, offering, days, month, day, times)


def nearest(days: list[OpenDay], to: date) -> date | None:
    """The day with free places that is nearest, the later of two.

    >>> days = [OpenDay(date(2026, 12, d), free, 4) for d, free in ((1, 2), (3, 0), (5, 1))]
    >>> nearest(days, date(2026, 12, 3)), nearest([], date(2026, 12, 3))
    (datetime.date(2026, 12, 5), None)
    """
    free = [each.day for each in days if each.free]
    return min(free, key=lambda day: (abs(day - to), day < to), default=None)


def _question(ref: str, slot: str) -> ResponseReturnValue:
    """Is this right? A time that is gone meanwhile leads back to the others."""
    actor, language, now = current_actor(), current_language(), clock.now()
    chosen = time_picker.asked(request.args)
    with read() as session:
        found = bookings.appointment(session, actor, ref)
        offerings = _offerings(session, found)
        offering = time_picker.offering_for(offerings, chosen, found.city)
        if offering is None:
            raise NotFound()
        if not found.may("reschedule"):
            return redirect(url_for("member.appointment", ref=found.appointment), code=303)
        times = bookings.times_of_day(session, offering, day=chosen.day) if chosen.day else []
    time = next((each for each in times if each.slot == slot and each.free), None)
    back = url_for("member.change", ref=found.appointment, offering=offering.offering)
    if time is None:
        flash(gettext(language, N_("This time has just been taken.")), "refused")
        return redirect(back + "#day", code=303)
    return render_template(
        "member/confirm_reschedule.html",
        page=Question(
            ref=found.appointment,
            slot=time.slot,
            offering=offering.offering,
            day=time.start.date().isoformat(),
            was=format_moment(language, found.start),
            new=format_moment(language, time.start),
            site=offering.site_name.to(language),
            terms=_terms(language, found, offering, time, now),
            back=f"{back}&day={time.start.date().isoformat()}#time",
        ),
    )


def _terms(
    language: str, found: AppointmentView, offering: BookableOffering, time: FreeTime, now: datetime
) -> list[tuple[str, str]]:
    """What happens next, what it costs, how often it may be done again."""
    terms = []
    if offering.policy.confirmation == "partner":
        until = offering.site_clock.promised(offering.policy, now, time.start)
        sentence = gettext(
            language,
            N_("%(place)s confirms before %(moment)s."),
            place=offering.site_name.to(language),
            moment=day_and_hour(language, until, now, offering.time_zone),
        )
    else:
        sentence = gettext(language, N_("Confirmed at once."))
    terms.append(("hourglass", sentence))
    terms.append(
        (
            "arrow-left-right",
            gettext(
                language,
                N_("Your present time is let go in the same moment. It costs nothing."),
            ),
        )
    )
    left = found.policy.reschedules - found.moves - (found.status != "proposed")
    terms.append(
        (
            "rotate-ccw",
            ngettext(
                language,
                "The time may be changed %(num)s more time after this.",
                "The time may be changed %(num)s more times after this.",
                left,
            )
            if left > 0
            else gettext(language, N_("After this the time can be changed by the hotline only.")),
        )
    )
    return terms
