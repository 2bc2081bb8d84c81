"""How an appointment is shown to its member: in words, with what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from vipclub import bookings
from vipclub.bookings import COMING, AppointmentView
from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, format_moment, gettext, zone_name
from vipclub.core.types import Localized
from vipclub.web.day_words import before, day_and_hour, days_until
from vipclub.web.promise_clock import promise
from vipclub.web.status_words import mood_of, state_word

STEP_WORDS = {
    "done": N_("done"),
    "now": N_("next step"),
    "coming": N_("to come"),
    "ended": N_("ended here"),
}
PASSED = {"pending": 1, "proposed": 1, "waitlist": 1, "booked": 2, "arrived": 3, "fulfilled": 4}
Step = tuple[str, str, str]
Fact = tuple[str, str, str, list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment in a list, or the next one on the home page."""

    href: str
    when: str
    state: str
    mood: str
    service: str
    site: str
    relative: str
    promise: str
    whom: str = ""
    change: str = ""


def step_words(language: str) -> dict[str, str]:
    """How the state of a step is said aloud."""
    return {state: gettext(language, word) for state, word in STEP_WORDS.items()}


def whom(found: AppointmentView, own: str) -> str:
    """The name of whom a visit is for; nothing for oneself."""
    return "" if found.beneficiary in {own, found.member} else found.beneficiary_name


def row(language: str, found: AppointmentView, now: datetime, own: str) -> Row:
    """One appointment in a line or two."""
    today = now.astimezone(found.start.tzinfo).date()
    live = found.status in COMING
    return Row(
        href=url_for("member.appointment", ref=found.appointment),
        when=format_moment(language, found.start),
        state=state_word(language, found.status),
        mood=mood_of(found.status),
        service=found.service_name.to(language),
        site=found.site_name.to(language),
        relative=days_until(language, found.start.date(), today) if live else "",
        promise=says(language, found, now),
        whom=whom(found, own),
    )


def says(language: str, found: AppointmentView, now: datetime) -> str:
    """What happens next and by when."""
    site_name, zone, status = found.site_name.to(language), found.time_zone, found.status
    if status == "pending" and found.promised_by:
        return promise(language, site_name, found.promised_by, now, zone)
    if status == "proposed":
        return offered(language, found, now)
    if status == "waitlist":
        return gettext(
            language,
            N_("You are on the waiting list. We will write to you as soon as a place is free."),
        )
    if status == "booked":
        at = day_and_hour(language, found.start, now, zone)
        return gettext(
            language, N_("%(place)s expects you at %(moment)s."), place=site_name, moment=at
        )
    if status == "arrived":
        return gettext(language, N_("You are checked in at %(place)s."), place=site_name)
    if status == "fulfilled":
        return gettext(language, N_("This visit is completed. Thank you for coming."))
    if status == "noshow":
        return gettext(language, N_("Nobody came. If this is wrong, please call the hotline."))
    if status == "cancelled" and found.reason_code == "declined":
        return gettext(
            language,
            N_("%(place)s can't see you at this time. What was reserved is yours again."),
            place=site_name,
        )
    if status == "cancelled":
        return gettext(language, N_("This appointment will not take place."))
    if status == "entered-in-error":
        return gettext(language, N_("This appointment was entered by mistake. It counts nothing."))
    return ""


def offered(language: str, found: AppointmentView, now: datetime) -> str:
    """What the partner offers, and until when the member may answer."""
    site_name, zone = found.site_name.to(language), found.time_zone
    if found.proposed_start is None or found.answer_by is None:
        return gettext(language, N_("%(place)s offers another time."), place=site_name)
    return gettext(
        language,
        N_("%(place)s offers another time: %(moment)s. Please answer before %(until)s."),
        place=(found.proposed_site_name or found.site_name).to(language),
        moment=day_and_hour(language, found.proposed_start, now, zone),
        until=day_and_hour(language, found.answer_by, now, zone),
    )


def why(language: str, found: AppointmentView) -> str:
    """Why the partner can't, in the member's language, with what the clerk added; nothing where
    the partner didn't say no."""
    said_no = found.status == "cancelled" and found.reason_code == "declined"
    if not said_no and found.status != "proposed":
        return ""
    told = bookings.reason_told(language, found.answer_kind)
    added = (found.reason or "").strip()
    quoted = gettext(language, N_("“%(words)s”"), words=added) if added else ""
    return (" " if language == "en" else "").join(part for part in (told, quoted) if part)


def steps(language: str, found: AppointmentView, now: datetime) -> list[Step]:
    """The way of an appointment: what is done, what is next, what is to come."""
    asked = format_moment(language, found.asked_at, found.time_zone)
    first: Step = (gettext(language, N_("Requested")), asked, "done")
    if found.status in {"cancelled", "noshow", "entered-in-error"}:
        return [first, (state_word(language, found.status), "", "ended")]
    until = found.promised_by
    answer = found.answer_by if found.status == "proposed" else None
    at = day_and_hour(language, found.start, now, found.time_zone)
    names = [
        (
            state_word(language, "proposed" if answer else "booked"),
            before(language, answer, now, found.time_zone)
            if answer
            else before(language, until, now, found.time_zone)
            if found.status == "pending" and until
            else format_moment(language, found.answered_at, found.time_zone)
            if found.answered_at
            else "",
        ),
        (state_word(language, "arrived"), at if found.status == "booked" else ""),
        (state_word(language, "fulfilled"), ""),
    ]
    passed = PASSED.get(found.status, 1)
    way = [first]
    for number, (name, text) in enumerate(names, start=1):
        state = "done" if number < passed else "now" if number == passed else "coming"
        way.append((name, text, state))
    return way


def facts(
    language: str,
    *,
    service: Localized,
    offering: Localized,
    site: Localized,
    address: Localized,
    start: datetime,
    end: datetime,
    time_zone: str,
    whom: str = "",
) -> list[Fact]:
    """What, where, when. The site's time zone is named when it is not the member's."""
    minutes = int((end - start).total_seconds() // 60)
    lasts = gettext(language, N_("about %(minutes)s minutes"), minutes=minutes)
    if time_zone != clock.club_zone():
        zone = zone_name(language, time_zone)
        lasts = gettext(language, N_("%(zone)s, %(lasts)s"), zone=zone, lasts=lasts)
    what, named = service.to(language), offering.to(language)
    person: list[Fact] = (
        [("user-round", gettext(language, N_("Who it is for")), whom, [])] if whom else []
    )
    return [
        ("heart-pulse", gettext(language, N_("Service")), what, [named] if named != what else []),
        (
            "map-pin",
            gettext(language, N_("Place")),
            site.to(language),
            [address.to(language)],
        ),
        ("clock", gettext(language, N_("Time")), format_moment(language, start), [lasts]),
        *person,
    ]


def until_day(language: str, day: date) -> str:
    """Ends on a day, said as the language says it."""
    return gettext(language, N_("ends %(day)s"), day=format_date(language, day))
