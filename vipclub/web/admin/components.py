"""Every component with an example, in the reader's language: a new page is made of what is here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, format_moment, format_time, gettext
from vipclub.membership import TIER_NAMES, TIERS
from vipclub.web.admin.door import admin
from vipclub.web.admin.partner_forms import PartnerForm
from vipclub.web.city_names import city_name
from vipclub.web.day_words import before, day_then_hour
from vipclub.web.event_face import AgendaLine, EventFace
from vipclub.web.event_words import event_state, kind_name, spoken
from vipclub.web.frame import current_language
from vipclub.web.frame.error_summary import PageError
from vipclub.web.frame.listing import AskedOfList, Column, Filter, asked_of_list, listing
from vipclub.web.frame.told import Undo, tell_done
from vipclub.web.month_grid import compose_month
from vipclub.web.names import PersonName, Shape, person_name
from vipclub.web.promise_clock import clock_of, promise
from vipclub.web.qr_code import qr_code
from vipclub.web.status_words import MOODS, mood_of, state_word

NOON = datetime(2026, 12, 3, 4, 0, tzinfo=UTC)
COLUMNS = (
    Column("name", N_("Name"), sorts=True),
    Column("tier", N_("Tier"), sorts=True, falls=True),
    Column("ends", N_("Valid to"), sorts=True),
    Column("left", N_("Left this year"), figures=True),
)
ROWS = (
    {"name": "Chan Siu Man", "tier": "gold", "ends": "2027-03-31", "left": "2/2"},
    {"name": "林若溪", "tier": "platinum", "ends": "2027-10-18", "left": "0/1"},
    {"name": "王伟", "tier": "gold", "ends": "2026-12-31", "left": ""},
)
STEP_WORDS = {
    "done": N_("done"),
    "now": N_("next step"),
    "coming": N_("to come"),
    "ended": N_("ended here"),
}


def step_words(language: str) -> dict[str, str]:
    """How the state of a step is said aloud."""
    return {state: gettext(language, word) for state, word in STEP_WORDS.items()}


@admin.post("/components")
def components_form() -> ResponseReturnValue:
    """What its forms do: say on the next page that something is done, with a way to take it back;
    nothing is changed."""
    done = gettext(current_language(), N_("%(name)s is checked in."), name="王*伟")
    tell_done(done, None if "back" in request.form else Undo(request.path, {"back": "1"}))
    return redirect(url_for("admin.components_page"), code=303)


@admin.get("/components")
def components_page() -> str:
    """The page of components."""
    language, now, zone = current_language(), clock.now(), clock.club_zone()
    asked = asked_of_list(sorts={"name", "tier", "ends"}, filters={"tier": TIERS}, first="name")
    site_name = gettext(language, N_("Huashan check-up centre"))
    hours = (timedelta(hours=6), timedelta(minutes=42), timedelta(minutes=-12))
    clocks = [
        clock_of(
            language,
            since=now - timedelta(hours=2),
            until=now + left,
            now=now,
            by=before(language, now + left, now, zone),
        )
        for left in hours
    ]
    days = {date(2026, 12, day): 0 if day in {10, 17} else 4 for day in range(2, 31) if day % 7 - 6}
    return render_template(
        "admin/components.html",
        tiers=[(tier, name.to(language)) for tier, name in TIER_NAMES.items()],
        states=[(state_word(language, state), mood_of(state)) for state in (*MOODS, "cancelled")],
        clocks=clocks,
        example=_example(language, site_name),
        step_words=step_words(language),
        steps_example=[
            (gettext(language, N_("Requested")), format_moment(language, NOON, zone), "done"),
            (state_word(language, "booked"), before(language, NOON, NOON, zone), "now"),
            (state_word(language, "fulfilled"), "", "coming"),
        ],
        facts_example=[
            ("map-pin", gettext(language, N_("Place")), site_name, [city_name(language, "310000")]),
            ("clock", gettext(language, N_("Time")), format_moment(language, NOON, zone), []),
        ],
        month_example=compose_month(
            language,
            NOON.date(),
            free=days,
            today=NOON.date(),
            chosen=date(2026, 12, 4),
            first=date(2026, 12, 1),
            last=date(2027, 1, 31),
            link=lambda _day: "#months",
            turn=lambda _day: "#months",
        ),
        times_example=[
            {"text": "08:30", "note": "", "value": "1"},
            {"text": "09:00", "note": gettext(language, N_("Full")), "value": ""},
        ],
        code=qr_code("8806102477315"),
        list=listing(asked, COLUMNS, [_tier_filter(language)], following="3"),
        rows=_rows(asked),
        tier_words={tier: name.to(language) for tier, name in TIER_NAMES.items()},
        people=_names(language),
        errors_example=[
            PageError(gettext(language, N_("Please enter the name.")), "#example"),
            PageError(_example(language, site_name)["refusal"], "#wrong"),
        ],
        names=PartnerForm(name_hans="云岚", name_hant="雲嵐", name_en="Yunlan"),
        face=_face(language, site_name),
    )


def _face(language: str, site_name: str) -> EventFace:
    """An event as members see it."""
    kind, hour = kind_name(language, "health_seminar"), format_time(language, NOON)
    day = day_then_hour(format_date(language, NOON.date()), hour)
    return EventFace(
        event="E-1",
        kind=kind,
        title=kind,
        summary=gettext(language, N_("Health check")),
        picture="seminar",
        state=event_state(language, "published"),
        mood="calm",
        facts=[
            ("calendar-days", gettext(language, N_("Time")), day, []),
            ("map-pin", gettext(language, N_("Place")), site_name, [city_name(language, "310000")]),
        ],
        map_url="",
        agenda=[AgendaLine(hour, kind, "Chan Siu Man")],
        notes=[("languages", gettext(language, N_("Languages spoken")), _tongues(language))],
        seats="",
    )


def _tongues(language: str) -> str:
    return spoken(language, ("mandarin", "cantonese"))


def _tier_filter(language: str) -> Filter:
    tiers = [(tier, TIER_NAMES[tier].to(language)) for tier in reversed(TIERS)]
    return Filter("tier", gettext(language, N_("Tier")), tiers, gettext(language, N_("all")))


def _fong(language: str) -> PersonName:
    """Somebody whose name is known in both scripts."""
    surname, given = ("陳", "曉芳") if language == "zh-Hant" else ("陈", "晓芳")
    return PersonName(surname + given, surname, "Chan Siu Fong", "F")


def _names(language: str) -> list[tuple[str, list[str]]]:
    """Persons of whom more and less is known, and their names in each shape."""
    known = (
        _fong(language),
        PersonName("Chan Tai Man", "Chan", None, "M"),
        PersonName("王伟", "王"),
    )
    shapes: tuple[Shape, ...] = ("full", "titled", "greeting", "masked")
    return [(each.full_name, [person_name(language, each, s) for s in shapes]) for each in known]


def _rows(asked: AskedOfList) -> list[dict[str, str]]:
    """A few rows, really sorted and narrowed: the list on this page does what any list does."""
    found = [row for row in ROWS if asked.filters.get("tier", row["tier"]) == row["tier"]]
    return sorted(found, key=lambda row: row[asked.sort], reverse=asked.backwards)


def _example(language: str, site_name: str) -> dict[str, Any]:
    valid, zone = format_date(language, date(2026, 12, 31)), clock.club_zone()
    return {
        "name": person_name(language, _fong(language)),
        "masked": person_name(language, _fong(language), "masked"),
        "valid": gettext(language, N_("Valid to %(day)s"), day=valid),
        "service": gettext(language, N_("Health check")),
        "left": gettext(language, N_("%(remaining)s of %(granted)s left"), remaining=1, granted=2),
        "site_name": site_name,
        "when": format_moment(language, NOON, zone),
        "promise": promise(language, site_name, NOON + timedelta(hours=3), NOON, zone),
        "refusal": gettext(
            language,
            N_("This time has just been taken. %(times)s are still free."),
            times=gettext(language, N_("%(one)s and %(other)s"), one="09:00", other="10:30"),
        ),
    }
